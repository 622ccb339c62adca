package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.dns.TcpDnsResponseDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A channel that connects through one adapter, whatever the routes say, and closes after a given
 * time.
 */
final class TunnelChannel extends StackChannel {
  private final AdapterInternal adapter;
  private final long lifeMs;

  TunnelChannel(AdapterInternal adapter, long lifeMs) {
    this.adapter = adapter;
    this.lifeMs = lifeMs;
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StackUnsafe() {
      @Override
      public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
        promise.addListener(connected -> limitLife());
        connect(adapter, (InetSocketAddress) to, (InetSocketAddress) from, promise);
      }
    };
  }

  /** The resolver adds its decoder when it is connected, and so before the first read. */
  @Override
  protected void doBeginRead() {
    AnswerGuard.install(pipeline(), TcpDnsResponseDecoder.class, null);
    super.doBeginRead();
  }

  private void limitLife() {
    Future<?> end = eventLoop().schedule(() -> close(), lifeMs, TimeUnit.MILLISECONDS);
    closeFuture().addListener(closed -> end.cancel(false));
  }
}
