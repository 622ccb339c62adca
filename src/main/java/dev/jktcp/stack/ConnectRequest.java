package dev.jktcp.stack;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.IpAddress;
import java.util.Objects;

/**
 * An active OPEN (RFC 9293 §3.10.1): the destination and the caller's choices. The stack chooses
 * the rest: its first address of the remote's family (MUST-44), a free ephemeral port, its own
 * profile and tuning.
 */
public final class ConnectRequest {
  private final IpAddress remote;
  private final int remotePort;
  private IpAddress local; // null: the stack's choice
  private int localPort; // 0: the stack's choice
  private TcpProfile profile; // null: the stack's
  private TcpTuning tuning; // null: the stack's
  private int receiveBuffer; // 0: the stack's, which may be tuned

  private ConnectRequest(IpAddress remote, int remotePort) {
    this.remote = Objects.requireNonNull(remote);
    this.remotePort = remotePort;
  }

  public static ConnectRequest to(IpAddress remote, int remotePort) {
    return new ConnectRequest(remote, remotePort);
  }

  /** Connects from this one of the stack's addresses (MUST-43). */
  public ConnectRequest from(IpAddress chosen) {
    local = Objects.requireNonNull(chosen);
    return this;
  }

  /**
   * @param chosen 0: any that is free
   */
  public ConnectRequest fromPort(int chosen) {
    localPort = chosen;
    return this;
  }

  public ConnectRequest profile(TcpProfile chosen) {
    profile = Objects.requireNonNull(chosen);
    return this;
  }

  public ConnectRequest tuning(TcpTuning chosen) {
    tuning = Objects.requireNonNull(chosen);
    return this;
  }

  /**
   * Limits the bytes that wait for the reader, which is the largest window offered.
   *
   * @param bytes at most the stack's largest receive buffer; 0: as the stack's options say
   */
  public ConnectRequest receiveBuffer(int bytes) {
    receiveBuffer = bytes;
    return this;
  }

  int receiveBufferOr0() {
    return receiveBuffer;
  }

  IpAddress remote() {
    return remote;
  }

  int remotePort() {
    return remotePort;
  }

  int localPortOr0() {
    return localPort;
  }

  IpAddress localFrom(LocalAddresses addresses) throws StackException {
    IpAddress from = local == null ? addresses.sourceFor(remote) : addresses.ours(local);
    if (from.isV6() != remote.isV6()) {
      throw new StackException(
          "local address " + from + " cannot reach " + remote + ": choose one of its family");
    }
    return from;
  }

  TcpProfile profileOf(StackOptions options) {
    return profile == null ? options.profile() : profile;
  }

  TcpTuning tuningOf(StackOptions options) {
    return tuning == null ? options.tuning() : tuning;
  }
}
