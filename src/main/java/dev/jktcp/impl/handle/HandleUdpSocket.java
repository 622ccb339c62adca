package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.context.Contexts;
import dev.jktcp.impl.PortSocket;
import dev.jktcp.impl.frame.Detail;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Vert.x's DatagramSocket on a UDP port of an adapter elsewhere. Its methods may be called from any
 * thread; handlers run on the context that asked the handle for it.
 */
final class HandleUdpSocket extends PortSocket<HandleUdp> implements HandleUdp.User {
  private final HandleSessions sessions;
  private final AdapterHandleImpl handle; // held, so that the handle is not found unused
  private final long mostPending;
  private final AtomicLong pending = new AtomicLong(); // bytes sent without an answer; any thread

  HandleUdpSocket(HandleSessions sessions, AdapterHandleImpl handle, ContextInternal context) {
    super(context);
    this.sessions = sessions;
    this.handle = handle;
    this.mostPending = sessions.options().getUdpSendBuffer();
  }

  // --- any thread

  /** Limits the bytes that wait for answers, whatever the adapter does. */
  @Override
  public Future<Void> send(Buffer packet, int remotePort, String host) {
    int bytes = packet.length() + REQUEST;
    if (pending.addAndGet(bytes) > mostPending) {
      pending.addAndGet(-bytes);
      return context.failedFuture(
          new TcpException(
              null,
              "too many datagrams wait for adapter '"
                  + handle.name()
                  + "': send fewer at once, or raise udpSendBuffer of HandleOptions"));
    }
    Buffer copy = packet.copy(); // the caller may change its Buffer before this leaves
    Promise<Void> promise = context.promise();
    promise.future().onComplete(sent -> pending.addAndGet(-bytes));
    Contexts.runOnThread(
        context,
        () -> boundPort().compose(port -> port.send(copy, remotePort, host)).onComplete(promise));
    return promise.future();
  }

  // --- the context's

  @Override
  protected Future<HandleUdp> newPort(String localOrNull, int number) {
    Detail.Bind what = new Detail.Bind(localOrNull, number);
    return sessions
        .<HandleUdp>use(context, (session, promise) -> session.bind(what, this, promise))
        .onSuccess(
            port -> {
              localAddress(port.localAddress());
              port.deliver(); // datagrams that came together with the address
            });
  }

  @Override
  protected void deliver() {
    if (bound != null && bound.succeeded()) {
      bound.result().deliver();
    }
  }

  @Override
  protected Future<Void> release() {
    return bound == null
        ? Future.succeededFuture()
        : bound.compose(HandleUdp::close).otherwiseEmpty();
  }

  @Override
  public void onTrouble(Throwable cause) {
    tell(cause);
  }

  @Override
  public void onEnd(Throwable causeOrNull) {
    closed = true;
    if (causeOrNull != null) {
      tell(causeOrNull);
    }
  }
}
