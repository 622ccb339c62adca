package dev.jktcp.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.ProxyServerOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.FakeTcpStream;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.text.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A proxy's clients without sockets, adapter or clock: the test plays all three. */
final class ProxyLab {
  final ManualClock clock = new ManualClock();
  final List<String> asked = new ArrayList<>();
  final List<Promise<TcpStream>> connects = new ArrayList<>();
  final List<String> refusals = new ArrayList<>();
  final List<TcpStream> pairs = new ArrayList<>();
  final ProxyClients clients;

  ProxyLab(ProxyServerOptions options) {
    clients =
        new ProxyClients(
            Runnable::run, clock, this::connect, () -> Future.failedFuture("no UDP here"), options);
    clients.onRefusal = (client, cause) -> refusals.add(cause.getMessage());
    clients.onPair = (stream, pump) -> pairs.add(stream);
  }

  private Future<TcpStream> connect(TcpConnectOptions to) {
    asked.add(Fields.join(to.getHost(), to.getPort()));
    Promise<TcpStream> promise = Promise.promise();
    connects.add(promise);
    return promise.future();
  }

  /** The last connect that was asked for succeeds. */
  FakeTcpStream connected() {
    FakeTcpStream stream = new FakeTcpStream();
    connects.get(connects.size() - 1).complete(stream);
    return stream;
  }

  void passes(long ms) {
    long untilNs = clock.nanoTime() + ms * 1_000_000;
    while (clock.step(untilNs)) {}
  }

  static String hex(String... parts) {
    return String.join("", parts).replace(" ", "");
  }

  static String ascii(String text) {
    return ByteBufUtil.hexDump(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A client at the other end of its channel. */
  final class Client implements ClientSocket {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<String> log = new ArrayList<>();
    final FakeTcpStream side = new FakeTcpStream();

    Client() {
      clients.accept(this);
    }

    void sends(String hex) {
      channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))));
    }

    /** Sends each byte by itself. */
    void sendsSlowly(String hex) {
      for (byte each : ByteBufUtil.decodeHexDump(hex.replace(" ", ""))) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
      }
    }

    void says(String text) {
      sends(ascii(text));
    }

    void sendsFin() {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }

    /** What came since the last time, in hexadecimal. */
    String hears() {
      return ByteBufUtil.hexDump(heard());
    }

    String hearsText() {
      return new String(heard(), StandardCharsets.UTF_8);
    }

    private byte[] heard() {
      return all(() -> channel.readOutbound());
    }

    /** What went on to the socket behind the handshake. */
    String passedOn() {
      return new String(all(() -> channel.readInbound()), StandardCharsets.UTF_8);
    }

    private byte[] all(java.util.function.Supplier<ByteBuf> source) {
      ByteBuf all = Unpooled.buffer();
      ByteBuf next;
      while ((next = source.get()) != null) {
        all.writeBytes(next);
        next.release();
      }
      return ByteBufUtil.getBytes(all);
    }

    void isReset() {
      assertEquals(List.of("reset"), log);
      assertEquals(false, channel.isOpen());
    }

    @Override
    public String localHost() {
      return "127.0.0.1";
    }

    @Override
    public DatagramSocket udp() {
      throw new UnsupportedOperationException("a lab without sockets");
    }

    @Override
    public Channel channel() {
      return channel;
    }

    @Override
    public SocketAddress remoteAddress() {
      return SocketAddress.inetSocketAddress(4711, "127.0.0.1");
    }

    @Override
    public Future<Void> end() {
      log.add("end");
      return Future.succeededFuture();
    }

    @Override
    public void reset() {
      log.add("reset");
      channel.close();
    }

    @Override
    public Pump pumpWith(TcpStream stream) {
      return Pump.between(side, stream);
    }
  }
}
