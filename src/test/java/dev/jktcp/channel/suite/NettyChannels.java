package dev.jktcp.channel.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The channels that Netty's tests run over: those of a Vert.x, whose transport goes as {@link
 * Way#ofProcess} says.
 */
final class NettyChannels extends SocketTestPermutation {
  private static final boolean TUN = Way.ofProcess() == Way.TUN;

  private final EventLoopGroup loops;
  private final Transport transport;

  private NettyChannels() {
    VertxInternal vertx =
        (VertxInternal) Vertx.vertx(new VertxOptions().setEventLoopPoolSize(NUM_THREADS));
    loops = vertx.nettyEventLoopGroup();
    transport = vertx.transport();
  }

  /** Netty's tests know no other channels than those of a constant, and no other address. */
  static void install() throws ReflectiveOperationException, UnknownHostException {
    set(SocketTestPermutation.class.getDeclaredField("INSTANCE"), new NettyChannels());
    if (TUN) {
      InetAddress kernels = InetAddress.getByName(LoopbackProvider.KERNELS);
      set(NetUtil.class.getField("LOCALHOST"), kernels);
      set(NetUtil.class.getField("LOCALHOST4"), kernels);
    }
  }

  /** The constants are final, which reflection respects and Unsafe does not. */
  private static void set(Field constant, Object value) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe"); // by name, for javac warns of its use
    Field only = type.getDeclaredField("theUnsafe");
    only.setAccessible(true);
    Object unsafe = only.get(null);
    Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, constant);
    Object offset = type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, constant);
    type.getMethod("putObject", Object.class, long.class, Object.class)
        .invoke(unsafe, base, offset, value);
  }

  /** A server of the stack is at the stack's address, whatever the test says. */
  private static SocketAddress forServer(SocketAddress asked) {
    return TUN ? new InetSocketAddress(LoopbackProvider.STACKS, 0) : asked;
  }

  @Override
  public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
    return List.of(
        () ->
            new ServerBootstrap() {
              @Override
              public ServerBootstrap localAddress(SocketAddress at) {
                return super.localAddress(forServer(at));
              }
            }.group(loops).channelFactory(transport.serverChannelFactory(false)));
  }

  @Override
  public List<BootstrapFactory<Bootstrap>> clientSocket() {
    return List.of(
        () -> new Bootstrap().group(loops).channelFactory(transport.channelFactory(false)));
  }

  @Override
  public List<BootstrapFactory<Bootstrap>> datagramSocket() {
    return List.of(
        () -> new Bootstrap().group(loops).channelFactory(transport.datagramChannelFactory()));
  }

  @Override
  public List<BootstrapComboFactory<Bootstrap, Bootstrap>> datagram(SocketProtocolFamily family) {
    return combo(
        List.of(() -> datagrams(new AtServer(), family)),
        List.of(() -> datagrams(new Bootstrap(), family)));
  }

  private Bootstrap datagrams(Bootstrap bootstrap, SocketProtocolFamily family) {
    return bootstrap.group(loops).channelFactory(() -> transport.datagramChannel(vertxs(family)));
  }

  private static final class AtServer extends Bootstrap {
    @Override
    public ChannelFuture bind(SocketAddress at) {
      return super.bind(forServer(at));
    }
  }

  @SuppressWarnings("deprecation") // Vert.x asks for it
  private static InternetProtocolFamily vertxs(SocketProtocolFamily family) {
    return family == SocketProtocolFamily.INET6
        ? InternetProtocolFamily.IPv6
        : InternetProtocolFamily.IPv4;
  }
}
