package dev.jktcp.impl;

import dev.jktcp.testkit.WrappedTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import dev.jktcp.transport.TransportException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Transports for the two ends of one cable, which a test cuts and joins: the ends that were made
 * since the last cut are two ends of one pipe. The test's context only.
 */
final class CutCable {
  private final List<End> open = new ArrayList<>();
  private PacketTransport left; // of a pipe whose other end was taken; else null
  private PacketTransport right;
  private boolean cut;
  int mtu = 1_400;
  int made;

  PacketTransport left() {
    if (left == null) newPipe();
    PacketTransport end = left;
    left = null;
    return new End(end);
  }

  PacketTransport right() {
    if (right == null) newPipe();
    PacketTransport end = right;
    right = null;
    return new End(end);
  }

  private void newPipe() {
    PipeTransport.Pair pipe = PipeTransport.pair(new PipeTransportOptions().setMtu(mtu));
    left = pipe.left();
    right = pipe.right();
  }

  /** Packets under way are lost, both ends learn of it, and no end can be opened. */
  void cut() {
    cut = true;
    left = null;
    right = null;
    List<End> gone = List.copyOf(open);
    open.clear();
    gone.forEach(End::lose);
  }

  void join() {
    cut = false;
  }

  private final class End extends WrappedTransport {
    End(PacketTransport pipe) {
      super(pipe);
      made++;
    }

    void lose() {
      inner.close();
      endBecause(new TransportException("the cable was cut"));
    }

    @Override
    public Future<Void> open(Context context, Receiver to) {
      if (cut) return Future.failedFuture(new TransportException("the cable is cut"));
      open.add(this);
      return super.open(context, to);
    }

    @Override
    public Future<Void> close() {
      open.remove(this);
      return super.close();
    }
  }
}
