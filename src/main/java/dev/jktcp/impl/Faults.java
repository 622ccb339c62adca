package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.stack.IpStack;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * Exceptions out of code that an adapter calls: the owner of a connection, a user's congestion
 * control, the stack itself. The connection concerned fails and says why; the exception goes to the
 * context's exception handler; the adapter and its other connections live. Adapter context only.
 *
 * <p>Of Errors only assertions are caught: a JVM without memory is not the connection's fault.
 */
final class Faults {
  private final ContextInternal context;
  private final IpStack stack;
  private final Clock clock;
  private boolean stackTold;

  Faults(ContextInternal context, IpStack stack, Clock clock) {
    this.context = context;
    this.stack = stack;
    this.clock = clock;
  }

  /** Out of the owner, which was told of the connection's events. */
  void onOwner(TcpConnection connection, Throwable thrown) {
    context.reportException(thrown);
    fail(connection, thrown);
  }

  /**
   * Out of a stream's turn. It is aborted once: an abort that throws again would go on for ever.
   */
  void onStream(LoopMember stream, Throwable thrown) {
    context.reportException(thrown);
    if (stream.faulty) {
      return;
    }
    stream.faulty = true;
    abort(stream, thrown);
  }

  /**
   * Out of the stack. A peer may bring it about as often as it likes, so it is reported once; every
   * connection that fails has it as the cause.
   *
   * @return whether it was a connection's
   */
  boolean onStack(Throwable thrown) {
    if (!stackTold) {
      context.reportException(thrown);
    }
    stackTold = true;
    List<TcpConnection> failed = stack.takeFaulty();
    for (TcpConnection connection : failed) {
      fail(connection, thrown);
    }
    return !failed.isEmpty();
  }

  private void fail(TcpConnection connection, Throwable thrown) {
    try {
      if (connection.attachment() instanceof LoopMember stream) {
        abort(stream, thrown);
      } else {
        connection.accept();
        connection.reset();
      }
    } catch (RuntimeException | AssertionError again) {
      context.reportException(again);
    }
  }

  private static void abort(LoopMember stream, Throwable thrown) {
    CloseReason reason = CloseReason.ABORTED;
    stream.abort(new TcpException(reason, reason.text() + ": " + thrown, thrown));
  }
}
