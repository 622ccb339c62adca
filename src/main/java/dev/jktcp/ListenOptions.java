package dev.jktcp;

/** Where and how to listen. Not thread-safe; read once when given to an adapter. */
public final class ListenOptions {
  private int port;
  private String localAddress;
  private int backlog;

  public ListenOptions() {}

  public ListenOptions(ListenOptions other) {
    port = other.port;
    localAddress = other.localAddress;
    backlog = other.backlog;
  }

  public int getPort() {
    return port;
  }

  /** 0 (the default) picks an ephemeral one. */
  public ListenOptions setPort(int port) {
    this.port = port;
    return this;
  }

  public String getLocalAddress() {
    return localAddress;
  }

  /** One of the adapter's addresses; null (the default) is all of them, of both families. */
  public ListenOptions setLocalAddress(String localAddress) {
    this.localAddress = localAddress;
    return this;
  }

  public int getBacklog() {
    return backlog;
  }

  /** Connections not yet given to the handler; 0 (the default) is the adapter's. */
  public ListenOptions setBacklog(int backlog) {
    this.backlog = backlog;
    return this;
  }
}
