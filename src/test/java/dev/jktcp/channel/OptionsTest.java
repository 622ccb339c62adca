package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options of sockets mean what they mean for the kernel's. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OptionsTest {
  @ParameterizedTest
  @EnumSource
  void lingerOfZero_resetsAtClose_andOthersEndWell(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (int linger : new int[] {-1, 0, 5}) {
        Promise<TcpStream> accepted = Promise.promise();
        var server =
            Await.result(
                pair.right.listen(
                    0, stream -> accepted.complete(stream.endHandler(v -> stream.close()))));
        NetClientOptions options = new NetClientOptions().setSoLinger(linger);
        NetSocket socket =
            pair.await(() -> pair.netClient(options).connect(server.port(), "10.0.0.2"));
        TcpStream stream = Await.result(accepted.future());
        Await.result(socket.close());
        Await.until(
            pair.vertx, () -> io.vertx.core.Future.succeededFuture(stream.closeReason() != null));
        assertEquals(linger == 0 ? CloseReason.RESET : CloseReason.CLOSED, stream.closeReason());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void trafficClass_isThatOfThePackets(RoutedPair.Loops loops, @TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("packets.pcap");
    try (RoutedPair pair = new RoutedPair(loops)) {
      Await.result(pair.right.listen(80, stream -> {}));
      Await.result(pair.left.pcap(file.toString()));
      NetClientOptions options = new NetClientOptions().setTrafficClass(0x20);
      pair.await(() -> pair.netClient(options).connect(80, "10.0.0.2"));
      Await.result(pair.left.stopPcap());
    }
    String bytes = HexFormat.of().formatHex(Files.readAllBytes(file));
    assertTrue(bytes.matches(".*4520.{12}4006.{4}0a0000010a000002.*"), bytes);
    assertTrue(bytes.matches(".*4500.{12}4006.{4}0a0000020a000001.*"), bytes);
  }

  @ParameterizedTest
  @EnumSource
  void sendBuffer_boundsWhatIsTaken(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<TcpStream> accepted = Promise.promise();
      Await.result(pair.right.listen(80, stream -> accepted.complete(stream.pause())));
      Channel channel = connect(pair, new ChannelInboundHandlerAdapter(), 80);
      byte[] bytes = new byte[64 * 1024];
      var whole = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
      TcpStream stream = Await.result(accepted.future());
      long[] received = {0};
      Promise<Void> all = Promise.promise();
      stream.handler(
          data -> {
            received[0] += data.length();
            if (received[0] == bytes.length) all.complete();
          });
      stream.resume();
      Await.result(all.future());
      whole.sync();
      assertEquals(4096, channel.config().getOption(ChannelOption.SO_SNDBUF));
      channel.close().sync();
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfClosure_isTold_andWritingGoesOn(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<String> heard = Promise.promise();
      Buffer late = Buffer.buffer();
      Await.result(
          pair.right.listen(
              80,
              stream -> {
                stream.handler(late::appendBuffer);
                stream.endHandler(v -> heard.complete(late.toString()));
                stream.write(Buffer.buffer("all")).onSuccess(v -> stream.end());
              }));
      Promise<String> told = Promise.promise();
      StringBuilder read = new StringBuilder();
      Channel channel =
          connect(
              pair,
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                  ByteBuf data = (ByteBuf) message;
                  read.append(data.toString(java.nio.charset.StandardCharsets.US_ASCII));
                  ReferenceCountUtil.release(message);
                }

                @Override
                public void userEventTriggered(ChannelHandlerContext context, Object event) {
                  if (event == ChannelInputShutdownEvent.INSTANCE) told.complete(read.toString());
                }
              },
              80);
      assertEquals("all", Await.result(told.future()));
      assertTrue(channel.isActive());
      assertTrue(((SocketChannel) channel).isInputShutdown());
      channel.writeAndFlush(Unpooled.wrappedBuffer("late".getBytes())).sync();
      ((SocketChannel) channel).shutdownOutput().sync();
      assertEquals("late", Await.result(heard.future()));
      channel.close().sync();
    }
  }

  /** A user of Netty itself. */
  private static Channel connect(RoutedPair pair, ChannelInboundHandlerAdapter handler, int port)
      throws Exception {
    EventLoop loop = pair.call(() -> ContextInternal.current().nettyEventLoop());
    Bootstrap bootstrap = new Bootstrap();
    bootstrap
        .group(loop)
        .channelFactory(pair.transport.implementation().channelFactory(false))
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.SO_SNDBUF, 4096)
        .handler(handler);
    return bootstrap.connect(new InetSocketAddress("10.0.0.2", port)).sync().channel();
  }
}
