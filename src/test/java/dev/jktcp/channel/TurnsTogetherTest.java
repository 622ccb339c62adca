package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.channel.RoutedTransport;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.testkit.WrappedTransport;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What channels of another loop say in one turn of it, the adapter sends in one turn of its own. A
 * turn for each would take a batch of packets for each, more than a pool keeps.
 */
@ExtendWith(VertxExtension.class)
class TurnsTogetherTest {
  private static final int CHANNELS = 32;

  private final HandLoops loops = new HandLoops(new SimRandom(1), 0);
  private final HandLoops.Loop adapters = loops.loop();
  private final RoutedTransport transport = new RoutedTransport(Transport.NIO.implementation());
  private final List<AdapterImpl> made = new ArrayList<>();
  private int batches;
  private int packets;

  @Test
  void channelsOfOneLoop_sendTogether(Vertx vertx) {
    Lab lab = new Lab(((VertxInternal) vertx).contextBuilder().withEventLoop(adapters).build());
    PipeTransport.Pair pipe = PipeTransport.pair();
    adapter(lab, new Counting(pipe.left()), 1);
    adapter(lab, pipe.right(), 2);
    transport.named("left", made.get(0));
    transport.named("right", made.get(1));
    transport.route("10.0.0.2", "left", false);
    transport.route("10.0.0.1", "right", false);
    rest();
    EventLoop channels = loops.loop();
    new ServerBootstrap()
        .group(loops.loop())
        .channelFactory(transport.serverChannelFactory(false))
        .childHandler(new Silent())
        .bind(new InetSocketAddress("10.0.0.2", 80));
    rest();
    List<Channel> open = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) open.add(connect(channels));
    batches = 0;
    packets = 0;

    channels.execute(
        () -> open.forEach(channel -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]))));
    rest();

    assertEquals(CHANNELS, packets);
    assertEquals(1, batches);
    made.forEach(AdapterImpl::close);
    rest();
  }

  private void adapter(Lab lab, PacketTransport packetsBy, int host) {
    AdapterImpl adapter =
        lab.adapter(packetsBy, new AdapterOptions().addLocalAddress("10.0.0." + host));
    made.add(adapter);
  }

  private Channel connect(EventLoop channels) {
    ChannelFuture connected =
        new Bootstrap()
            .group(channels)
            .channelFactory(transport.channelFactory(false))
            .handler(new Silent())
            .connect("10.0.0.2", 80);
    rest();
    assertTrue(connected.isSuccess(), () -> "connected: " + connected.cause());
    return connected.channel();
  }

  private void rest() {
    while (loops.step()) {}
  }

  /** Hears what comes and says nothing. */
  @Sharable
  private static final class Silent extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {} // adapters end
  }

  private final class Counting extends WrappedTransport {
    Counting(PacketTransport inner) {
      super(inner);
    }

    @Override
    public void send(PacketBatch batch) {
      batches++;
      packets += batch.count();
      inner.send(batch);
    }
  }
}
