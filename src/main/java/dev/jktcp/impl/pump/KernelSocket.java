package dev.jktcp.impl.pump;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.NoSuchElementException;

/**
 * A {@link NetSocket} as a stream in both directions, with half-closes.
 *
 * <p>A NetSocket closes its channel when the peer's FIN arrives, and its {@code end()} is a close.
 * Here the FIN ends the input only, in its place behind the data. {@link #end} sends a FIN behind
 * the written data. The channel closes after both. If it closes before, the stream has failed: by
 * an RST, by a write error that Netty does not report otherwise, or because the FIN came before
 * this class.
 *
 * <p>Thread-safe. Handlers run on the NetSocket's context, but a failure without an exception is
 * reported on the channel's event loop.
 */
public final class KernelSocket implements ReadStream<Buffer>, WriteStream<Buffer> {
  private static final AttributeKey<KernelSocket> KEY =
      AttributeKey.valueOf(KernelSocket.class, "socket");

  private final NetSocketInternal socket;
  private final DuplexChannel channel;
  private final boolean hearsHalfClose;

  private final int lingerS; // the user's own SO_LINGER in seconds; below 0 for none
  private volatile Handler<Buffer> handler;
  private volatile boolean finSeen; // written on the event loop, before the marker is queued

  // Guarded by this object's lock, under which no handler is called.
  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;
  private Throwable failure;
  private Future<Void> end;
  private boolean inputEnded;
  private boolean outputEnded;

  private KernelSocket(NetSocketInternal socket, DuplexChannel channel) {
    this.socket = socket;
    this.channel = channel;
    this.hearsHalfClose = channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    this.lingerS = linger(channel);
    channel
        .config()
        .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
  }

  /**
   * Takes over and pauses a stream that is a plain kernel socket. A second call returns the same
   * object.
   *
   * @return null for any other stream, TLS sockets included, which have no half-close
   */
  public static KernelSocket adopt(Object stream) {
    if (!(stream instanceof NetSocketInternal socket) || socket.isSsl()) {
      return null;
    }
    Channel channel = socket.channelHandlerContext().channel();
    if (!(channel instanceof DuplexChannel duplex)) {
      return null;
    }
    synchronized (channel) {
      KernelSocket known = channel.attr(KEY).get();
      if (known != null) {
        return known;
      }
      KernelSocket fresh = new KernelSocket(socket, duplex);
      channel.attr(KEY).set(fresh);
      fresh.takeOver();
      return fresh;
    }
  }

  /** Closes with an RST at once, whatever data is queued. */
  public static void reset(NetSocket stream) {
    if (!(stream instanceof NetSocketInternal socket)) {
      stream.close();
      return;
    }
    // Not by the NetSocket, which would first wait for its queue.
    Channel channel = socket.channelHandlerContext().channel();
    TlsGuard.resetBelowTls(channel, channel.newPromise());
  }

  static void setLinger(Channel channel, int seconds) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, seconds);
    } catch (RuntimeException e) {
      // Closed already, or a Unix domain socket, which has no reset and can only close.
    }
  }

  private static int linger(Channel channel) {
    try {
      Integer seconds = channel.config().getOption(ChannelOption.SO_LINGER);
      return seconds == null || seconds == 0 ? -1 : seconds; // 0 means a reset unless ended
    } catch (RuntimeException e) {
      return -1; // as above
    }
  }

  /**
   * Makes any close of the socket before its {@link #end} a reset: by a server, by the end of
   * Vert.x, or by the kill of the process. A FIN would make a part look like the whole. The kernel
   * sends the reset (SO_LINGER of 0) without help of this process.
   */
  public void resetUnlessEnded() {
    setLinger(channel, 0);
  }

  /** Takes {@link #resetUnlessEnded} back. */
  void closeAsUsual() {
    setLinger(channel, lingerS);
  }

  private void takeOver() {
    socket.pause();
    if (hearsHalfClose) {
      markFin();
    } else {
      socket.endHandler(v -> onInputEnd());
    }
    socket.handler(this::onBuffer);
    socket.exceptionHandler(this::onFailure);
    channel.closeFuture().addListener(f -> onChannelClosed());
  }

  private void markFin() {
    String netSocket = socket.channelHandlerContext().name();
    try {
      FinMarker marker = new FinMarker();
      channel.pipeline().addBefore(netSocket, "fin-marker", marker);
      // On another thread than the channel's, the FIN may have come between option and marker.
      channel.eventLoop().execute(marker::lookForMissedFin);
    } catch (NoSuchElementException closed) {
      // The pipeline is gone already: onChannelClosed will follow.
    }
  }

  /**
   * Puts an empty buffer behind the data at the FIN, so that the end waits for demand as the data
   * does.
   */
  private final class FinMarker extends ChannelInboundHandlerAdapter {
    private ChannelHandlerContext added;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      added = ctx;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        mark(ctx);
      }
      ctx.fireUserEventTriggered(event);
    }

    void lookForMissedFin() {
      if (added != null && !added.isRemoved() && channel.isOpen() && channel.isInputShutdown()) {
        mark(added);
      }
    }

    private void mark(ChannelHandlerContext ctx) {
      if (!finSeen) {
        finSeen = true;
        ctx.fireChannelRead(Unpooled.EMPTY_BUFFER);
        ctx.fireChannelReadComplete(); // otherwise the NetSocket holds its flushes back
      }
    }
  }

  private void onBuffer(Buffer data) {
    if (data.length() == 0 && finSeen) {
      onInputEnd();
      return;
    }
    Handler<Buffer> to = handler;
    if (to != null) {
      to.handle(data);
    }
  }

  private void onInputEnd() {
    Handler<Void> to;
    synchronized (this) {
      inputEnded = true;
      to = endHandler;
    }
    if (to != null) {
      to.handle(null);
    }
    closeIfDone();
  }

  private void onOutputEnd() {
    synchronized (this) {
      outputEnded = true;
    }
    closeIfDone();
  }

  private void closeIfDone() {
    boolean done;
    synchronized (this) {
      done = inputEnded && outputEnded;
    }
    if (done) {
      socket.close();
    }
  }

  private void onChannelClosed() {
    boolean early;
    synchronized (this) {
      early = hearsHalfClose && !(inputEnded && outputEnded);
    }
    if (early) {
      onFailure(new VertxException("connection closed by " + socket.remoteAddress(), true));
    }
  }

  private void onFailure(Throwable cause) {
    Handler<Throwable> to;
    synchronized (this) {
      if (failure != null) {
        return;
      }
      failure = cause;
      to = exceptionHandler;
    }
    if (to != null) {
      to.handle(cause);
    }
  }

  @Override
  public KernelSocket handler(Handler<Buffer> handler) {
    this.handler = handler;
    return this;
  }

  @Override
  public KernelSocket pause() {
    socket.pause();
    return this;
  }

  @Override
  public KernelSocket resume() {
    socket.resume();
    return this;
  }

  @Override
  public KernelSocket fetch(long amount) {
    socket.fetch(amount);
    return this;
  }

  @Override
  public KernelSocket endHandler(Handler<Void> handler) {
    synchronized (this) {
      endHandler = handler;
    }
    return this;
  }

  /** Sets the handler. A failure that came before is reported at once. */
  @Override
  public KernelSocket exceptionHandler(Handler<Throwable> handler) {
    Throwable missed;
    synchronized (this) {
      exceptionHandler = handler;
      missed = failure;
    }
    if (handler != null && missed != null) {
      handler.handle(missed);
    }
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    return socket.write(data);
  }

  /** Sends a FIN behind all written data. Completes when the kernel has it. */
  @Override
  public Future<Void> end() {
    Promise<Void> promise;
    synchronized (this) {
      if (end != null) {
        return end;
      }
      promise = Promise.promise();
      end = promise.future();
    }
    // Netty's shutdown drops queued data; an empty write completes once the queue is empty.
    socket
        .write(Buffer.buffer())
        .onSuccess(v -> shutdownOutput(promise))
        .onFailure(cause -> onEndFailed(promise, cause));
    return promise.future();
  }

  /**
   * Completes the end although the socket is closed: the peer's FIN has closed both ways, and no
   * byte is lost.
   */
  private void onEndFailed(Promise<Void> promise, Throwable cause) {
    if (!hearsHalfClose && !channel.isOpen()) {
      promise.tryComplete();
    } else {
      promise.tryFail(cause);
    }
  }

  private void shutdownOutput(Promise<Void> promise) {
    channel
        .shutdownOutput()
        .addListener(
            f -> {
              if (f.isSuccess()) {
                closeAsUsual(); // the kernel has all data, and sends it even if this process ends
                promise.tryComplete();
                onOutputEnd();
              } else {
                onEndFailed(promise, f.cause());
              }
            });
  }

  @Override
  public KernelSocket setWriteQueueMaxSize(int maxSize) {
    socket.setWriteQueueMaxSize(maxSize);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return socket.writeQueueFull();
  }

  @Override
  public KernelSocket drainHandler(Handler<Void> handler) {
    socket.drainHandler(handler);
    return this;
  }

  @Override
  public String toString() {
    return String.valueOf(socket.remoteAddress());
  }
}
