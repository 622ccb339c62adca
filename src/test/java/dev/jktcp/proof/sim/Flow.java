package dev.jktcp.proof.sim;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;

/** One connection of the workload and how it ended. */
final class Flow {
  private static final long GRACE_NS = 60_000_000_000L;

  /** What the client's first SYN came upon. */
  enum FirstSyn {
    NOT_ARRIVED,
    LISTENER_OPEN,
    LISTENER_CLOSED
  }

  final int number;
  final long opensNs;
  private final Simulator sim;
  Side client;
  Side server;
  FirstSyn firstSyn = FirstSyn.NOT_ARRIVED;

  /** An end was drawn that breaks the connection: errors are the expected outcome. */
  boolean mayFail;

  Flow(int number, Simulator sim, long opensNs) {
    this.number = number;
    this.sim = sim;
    this.opensNs = opensNs;
  }

  boolean isFinished() {
    return client.isClosed() && (server.connection == null || server.isClosed());
  }

  boolean succeeded() {
    return client.reason == CloseReason.CLOSED && server.reason == CloseReason.CLOSED;
  }

  /** Whether what was drawn explains an error where the links lose nothing. */
  boolean isExcused() {
    return mayFail
        || client.refusedByStack
        || wasKeptOut()
        || client.node.wasShortOfMemory()
        || server.node.wasShortOfMemory()
        || server.node.listening.wasClosedWithin(opensNs, sim.nowNs())
        || excusedByPatience(client)
        || excusedByPatience(server)
        || sim.isBlackHole(client)
        || sim.isBlackHole(server)
        || server.node.stack.counters().timeWaitsEvicted() > 0
        || client.node.stack.counters().timeWaitsEvicted() > 0
        || server.node.stack.options().maxTimeWait() == 0
        || client.node.stack.options().maxTimeWait() == 0;
  }

  /** A backlog or limit that is full for as long as the SYN is sent. */
  boolean wasKeptOut() {
    return server.connection == null
        && server.node.stack.counters().backlogDrops()
                + server.node.stack.counters().limitDrops()
                + server.node.stack.counters().memoryRefusals()
            > 0;
  }

  /** A user who set a time-out wants it to strike. */
  private static boolean excusedByPatience(Side side) {
    if (side.reason != CloseReason.TIMED_OUT && side.reason != CloseReason.TRANSPORT_AWAY) {
      return false;
    }
    TcpTuning tuning = side.connection.tuning();
    return tuning.userTimeoutNs() > 0 || side.hasConnectTimeout();
  }

  void onSideClosed(Side side) {
    sim.note(side.stream, side.reason.ordinal());
    sim.tally.add(
        switch (side.reason) {
          case CLOSED -> Kind.ENDED_CLOSED;
          case RESET -> Kind.ENDED_RESET;
          case REFUSED -> Kind.ENDED_REFUSED;
          case UNREACHABLE -> Kind.ENDED_UNREACHABLE;
          case TIMED_OUT -> Kind.ENDED_TIMED_OUT;
          case ABORTED -> Kind.ENDED_ABORTED;
          case OUT_OF_MEMORY -> Kind.ENDED_OUT_OF_MEMORY;
          case TRANSPORT_AWAY -> Kind.ENDED_TRANSPORT_AWAY;
          default -> throw new AssertionError(this + ": ended " + side.reason);
        });
    if (side == client) {
      checkAnswerOfListener();
    }
    if (side.reason != CloseReason.CLOSED) {
      // There may be no keep-alive: a user learns of a silent peer's death by his own patience.
      sim.at(
          Math.max(sim.nowNs(), sim.healNs()) + GRACE_NS,
          () -> {
            if (side.other.reset()) {
              side.other.node.drain();
            }
          });
    }
  }

  private void checkAnswerOfListener() {
    CloseReason reason = client.reason;
    check(
        reason != CloseReason.REFUSED
            || server.node.listening.wasClosedWithin(opensNs, sim.nowNs()),
        "refused by a listener that was open");
    // Nothing but its RST comes from there, unless the client's user loses patience before. If the
    // RST comes while the client's transport is away, a later SYN may meet the listener open again.
    boolean secondChance =
        client.node.missedPacketSince(opensNs) && server.node.listening.openedAgainSince(opensNs);
    check(
        sim.mood != Mood.CLEAN
            || firstSyn != FirstSyn.LISTENER_CLOSED
            || reason == CloseReason.REFUSED
            || reason == CloseReason.UNREACHABLE
            || reason == CloseReason.ABORTED
            || reason == CloseReason.TRANSPORT_AWAY
            || (reason == CloseReason.TIMED_OUT && client.hasConnectTimeout())
            || secondChance,
        "a closed listener's client ended " + reason);
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(this + ": " + what);
    }
  }

  @Override
  public String toString() {
    return "flow " + number + " (" + client.node.index + " to " + server.node.index + ")";
  }
}
