package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A channel that becomes the kernel's does as the kernel transport's own channel does, for users of
 * Netty itself: each test runs over the kernel's transport first.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KernelChannelIT {
  static Stream<io.vertx.core.transport.Transport> kernels() {
    return DecidingIT.kernels();
  }

  private interface Code {
    void run(Transport transport, EventLoopGroup loops) throws Exception;
  }

  private static void bothWays(io.vertx.core.transport.Transport kernel, Code code)
      throws Exception {
    JktcpTransport routed = new JktcpTransport(kernel);
    for (var transport : List.of(kernel, routed)) {
      Vertx vertx = Vertx.builder().withTransport(transport).build();
      try {
        code.run(transport.implementation(), ((VertxInternal) vertx).nettyEventLoopGroup());
      } finally {
        Await.result(vertx.close());
      }
    }
  }

  private static Bootstrap client(
      Transport transport, EventLoopGroup loops, ChannelHandler handler) {
    return new Bootstrap()
        .group(loops)
        .channelFactory(transport.channelFactory(false))
        .handler(handler);
  }

  /** A server that echoes, at a port of its choice. */
  private static ServerBootstrap echo(Transport transport, EventLoopGroup loops) {
    ChannelFactory<? extends ServerChannel> servers = transport.serverChannelFactory(false);
    return new ServerBootstrap()
        .group(loops)
        .channelFactory(servers::newChannel)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void channelRead(ChannelHandlerContext context, Object message) {
                            context.writeAndFlush(message);
                          }
                        });
              }
            });
  }

  private static Channel listen(ServerBootstrap server) throws Exception {
    return server.bind("127.0.0.1", 0).sync().channel();
  }

  private static Channel connect(Bootstrap client, Channel server) throws Exception {
    return client.connect(server.localAddress()).sync().channel();
  }

  private static Channel register(Bootstrap client) throws Exception {
    return client.register().sync().channel();
  }

  /** Says so to an echo, and waits for the answer. */
  private static void hear(Heard heard, Channel channel) throws Exception {
    channel.writeAndFlush(text(heard.expected)).sync();
    Await.result(heard.all.future());
  }

  /** Collects text until it is the expected one. */
  private static final class Heard extends ChannelInboundHandlerAdapter {
    final Promise<Void> all = Promise.promise();
    private final String expected;
    private final StringBuilder text = new StringBuilder();

    Heard(String expected) {
      this.expected = expected;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      text.append(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
      ReferenceCountUtil.release(message);
      if (text.toString().equals(expected)) all.complete();
    }
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static ChannelHandler initializer(Consumer<Channel> code) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        code.accept(channel);
      }
    };
  }

  // --- options

  @ParameterizedTest
  @MethodSource("kernels")
  void setterBeforeTheConnect_reachesTheKernelsChannel(io.vertx.core.transport.Transport kernel)
      throws Exception {
    FixedRecvByteBufAllocator buffers = new FixedRecvByteBufAllocator(777);
    DefaultMessageSizeEstimator sizes = new DefaultMessageSizeEstimator(7);
    Consumer<Channel> settings =
        channel -> {
          SocketChannelConfig config = (SocketChannelConfig) channel.config();
          config.setTcpNoDelay(false).setSoLinger(7).setKeepAlive(true).setTrafficClass(0x20);
          config.setSendBufferSize(20_000).setReceiveBufferSize(30_000).setReuseAddress(true);
          config.setAllowHalfClosure(true).setConnectTimeoutMillis(7_777).setWriteSpinCount(7);
          config.setAllocator(UnpooledByteBufAllocator.DEFAULT).setMessageSizeEstimator(sizes);
          config.setAutoRead(false).setAutoClose(false).setRecvByteBufAllocator(buffers);
          config.setWriteBufferWaterMark(new WriteBufferWaterMark(1_000, 2_000));
          config.setWriteBufferHighWaterMark(7_000);
          config.setWriteBufferLowWaterMark(6_000);
        };
    List<Map<String, String>> seen = new ArrayList<>();
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops));
          Channel channel = connect(client(transport, loops, initializer(settings)), server);
          assertEquals(buffers, channel.config().getRecvByteBufAllocator());
          assertEquals(7_777, channel.config().getConnectTimeoutMillis());
          seen.add(texts(channel));
          channel.close().sync();
        });
    assertSame(seen);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void setterBeforeTheBind_reachesTheKernelsChannel(io.vertx.core.transport.Transport kernel)
      throws Exception {
    Consumer<Channel> settings =
        channel -> {
          ServerSocketChannelConfig config = (ServerSocketChannelConfig) channel.config();
          config.setBacklog(7).setReceiveBufferSize(30_000).setReuseAddress(false);
          config.setConnectTimeoutMillis(7_777).setAutoClose(false);
        };
    List<Map<String, String>> seen = new ArrayList<>();
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops).handler(initializer(settings)));
          seen.add(texts(server));
        });
    assertSame(seen);
  }

  /** Objects of each channel's own are compared by their class. */
  private static Map<String, String> texts(Channel channel) {
    Map<String, String> texts = new TreeMap<>();
    channel
        .config()
        .getOptions()
        .forEach((option, value) -> texts.put(option.name(), ("" + value).replaceAll("@.*", "")));
    return texts;
  }

  private static void assertSame(List<Map<String, String>> seen) {
    assertEquals(2, seen.size());
    assertEquals(seen.get(0), seen.get(1));
  }

  // --- reading

  @ParameterizedTest
  @MethodSource("kernels")
  void autoReadThatIsSetBeforeTheConnect_reads(io.vertx.core.transport.Transport kernel)
      throws Exception {
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops));
          Heard heard = new Heard("hello");
          Channel channel =
              register(client(transport, loops, heard).option(ChannelOption.AUTO_READ, false));
          channel.config().setAutoRead(true);
          channel.connect(server.localAddress()).sync();
          hear(heard, channel);
        });
  }

  /** As Netty's own acceptor does, which stops for a second when accepting has failed. */
  @ParameterizedTest
  @MethodSource("kernels")
  void serverThatStoppedReading_acceptsAgain(io.vertx.core.transport.Transport kernel)
      throws Exception {
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops));
          server.config().setAutoRead(false);
          server.eventLoop().submit(() -> {}).sync();
          server.config().setAutoRead(true);
          Heard heard = new Heard("hello");
          hear(heard, connect(client(transport, loops, heard), server));
        });
  }

  // --- writing

  @ParameterizedTest
  @MethodSource("kernels")
  void whatIsWrittenBeforeTheConnect_leavesWithTheFlushAfterIt(
      io.vertx.core.transport.Transport kernel) throws Exception {
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops));
          Heard heard = new Heard("before, after");
          Channel channel = register(client(transport, loops, heard));
          ChannelFuture before = channel.write(text("before, "));
          channel.connect(server.localAddress()).sync();
          channel.writeAndFlush(text("after")).sync();
          assertTrue(before.isSuccess());
          Await.result(heard.all.future());
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void whatIsWrittenBeforeTheConnect_failsWithAFlushBeforeItOrAClose(
      io.vertx.core.transport.Transport kernel) throws Exception {
    bothWays(
        kernel,
        (transport, loops) -> {
          ChannelHandler none = new ChannelInboundHandlerAdapter();
          Channel channel = register(client(transport, loops, none));
          ByteBuf data = text("flushed");
          ChannelFuture flushed = channel.writeAndFlush(data).await();
          assertInstanceOf(NotYetConnectedException.class, flushed.cause());
          ByteBuf left = text("left");
          ChannelFuture closed = channel.write(left);
          channel.close().sync();
          assertInstanceOf(ClosedChannelException.class, closed.await().cause());
          assertEquals(0, data.refCnt() + left.refCnt());
        });
  }

  // --- event loops

  @ParameterizedTest
  @MethodSource("kernels")
  void channelThatMovesToAnotherLoop_goesOnThere(io.vertx.core.transport.Transport kernel)
      throws Exception {
    bothWays(
        kernel,
        (transport, loops) -> {
          Channel server = listen(echo(transport, loops));
          Heard heard = new Heard("hello");
          Channel channel = connect(client(transport, loops, heard), server);
          channel.deregister().sync();
          loops.next().register(channel).sync();
          hear(heard, channel);
          channel.close().sync();
        });
  }
}
