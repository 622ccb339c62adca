package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.impl.Callers;
import dev.jktcp.impl.UnicastSocket;
import dev.jktcp.impl.frame.Detail;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Vert.x's DatagramSocket on a UDP port of an adapter elsewhere. Its methods may be called from any
 * thread; handlers run on the context that asked the handle for it. It is bound by {@link #listen},
 * or by the first datagram sent.
 */
final class HandleUdpSocket extends UnicastSocket implements HandleUdp.User {
  /** A question that waits for its answer takes about a kilobyte. */
  private static final int EACH = 1024;

  private final HandleSessions sessions;
  private final AdapterHandleImpl handle; // held, so that it is not taken for forgotten
  private final long mostPending;
  private final AtomicLong pending = new AtomicLong(); // bytes sent without an answer; any thread

  // The context's:
  private Future<HandleUdp> bound; // null until it is asked for
  private Handler<DatagramPacket> handler;
  private Handler<Throwable> exceptionHandler;
  private boolean closed;

  private volatile SocketAddress localAddress; // null until it is bound

  HandleUdpSocket(HandleSessions sessions, AdapterHandleImpl handle, ContextInternal context) {
    super(context);
    this.sessions = sessions;
    this.handle = handle;
    this.mostPending = sessions.options().getUdpSendBuffer();
  }

  // Any thread.

  @Override
  public Future<DatagramSocket> listen(int number, String address) {
    String local = localOrNull(address);
    Promise<DatagramSocket> promise = context.promise();
    Callers.run(
        context,
        () -> {
          if (bound != null || closed) {
            promise.fail(new IllegalStateException("the socket is bound, or closed, already"));
          } else {
            bind(local, number).<DatagramSocket>map(this).onComplete(promise);
          }
        });
    return promise.future();
  }

  /** What waits for answers is bounded where it is sent, whatever the adapter does. */
  @Override
  public Future<Void> send(Buffer packet, int remotePort, String host) {
    int bytes = packet.length() + EACH;
    if (pending.addAndGet(bytes) > mostPending) {
      pending.addAndGet(-bytes);
      return context.failedFuture(
          new TcpException(
              null,
              "too many datagrams wait for adapter '"
                  + handle.name()
                  + "': send fewer at once, or raise udpSendBuffer of HandleOptions"));
    }
    Buffer copy = packet.copy(); // whatever becomes of the Buffer before it leaves
    Promise<Void> promise = context.promise();
    promise.future().onComplete(sent -> pending.addAndGet(-bytes));
    Callers.run(
        context,
        () -> boundPort().compose(port -> port.send(copy, remotePort, host)).onComplete(promise));
    return promise.future();
  }

  @Override
  public DatagramSocket handler(Handler<DatagramPacket> given) {
    Callers.run(
        context,
        () -> {
          handler = given;
          if (given != null && bound != null && bound.succeeded()) bound.result().deliver();
        });
    return this;
  }

  @Override
  public DatagramSocket exceptionHandler(Handler<Throwable> given) {
    Callers.run(context, () -> exceptionHandler = given);
    return this;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = context.promise();
    Callers.run(
        context,
        () -> {
          closed = true;
          Future<Void> end =
              bound == null ? Future.succeededFuture() : bound.compose(HandleUdp::close);
          end.onComplete(ended -> promise.complete());
        });
    return promise.future();
  }

  // The context's.

  private Future<HandleUdp> boundPort() {
    if (closed) return Future.failedFuture(new IllegalStateException("the socket is closed"));
    return bound != null ? bound : bind(null, 0);
  }

  private Future<HandleUdp> bind(String localOrNull, int number) {
    Detail.Bind what = new Detail.Bind(localOrNull, number);
    bound =
        sessions
            .<HandleUdp>use(context, (session, promise) -> session.bind(what, this, promise))
            .onSuccess(
                port -> {
                  localAddress = port.localAddress();
                  port.deliver(); // what came with the word that it is bound
                });
    return bound;
  }

  @Override
  public Handler<DatagramPacket> handler() {
    return handler;
  }

  @Override
  public void onTrouble(Throwable cause) {
    if (exceptionHandler != null) context.dispatch(cause, exceptionHandler);
  }

  @Override
  public void onEnd(Throwable causeOrNull) {
    closed = true;
    if (causeOrNull != null) onTrouble(causeOrNull);
  }
}
