package dev.jktcp.impl;

import dev.jktcp.context.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.Objects;

/**
 * A datagram socket that gets its port when it first needs one: by {@link #listen}, or by the first
 * datagram sent. The methods of DatagramSocket may be called from any thread; the others on the
 * context only.
 *
 * @param <P> the type of the port
 */
public abstract class PortSocket<P> extends UnicastSocket {
  /**
   * A datagram that waits for the answer of an adapter elsewhere takes about a kilobyte besides its
   * bytes.
   */
  public static final int REQUEST = 1024;

  protected Future<P> bound; // null until the port is first needed
  protected boolean closed;
  private Handler<DatagramPacket> handler;
  private Handler<Throwable> exceptionHandler;
  private volatile SocketAddress localAddress; // null until it is bound

  protected PortSocket(ContextInternal context) {
    super(context);
  }

  // --- the port

  /**
   * @param localOrNull null for all addresses
   * @param number 0 for an ephemeral one
   */
  protected abstract Future<P> newPort(String localOrNull, int number);

  /** Delivers the waiting datagrams to a handler just set. */
  protected abstract void deliver();

  /**
   * Gives the port back, if there is one.
   *
   * @return never fails
   */
  protected abstract Future<Void> release();

  /** The port; the first call takes it. */
  protected Future<P> boundPort() {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("the socket is closed"));
    }
    return bound != null ? bound : bind(null, 0);
  }

  private Future<P> bind(String localOrNull, int number) {
    bound = newPort(localOrNull, number);
    return bound;
  }

  /** The socket is bound to this address. */
  protected final void localAddress(SocketAddress address) {
    localAddress = address;
  }

  protected final void tell(Throwable cause) {
    if (exceptionHandler != null) {
      context.dispatch(cause, exceptionHandler);
    }
  }

  /** The handler; null for none. */
  public final Handler<DatagramPacket> handler() {
    return handler;
  }

  // --- any thread

  @Override
  public Future<DatagramSocket> listen(int number, String address) {
    String local = localOrNull(address);
    Promise<DatagramSocket> promise = context.promise();
    Contexts.runOnThread(
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

  private static String localOrNull(String address) {
    Objects.requireNonNull(address, "address");
    return address.equals("0.0.0.0") || address.equals("::") ? null : address;
  }

  @Override
  public DatagramSocket handler(Handler<DatagramPacket> given) {
    Contexts.runOnThread(
        context,
        () -> {
          handler = given;
          if (given != null) {
            deliver();
          }
        });
    return this;
  }

  @Override
  public DatagramSocket exceptionHandler(Handler<Throwable> given) {
    Contexts.runOnThread(context, () -> exceptionHandler = given);
    return this;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = context.promise();
    Contexts.runOnThread(
        context,
        () -> {
          closed = true;
          release().onComplete(promise);
        });
    return promise.future();
  }
}
