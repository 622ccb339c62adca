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
 * A {@link NetSocket} that half-closes, as a stream in both directions.
 *
 * <p>A NetSocket closes its channel when the peer's FIN arrives, and its {@code end()} is a close.
 * Here the FIN is the end of the input only, in its place behind the data before it; {@link #end}
 * sends a FIN behind the data written; the channel closes when both have happened. A channel that
 * goes before that, whether by RST, by a write error that Netty reports nowhere else, or because
 * the FIN came before this class, is a failure.
 *
 * <p>Any thread; handlers run where the NetSocket's do, except for a failure without exception,
 * which is reported on the channel's event loop.
 */
public final class KernelSocket implements ReadStream<Buffer>, WriteStream<Buffer> {
  private static final AttributeKey<KernelSocket> KEY =
      AttributeKey.valueOf(KernelSocket.class, "socket");

  private final NetSocketInternal socket;
  private final DuplexChannel channel;
  private final boolean hearsHalfClose;

  private final int lingerS; // of its maker; below 0 for none
  private volatile Handler<Buffer> handler;
  private volatile boolean finSeen; // written on the event loop, before the marker goes in

  // Under this object's lock, and no handler is called under it.
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
   * Takes a stream over if it is a plain kernel socket; the socket is paused then. A second call
   * gives what the first gave.
   *
   * @return null for any other stream, TLS sockets included, which know no half-close
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

  /** Closes with an RST, at once and whatever is queued. */
  public static void reset(NetSocket stream) {
    if (!(stream instanceof NetSocketInternal socket)) {
      stream.close();
      return;
    }
    // Not through the NetSocket, which would first wait for its queue.
    Channel channel = socket.channelHandlerContext().channel();
    TlsGuard.resetBelowTls(channel, channel.newPromise());
  }

  static void setLinger(Channel channel, int seconds) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, seconds);
    } catch (RuntimeException e) {
      // Closed already, or a Unix domain socket, which has no reset: closing is all there is.
    }
  }

  private static int linger(Channel channel) {
    try {
      Integer seconds = channel.config().getOption(ChannelOption.SO_LINGER);
      return seconds == null || seconds == 0 ? -1 : seconds; // 0: a reset but for a good end
    } catch (RuntimeException e) {
      return -1; // as above
    }
  }

  /**
   * From now on a close of the socket before its {@link #end} sends a reset, whatever closes it: a
   * server, the end of Vert.x, or the end of a killed process. A FIN would make a part look like
   * all. The kernel does it (SO_LINGER of 0), without help of this process.
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
      // On another thread than the channel's, the FIN may have passed between option and marker.
      channel.eventLoop().execute(marker::lookForMissedFin);
    } catch (NoSuchElementException closed) {
      // The pipeline was taken down already: onChannelClosed is to come.
    }
  }

  /** Puts an empty buffer behind the data, so that the end waits for demand as the data does. */
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
        ctx.fireChannelReadComplete(); // or the NetSocket holds its flushes back
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

  /** A failure that came before the handler is told at once. */
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

  /** Sends a FIN behind all that was written. Completes when it was handed to the kernel. */
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
    // Netty's shutdown drops what is queued; an empty write completes once it is not.
    socket
        .write(Buffer.buffer())
        .onSuccess(v -> shutdownOutput(promise))
        .onFailure(cause -> onEndFailed(promise, cause));
    return promise.future();
  }

  /**
   * Where the peer's FIN closes both ways, there is nobody left to tell and no byte is lost by it.
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
                closeAsUsual(); // the kernel has all of it, and sends it even if this process ends
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
