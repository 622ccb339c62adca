package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.stack.IpStack;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * Handles exceptions from code that an adapter calls: the owner of a connection, a user's
 * congestion control, the stack itself. The connection concerned fails with the exception as its
 * cause, and the context's exception handler gets the exception. The adapter and its other
 * connections live on. Adapter context only.
 *
 * <p>Of all Errors only an AssertionError is caught: a JVM without memory is not the connection's
 * fault.
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

  /** An exception from the owner, which got the connection's events. */
  void onOwner(TcpConnection connection, Throwable thrown) {
    context.reportException(thrown);
    fail(connection, thrown);
  }

  /**
   * An exception from a stream's turn. The stream is aborted only once, for an abort that throws
   * again would never end.
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
   * An exception from the stack. A peer may cause it again and again, so it is reported once. Every
   * connection that fails by it has it as the cause.
   *
   * @return whether the exception came from a connection
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
