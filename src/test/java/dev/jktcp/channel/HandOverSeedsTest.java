package dev.jktcp.channel;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.channel.RoutedTransport;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import io.vertx.junit5.VertxExtension;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The hand-over between a channel's loop and its adapter's, in orders that a seed draws. Two ends
 * talk, stop reading, end, close or reset at any time. The bytes are exact, no end waits for ever,
 * and no queue holds more than it may. {@code -Dhandovers=100000} for more.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 1800, unit = TimeUnit.SECONDS)
class HandOverSeedsTest {
  private static final int SEEDS = Integer.getInteger("handovers", 200);
  private static final int BUFFER = 32 * 1024; // of a connection, each way
  private static final int QUEUE = 256 * 1024; // of a hand-over, each way
  private static final int STEPS = 2_000_000; // more is a loop that never rests
  private static final long MOST_MS = 120_000;

  private int whole;
  private int broken;
  private long overtaken;

  @Test
  void everyOrder_deliversExactBytesAndForgetsNobody(Vertx vertx) {
    long only = Long.getLong("handover", 0);
    for (long seed = Math.max(1, only); seed <= (only > 0 ? only : SEEDS); seed++) {
      try {
        new Conversation(vertx, seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    if (only > 0) return;
    assertTrue(whole > SEEDS / 8 && broken > SEEDS / 4, whole + " whole, " + broken + " broken");
    assertTrue(overtaken > 10L * SEEDS, overtaken + " tasks overtook another");
  }

  @Test
  void whatIsFlushedTogether_isReadTogether(Vertx vertx) {
    for (long seed = 1; seed <= 20; seed++) {
      Conversation conversation = new Conversation(vertx, seed);
      conversation.open();
      Channel channel = conversation.client.channel;
      channel
          .eventLoop()
          .execute(
              () -> {
                for (int length : new int[] {1, 200, 1})
                  channel.write(Unpooled.buffer(length).writeZero(length));
                channel.flush();
              });
      conversation.pass(MOST_MS);
      assertEquals(202, conversation.server.heard.readableBytes());
      assertEquals(1, conversation.server.reads, "reads of seed " + seed);
      conversation.end();
    }
  }

  @Test
  void whatIsWritten_arrivesThoughItsListenerClosesAtOnce(Vertx vertx) {
    for (long seed = 1; seed <= 20; seed++) {
      Conversation conversation = new Conversation(vertx, seed);
      conversation.open();
      Channel channel = conversation.client.channel;
      ChannelPromise written = channel.newPromise();
      written.addListener(done -> channel.close());
      ByteBuf data = Unpooled.buffer(200).writeZero(200);
      channel.eventLoop().execute(() -> channel.writeAndFlush(data, written));
      conversation.pass(MOST_MS);
      assertEquals(200, conversation.server.heard.readableBytes(), "seed " + seed);
      conversation.end();
    }
  }

  private final class Conversation {
    final SimRandom random;
    final HandLoops loops;
    final Lab lab;
    final HandLoops.Loop adapters;
    final RoutedTransport transport = new RoutedTransport(Transport.NIO.implementation());
    final List<AdapterImpl> made = new ArrayList<>();
    Talker client;
    Talker server; // null until it is accepted

    Conversation(Vertx vertx, long seed) {
      random = new SimRandom(seed);
      loops = new HandLoops(random, random.oneOf(0.02, 0.2, 0.6));
      adapters = loops.loop();
      ContextInternal context =
          ((VertxInternal) vertx).contextBuilder().withEventLoop(adapters).build();
      lab = new Lab(context);
      PipeTransport.Pair pipe = PipeTransport.pair();
      transport.named("left", adapter(pipe.left(), 1));
      transport.named("right", adapter(pipe.right(), 2));
      transport.route("10.0.0.2", "left", false);
      transport.route("10.0.0.1", "right", false);
    }

    private AdapterImpl adapter(PacketTransport pipe, int host) {
      AdapterOptions options =
          new AdapterOptions()
              .addLocalAddress("10.0.0." + host)
              .setSendBuffer(BUFFER)
              .setMaxSendBuffer(BUFFER)
              .setReceiveBuffer(BUFFER)
              .setMaxReceiveBuffer(BUFFER);
      AdapterImpl adapter = lab.adapter(pipe, options);
      made.add(adapter);
      return adapter;
    }

    private ChannelFuture begin() {
      rest();
      ChannelFuture bound = listen();
      rest();
      assertTrue(bound.isSuccess(), () -> "bound: " + bound.cause());
      return connect();
    }

    void open() {
      ChannelFuture connected = begin();
      pass(MOST_MS);
      assertTrue(connected.isSuccess(), () -> "connected: " + connected.cause());
    }

    void run() {
      ChannelFuture connected = begin();
      int acts = (int) random.between(1, 60);
      for (int i = 0; i < acts; i++) {
        act();
        for (int steps = random.below(200); steps > 0 && loops.step(); steps--) checkBounds();
        if (random.chance(0.1)) pass(random.between(1, 300));
      }
      finish(connected);
      judge();
      end();
      overtaken += loops.overtaken();
    }

    void end() {
      for (AdapterImpl adapter : made) adapter.close();
      pass(10_000);
      for (AdapterImpl adapter : made) {
        assertTrue(adapter.ended().isComplete(), "the adapter has not ended");
      }
    }

    private ChannelFuture listen() {
      return new ServerBootstrap()
          .group(loops.loop(), random.chance(0.2) ? adapters : loops.loop())
          .channelFactory(transport.serverChannelFactory(false))
          .childOption(ChannelOption.ALLOW_HALF_CLOSURE, random.chance(0.5))
          .childHandler(
              initializer(
                  channel -> server = new Talker(Conversation.this, channel, random.fork())))
          .bind(new InetSocketAddress("10.0.0.2", 80));
    }

    private ChannelFuture connect() {
      Bootstrap bootstrap =
          new Bootstrap()
              .group(random.chance(0.2) ? adapters : loops.loop())
              .channelFactory(transport.channelFactory(false))
              .option(ChannelOption.ALLOW_HALF_CLOSURE, random.chance(0.5))
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
              .handler(
                  initializer(
                      channel -> client = new Talker(Conversation.this, channel, random.fork())));
      if (random.chance(0.3)) bootstrap.option(ChannelOption.SO_SNDBUF, random.oneOf(1, 500, 9000));
      return bootstrap.connect("10.0.0.2", 80);
    }

    private ChannelInitializer<SocketChannel> initializer(
        java.util.function.Function<Channel, Talker> talker) {
      return new ChannelInitializer<>() {
        @Override
        protected void initChannel(SocketChannel channel) {
          channel.pipeline().addLast(talker.apply(channel));
        }
      };
    }

    private void act() {
      Talker talker = server != null && random.chance(0.5) ? server : client;
      if (talker == null) return;
      talker.channel.eventLoop().execute(talker::act);
    }

    /** Lets both ends read on and end: then none may have anything to wait for. */
    private void finish(ChannelFuture connected) {
      for (Talker talker : talkers()) talker.channel.eventLoop().execute(talker::finish);
      pass(MOST_MS);
      if (server != null) server.channel.eventLoop().execute(server::finish); // accepted meanwhile
      pass(MOST_MS);
      assertTrue(connected.isDone(), "the connect has no end");
      for (Talker talker : talkers()) {
        for (ChannelFuture write : talker.writes) {
          assertTrue(write.isDone(), () -> talker.name() + " waits for a write for ever");
        }
      }
    }

    private void judge() {
      if (server == null) {
        broken++; // closed before it was accepted
        return;
      }
      client.checkHeard(server);
      server.checkHeard(client);
      boolean undisturbed = !client.broke && !server.broke;
      for (Talker talker : talkers()) talker.channel.eventLoop().execute(talker.channel::close);
      pass(MOST_MS);
      if (undisturbed) {
        assertEquals(server.written.readableBytes(), client.heard.readableBytes(), "client");
        assertEquals(client.written.readableBytes(), server.heard.readableBytes(), "server");
        whole++;
      } else {
        broken++;
      }
      for (Talker talker : talkers()) {
        assertTrue(!talker.channel.isOpen(), () -> talker.name() + " is still open");
      }
    }

    List<Talker> talkers() {
      List<Talker> all = new ArrayList<>();
      if (client != null) all.add(client);
      if (server != null) all.add(server);
      return all;
    }

    private void checkBounds() {
      if (client == null || server == null) return;
      client.checkBound(server);
      server.checkBound(client);
    }

    private void rest() {
      for (int steps = 0; loops.step(); steps++) {
        assertTrue(steps < STEPS, "no loop ever rests");
        checkBounds();
      }
    }

    private void pass(long ms) {
      rest();
      long untilNs = lab.clock.nanoTime() + ms * MS;
      HandLoops.Loop loop = adapters;
      boolean[] stepped = {true};
      while (stepped[0]) {
        loop.execute(() -> stepped[0] = lab.clock.step(untilNs));
        rest();
      }
    }
  }

  /** One end, which says, hears and stops as its seed draws. Its loop calls all of its methods. */
  private static final class Talker extends ChannelInboundHandlerAdapter {
    final Conversation conversation;
    final Channel channel;
    final SimRandom random;
    final ByteBuf written = Unpooled.buffer();
    final ByteBuf heard = Unpooled.buffer();
    final List<ChannelFuture> writes = new ArrayList<>();
    int accepted; // bytes of writes that are done
    int reads;
    boolean ended; // its output
    boolean finished; // from now on it only reads
    boolean broke; // it closed or reset before all was read
    boolean finReceived;
    Throwable error;

    Talker(Conversation conversation, Channel channel, SimRandom random) {
      this.conversation = conversation;
      this.channel = channel;
      this.random = random;
    }

    String name() {
      return this == conversation.client ? "client" : "server";
    }

    void act() {
      if (finished || !channel.isActive()) return;
      switch (random.below(24)) {
        case 0 -> breakOff(false);
        case 1 -> breakOff(true);
        case 2 -> end();
        case 3, 4, 5 -> channel.config().setAutoRead(false);
        case 6, 7, 8, 9 -> channel.config().setAutoRead(true);
        case 10, 11 -> channel.read();
        case 12 -> write(random.between(50_000, 400_000));
        default -> write(random.between(1, 20_000));
      }
    }

    private void breakOff(boolean reset) {
      if (random.chance(0.7)) return; // otherwise few would talk to the end
      broke = true;
      if (reset) channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    }

    private void end() {
      if (ended || random.chance(0.5)) return;
      endBehindAll();
    }

    /** Netty fails the writes that still wait at a shutdown, so it comes behind the last one. */
    private void endBehindAll() {
      ended = true;
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(written -> ((SocketChannel) channel).shutdownOutput());
    }

    private void write(long length) {
      if (ended) return;
      byte[] bytes = new byte[(int) length];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) random.nextLong();
      ByteBuf buffer =
          random.chance(0.5)
              ? Unpooled.wrappedBuffer(bytes)
              : Unpooled.directBuffer(bytes.length).writeBytes(bytes);
      written.writeBytes(bytes);
      ChannelFuture write =
          random.chance(0.7) ? channel.writeAndFlush(buffer) : channel.write(buffer);
      write.addListener(
          done -> {
            if (done.isSuccess()) accepted += bytes.length;
          });
      writes.add(write);
    }

    /** Reads on and, unless it has ended, says that it has no more to say. */
    void finish() {
      finished = true;
      if (!channel.isOpen()) return;
      channel.flush();
      channel.config().setAutoRead(true);
      if (!ended && channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE)) {
        endBehindAll();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf data = (ByteBuf) message;
      conversation.loops.overtake();
      reads++;
      heard.writeBytes(data);
      data.release();
      if (!finished && random.chance(0.02)) act();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) finReceived = true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      // Without half-closure a FIN closes, and what is not yet flushed is lost, as with NIO.
      if (!channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE)) broke = true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      error = cause;
      broke = true;
    }

    void checkHeard(Talker peer) {
      int length = heard.readableBytes();
      assertTrue(length <= peer.written.readableBytes(), () -> name() + " heard too much");
      assertEquals(peer.written.slice(0, length), heard, () -> name() + " heard other bytes");
      if (finReceived) {
        assertTrue(length >= peer.accepted, () -> name() + " heard an end before all was read");
      }
    }

    /** Bytes said and not yet heard are in buffers and hand-overs, each of which is bounded. */
    void checkBound(Talker peer) {
      int under = accepted - peer.heard.readableBytes();
      int most = 2 * (BUFFER + QUEUE);
      assertTrue(under <= most, () -> name() + " has " + under + " bytes under way");
    }
  }
}
