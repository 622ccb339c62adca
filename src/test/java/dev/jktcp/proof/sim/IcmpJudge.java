package dev.jktcp.proof.sim;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.Arrays;

/**
 * Hands a node's stack ICMP errors and asserts what comes of each: it is believed if, and only if,
 * it quotes what is in flight; it ends a connection that is being opened, if it is hard; otherwise
 * it changes nothing but what the user may hear of, and how large segments are (RFC 9293 §3.9.2.2,
 * RFC 5461, RFC 5927).
 */
final class IcmpJudge {
  private final SimNode node;

  IcmpJudge(SimNode node) {
    this.node = node;
  }

  /**
   * @param message as it is on the wire
   * @param seen as the stack is to see it
   */
  void take(IcmpMessage message, IcmpMessage seen) {
    WireMonitor monitor = monitorOf(message);
    Side side = monitor == null ? null : monitor.sender;
    if (side == null || side.connection == null) {
      takeWithoutUser(message, seen, monitor);
      return;
    }
    TcpConnection connection = side.connection;
    CloseReason reason = connection.closeReason();
    TcpState state = connection.state();
    TcpInfo info = connection.info(node.steadyNs());
    boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
    boolean possible = reason == null && message.isError();
    boolean expected = possible && monitor.inFlight(message.quotedSeq(), connection);
    // A late copy of the SYN may have opened what this user does not know.
    boolean unsure = message.isError() && monitor.isAmbiguous();
    boolean mayEnd = (expected || unsure) && opening && message.isHard();
    if (expected || unsure) {
      side.heardOf.add(message.says().meaning());
      side.mayBeUnreachable |= mayEnd;
    }
    int mss = PathJudge.mssAfter(seen, connection, info);
    boolean believed = give(seen, connection);
    check(unsure || believed == expected, side, message, expected ? "ignored" : "believed");
    if (mayEnd && believed) {
      check(connection.closeReason() == CloseReason.UNREACHABLE, side, message, "ended nothing");
      side.flow.mayFail = true;
      node.sim.tally.add(Kind.ICMP_ENDS_OPENING);
      return;
    }
    boolean lives = connection.closeReason() == reason && connection.state() == state;
    check(lives, side, message, "ended what was " + state);
    TcpInfo after = connection.info(node.steadyNs());
    boolean same = believed ? PathJudge.sameButMss(after, info) : after.equals(info);
    check(same, side, message, "changed the connection");
    if (believed) {
      check(
          after.mss() == mss, side, message, "made segments of " + after.mss() + " and not " + mss);
      node.paths.onBelieved(seen, connection, node.steadyNs());
      node.sim.tally.add(mss < info.mss() ? Kind.ICMP_LOWERS_MTU : Kind.ICMP_LEAVES_MTU);
    }
    if (!believed || reason != null) {
      node.sim.tally.add(Kind.ICMP_NOT_BELIEVED);
      return;
    }
    SoftError told = connection.softError();
    check(told == message.says().meaning(), side, message, "was taken for " + told);
    node.sim.tally.add(message.isHard() ? Kind.ICMP_HARD_OUTLIVED : Kind.ICMP_BELIEVED);
  }

  /** Of no connection, or of one that its listener has not shown to a user yet. */
  private void takeWithoutUser(IcmpMessage message, IcmpMessage seen, WireMonitor monitorOrNull) {
    int connections = node.stack.connections();
    boolean mayEnd =
        monitorOrNull != null
            && message.isError()
            && message.isHard()
            && (monitorOrNull.isAmbiguous() || monitorOrNull.isSyn(message.quotedSeq()));
    boolean believed = give(seen, null);
    check(monitorOrNull != null || !believed, null, message, "of nobody's connection believed");
    int gone = connections - node.stack.connections();
    check(gone == 0 || (mayEnd && gone == 1), null, message, "ended " + gone);
    if (gone == 1) {
      monitorOrNull.sender.flow.mayFail = true;
      node.sim.tally.add(Kind.ICMP_ENDS_HALF_OPEN);
    }
  }

  private WireMonitor monitorOf(IcmpMessage message) {
    byte[] own = node.address(message.v6()).toBytes();
    if (!message.quotesSegment()
        || Arrays.equals(message.quotedDst(), own) // which passes no router
        || !Arrays.equals(message.quotedSrc(), own)) {
      return null;
    }
    return node.sim.monitorOf(
        message.quotedSrc(), message.quotedSrcPort(), message.quotedDst(), message.quotedDstPort());
  }

  /**
   * @return whether the stack had any use for it
   */
  private boolean give(IcmpMessage seen, TcpConnection connectionOrNull) {
    long before = dropped();
    node.saboteur.onIcmp(
        seen,
        connectionOrNull,
        node,
        bent -> {
          byte[] packet = bent.encode(node.address(bent.v6()).toBytes());
          node.stack.onPacket(packet, 0, packet.length, node.nowNs());
        });
    return dropped() == before;
  }

  private long dropped() {
    return node.stack.counters().dropped().values().stream().mapToLong(n -> n).sum();
  }

  private void check(boolean holds, Side sideOrNull, IcmpMessage message, String what) {
    if (!holds) {
      throw new AssertionError(
          "node "
              + node.index
              + (sideOrNull == null ? "" : ", " + sideOrNull.flow)
              + ": an ICMP error "
              + what
              + ": "
              + message.says()
              + (message.quotesSegment() ? " about " + message.quotedSeq() : ""));
    }
  }
}
