package dev.jktcp.impl.pump;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.NoSuchElementException;

/**
 * Notes which side closes a pump's TLS socket. If this side closed it before its end, it would send
 * the peer an orderly close_notify, and give its reader an end that the peer never sent.
 * Thread-safe.
 */
final class TlsGuard extends ChannelOutboundHandlerAdapter {
  private volatile boolean incomplete; // more is to be written
  private volatile boolean ended; // the pump has written all
  private volatile boolean cut;
  private volatile Runnable cutHandler;

  /**
   * @return null if the stream is no TLS socket
   */
  static TlsGuard of(Object stream) {
    if (!(stream instanceof NetSocketInternal socket) || !socket.isSsl()) {
      return null;
    }
    TlsGuard guard = new TlsGuard();
    ChannelHandlerContext context = socket.channelHandlerContext();
    try {
      context.pipeline().addBefore(context.name(), null, guard);
    } catch (NoSuchElementException closed) {
      guard.cut = true;
    }
    return guard;
  }

  void incomplete(boolean moreToCome) {
    incomplete = moreToCome;
  }

  /** All data is written: the socket may be closed in good order, which ends its input as well. */
  void onLastByte() {
    incomplete = false;
    ended = true;
  }

  /** Whether the end of the input was made on this side, not by the peer. */
  boolean isCut() {
    return cut;
  }

  /**
   * Sets the handler for such an end. It is called on the channel's event loop, also while the
   * reader has paused.
   */
  void cutHandler(Runnable handler) {
    cutHandler = handler;
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    Runnable told = ended || cut ? null : cutHandler;
    if (!ended) {
      cut = true;
    }
    if (incomplete) {
      resetBelowTls(context.channel(), promise);
    } else {
      context.close(promise);
    }
    if (told != null) {
      told.run();
    }
  }

  /** Closes with an RST, without TLS's close_notify. */
  static void resetBelowTls(Channel channel, ChannelPromise promise) {
    KernelSocket.setLinger(channel, 0);
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close(promise);
    } else {
      first.close(promise); // from below the first handler, which is TLS's or before it
    }
  }
}
