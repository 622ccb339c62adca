package dev.jktcp;

import dev.jktcp.tcp.TcpTuning;

/** Where and how to listen. Not thread-safe; read once when given to an adapter. */
public final class TcpListenOptions {
  private int port;
  private String localAddress;
  private int backlog;
  private TcpTuning tuning;

  public TcpListenOptions() {}

  public TcpListenOptions(TcpListenOptions other) {
    port = other.port;
    localAddress = other.localAddress;
    backlog = other.backlog;
    tuning = other.tuning;
  }

  public int getPort() {
    return port;
  }

  /** 0 (the default) picks an ephemeral one. */
  public TcpListenOptions setPort(int port) {
    this.port = port;
    return this;
  }

  public String getLocalAddress() {
    return localAddress;
  }

  /** One of the adapter's addresses; null (the default) is all of them, of both families. */
  public TcpListenOptions setLocalAddress(String localAddress) {
    this.localAddress = localAddress;
    return this;
  }

  public int getBacklog() {
    return backlog;
  }

  /** Connections not yet given to the handler; 0 (the default) is the adapter's. */
  public TcpListenOptions setBacklog(int backlog) {
    this.backlog = backlog;
    return this;
  }

  public TcpTuning getTuning() {
    return tuning;
  }

  /** What each of its connections begins with; null (the default) is {@link TcpTuning#DEFAULT}. */
  public TcpListenOptions setTuning(TcpTuning tuning) {
    this.tuning = tuning;
    return this;
  }
}
