package dev.jktcp.proof.sim;

import dev.jktcp.stack.StackException;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.TcpTuning;
import java.util.ArrayList;
import java.util.List;

/** A node's listener, which may close and open again. */
final class Listening {
  private record Span(long fromNs, long toNs) {}

  private final SimNode node;
  private final TcpTuning tuning;
  private final List<Span> closed = new ArrayList<>();
  private TcpListener listener;
  private boolean open;
  private long closedNs;
  private int backlogs; // of all that were ever open: those of a closed one go one by one

  Listening(SimNode node, TcpTuning tuningOrNull) {
    this.node = node;
    this.tuning = tuningOrNull;
  }

  void open(int backlog) {
    if (open) {
      return;
    }
    boolean broken = node.sim.sabotage == Sabotage.MORE_WAITING_THAN_BACKLOG;
    try {
      if (listener == null || !listener.isOpen()) {
        listener = node.stack.listen(null, SimNode.PORT, broken ? 0 : backlog, tuning);
      }
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    if (backlogs > 0) {
      closed.add(new Span(closedNs, node.sim.nowNs()));
      node.sim.tally.add(Kind.LISTENER_OPENS_AGAIN);
    }
    open = true;
    backlogs += backlog;
    if (node.sim.sabotage == Sabotage.CLOSES_LISTENER_UNASKED) {
      listener.close();
    }
  }

  void close() {
    if (open) {
      open = false;
      closedNs = node.sim.nowNs();
      node.sim.tally.add(Kind.LISTENER_CLOSES);
      if (node.sim.sabotage != Sabotage.ANSWERS_FOR_CLOSED_LISTENER) {
        listener.close();
      }
    }
  }

  /** At last, for good. */
  void end() {
    open = false;
    listener.close();
  }

  boolean isOpen() {
    return open;
  }

  int backlogs() {
    return backlogs;
  }

  /** What its connections begin with; null: the stack's. */
  TcpTuning tuning() {
    return tuning;
  }

  boolean openedAgainSince(long ns) {
    return closed.stream().anyMatch(s -> s.toNs - ns >= 0);
  }

  boolean wasClosedWithin(long fromNs, long toNs) {
    if (!open && closedNs - toNs <= 0) {
      return true;
    }
    return closed.stream().anyMatch(s -> s.fromNs - toNs <= 0 && s.toNs - fromNs >= 0);
  }
}
