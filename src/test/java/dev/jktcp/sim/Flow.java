package dev.jktcp.sim;

import dev.jktcp.tcp.CloseReason;

/** One connection of the workload and how it ended. */
final class Flow {
  private static final long GRACE_NS = 60_000_000_000L;

  final int number;
  private final Simulator sim;
  Side client;
  Side server;

  /** An end was drawn that breaks the connection: errors are the expected outcome. */
  boolean mayFail;

  Flow(int number, Simulator sim) {
    this.number = number;
    this.sim = sim;
  }

  boolean isFinished() {
    return client.isClosed() && (server.connection == null || server.isClosed());
  }

  boolean succeeded() {
    return client.reason == CloseReason.CLOSED && server.reason == CloseReason.CLOSED;
  }

  /** A backlog that is full for as long as the SYN is sent. */
  boolean wasKeptOut() {
    return server.connection == null && server.node.stack.counters().backlogDrops() > 0;
  }

  void onSideClosed(Side side, long nowNs) {
    sim.note(side.stream, side.reason.ordinal());
    if (side.reason != CloseReason.CLOSED) {
      // There are no keep-alives: a user learns of a silent peer's death by his own patience.
      long whenNs = Math.max(nowNs, sim.healNs()) + GRACE_NS;
      sim.at(
          whenNs,
          () -> {
            Side other = side.other;
            if (other.connection != null && !other.isClosed()) {
              other.reset(sim.nowNs());
              other.node.drain();
            }
          });
    }
  }

  @Override
  public String toString() {
    return "flow " + number + " (" + client.node.index + " to " + server.node.index + ")";
  }
}
