package dev.jktcp.impl.pump;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.NoSuchElementException;

/**
 * Looks at who closes a pump's TLS socket. Closed from this side before its end, it would say so to
 * its peer in good order (close_notify), and tell its reader of an end that the peer never sent.
 * Any thread.
 */
final class TlsGuard extends ChannelOutboundHandlerAdapter {
  private volatile boolean incomplete; // more is to be written than was
  private volatile boolean ended; // by the pump, when it had written all
  private volatile boolean cut;
  private volatile Runnable cutHandler;

  /**
   * @return null for a stream that is no TLS socket
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

  /** All is written: it may be closed in good order, which ends its input too. */
  void onLastByte() {
    incomplete = false;
    ended = true;
  }

  /** Whether what looks like an end of input is none. */
  boolean isCut() {
    return cut;
  }

  /** Called on the channel's event loop, whether its reader has paused or not. */
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

  /** Closes with an RST and without a word of TLS. */
  static void resetBelowTls(Channel channel, ChannelPromise promise) {
    KernelSocket.setLinger(channel, 0);
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close(promise);
    } else {
      first.close(promise); // from below the first handler, which is TLS's at the latest
    }
  }
}
