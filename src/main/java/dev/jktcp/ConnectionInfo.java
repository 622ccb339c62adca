package dev.jktcp;

import dev.jktcp.impl.SocketStatistics;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/**
 * A connection of an adapter at one instant.
 *
 * @param age time since the call to connect, or since the peer's SYN
 * @param owner the part of the program that uses it: {@code stream} for code that has the adapter
 *     itself, {@code handle N} for the adapter's N-th handle session, {@code bus} for code that
 *     knows only the event bus, {@code channel} for Vert.x's own clients and servers; {@code
 *     connecting} or {@code accepting} while there is no owner
 * @param tcp its state, times, windows and counts
 */
public record ConnectionInfo(
    SocketAddress localAddress,
    SocketAddress remoteAddress,
    Duration age,
    String owner,
    TcpInfo tcp) {

  /** Two lines, as Linux's {@code ss -ti} prints them, with age and owner behind the addresses. */
  @Override
  public String toString() {
    return SocketStatistics.lines(this);
  }
}
