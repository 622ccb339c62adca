package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Habits of NIO's channels that a user of Netty itself sees. Netty's own suite asks for each. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChannelContractsTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.2", 80);

  private static NetServer listen(RoutedPair pair) throws Exception {
    return pair.listen(SERVER.getPort(), SERVER.getHostString());
  }

  private static Bootstrap bootstrap(RoutedPair pair, ChannelHandler handler) throws Exception {
    return bootstrap(pair, internal(pair).transport().channelFactory(false), handler);
  }

  private static Bootstrap bootstrap(
      RoutedPair pair, ChannelFactory<? extends Channel> channels, ChannelHandler handler)
      throws Exception {
    return new Bootstrap()
        .group(pair.call(() -> internal(pair).getOrCreateContext().nettyEventLoop()))
        .channelFactory(channels)
        .handler(handler);
  }

  private static Bootstrap datagrams(RoutedPair pair, ChannelHandler handler) throws Exception {
    return bootstrap(pair, internal(pair).transport().datagramChannelFactory(), handler);
  }

  private static VertxInternal internal(RoutedPair pair) {
    return (VertxInternal) pair.vertx;
  }

  private static ChannelHandler idle() {
    return new ChannelInboundHandlerAdapter();
  }

  private static Throwable failure(Future<?> future) throws Exception {
    assertTrue(future.await(30, TimeUnit.SECONDS));
    return future.cause();
  }

  @ParameterizedTest
  @EnumSource
  void secondConnect_fails_andTheFirstConnectionStays(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      listen(pair);
      Channel channel = bootstrap(pair, idle()).connect(SERVER).sync().channel();
      Object local = channel.localAddress();
      InetSocketAddress kernels = new InetSocketAddress("127.0.0.1", 9);
      for (InetSocketAddress to : List.of(SERVER, kernels)) {
        assertInstanceOf(AlreadyConnectedException.class, failure(channel.connect(to)));
      }
      assertTrue(channel.isActive());
      assertEquals(local, channel.localAddress());
      assertEquals(SERVER, channel.remoteAddress());
      channel.close().sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  void channelThatTheConnectsListenerCloses_isActiveBeforeItIsInactive(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      listen(pair);
      List<String> events = new CopyOnWriteArrayList<>();
      Promise<Void> inactive = Promise.promise();
      ChannelHandler handler =
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
              events.add("active");
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
              events.add("inactive");
              inactive.complete();
            }
          };
      bootstrap(pair, handler).connect(SERVER).addListener(ChannelFutureListener.CLOSE);
      Await.result(inactive.future());
      assertEquals(List.of("active", "inactive"), events);
    }
  }

  /** By the time a write of NIO returns, the kernel has sent the bytes that the window takes. */
  @ParameterizedTest
  @EnumSource
  void closeByTheWritesListener_withALingerOfZero_resetsBehindTheBytes(RoutedPair.Loops loops)
      throws Exception {
    int length = 10_000;
    try (RoutedPair pair = new RoutedPair(loops)) {
      AtomicInteger received = new AtomicInteger();
      Promise<TcpStream> over = Promise.promise();
      Await.result(
          pair.right.listen(
              SERVER.getPort(),
              stream -> {
                stream.handler(data -> received.addAndGet(data.length()));
                stream.closeHandler(v -> over.complete(stream));
              }));
      Bootstrap bootstrap = bootstrap(pair, idle()).option(ChannelOption.SO_LINGER, 0);
      Channel channel = bootstrap.connect(SERVER).sync().channel();
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(new byte[length]))
          .addListener(ChannelFutureListener.CLOSE)
          .sync();
      assertEquals(CloseReason.RESET, Await.result(over.future()).closeReason());
      assertEquals(length, received.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shutdownBeforeTheConnect_fails(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      SocketChannel channel = (SocketChannel) bootstrap(pair, idle()).register().sync().channel();
      assertInstanceOf(NotYetConnectedException.class, failure(channel.shutdownInput()));
      assertInstanceOf(NotYetConnectedException.class, failure(channel.shutdownOutput()));
      channel.close().sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  void unreachablePort_failsTheNextWrite_ofAChannelThatDoesNotRead_orItsNextRead(
      RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<Throwable> caught = Promise.promise();
      ChannelHandler handler =
          new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
              caught.tryComplete(cause);
            }
          };
      Bootstrap bootstrap = datagrams(pair, handler).option(ChannelOption.AUTO_READ, false);
      Channel channel = bootstrap.connect(SERVER).sync().channel();
      Promise<Throwable> failed = Promise.promise();
      Await.until(pair.vertx, () -> written(channel, failed));
      assertInstanceOf(PortUnreachableException.class, Await.result(failed.future()));
      assertTrue(channel.isOpen());
      assertFalse(caught.future().isComplete());
      Await.until(
          pair.vertx,
          () -> {
            channel.read();
            return written(channel, caught);
          });
      assertInstanceOf(PortUnreachableException.class, Await.result(caught.future()));
      channel.close().sync();
    }
  }

  /** NIO does not know to which address of its host a datagram came. */
  @ParameterizedTest
  @EnumSource
  void datagramsRecipient_isTheAddressThatItsChannelIsBoundTo(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.routeAndListen("10.1.0.0/16", pair.right);
      Promise<InetSocketAddress> recipient = Promise.promise();
      ChannelHandler handler =
          new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
              recipient.complete(packet.recipient());
            }
          };
      InetSocketAddress any = new InetSocketAddress("0.0.0.0", SERVER.getPort());
      Channel server = datagrams(pair, handler).bind(any).sync().channel();
      Channel client = datagrams(pair, idle()).connect(SERVER).sync().channel();
      client.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])).sync();
      assertEquals(any, Await.result(recipient.future()));
      client.close().sync();
      server.close().sync();
    }
  }

  /** Writes one more datagram, for errors are limited in rate; whether the promise is complete. */
  private static io.vertx.core.Future<Boolean> written(Channel channel, Promise<Throwable> error) {
    Promise<Boolean> over = Promise.promise();
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(new byte[1]))
        .addListener(
            written -> {
              if (!written.isSuccess()) error.tryComplete(written.cause());
              over.complete(error.future().isComplete());
            });
    return over.future();
  }

  /** A server's channel stops accepting for a second after a failure, and connections wait. */
  @ParameterizedTest
  @EnumSource
  void thousandsThatWaitWhileTheServerDoesNotRead_areAcceptedOnceItDoes(RoutedPair.Loops loops)
      throws Exception {
    int many = 4_000;
    try (RoutedPair pair = new RoutedPair(loops)) {
      VertxInternal vertx = (VertxInternal) pair.vertx;
      AtomicInteger accepted = new AtomicInteger();
      Promise<Void> all = Promise.promise();
      EventLoop loop = pair.call(() -> vertx.getOrCreateContext().nettyEventLoop());
      Channel server =
          new ServerBootstrap()
              .group(loop)
              .channelFactory(vertx.transport().serverChannelFactory(false))
              .option(ChannelOption.SO_BACKLOG, many)
              .option(ChannelOption.AUTO_READ, false)
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                      if (accepted.incrementAndGet() == many) all.complete();
                    }
                  })
              .bind(SERVER)
              .sync()
              .channel();
      for (int i = 0; i < many; i += 100) {
        List<io.vertx.core.Future<TcpStream>> some = new ArrayList<>();
        for (int j = 0; j < 100; j++) {
          some.add(pair.left.connect(SERVER.getHostString(), SERVER.getPort()));
        }
        Await.result(io.vertx.core.Future.all(some));
      }
      assertEquals(0, accepted.get());
      server.config().setAutoRead(true);
      Await.result(all.future());
      assertEquals(many, accepted.get());
    }
  }
}
