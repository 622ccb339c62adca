package dev.jktcp.transport;

import dev.jktcp.text.Fields;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpClientConfig;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.net.TcpServerConfig;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * Clients and servers that are the kernel's, whatever the routes of {@code JktcpTransport} say. An
 * adapter's own packets need them, or a route {@code 0.0.0.0/0} would swallow those packets. The
 * library's transports use them by themselves. A user's client that carries packets is made with
 * one of these configurations: {@code vertx.createNetClient(KernelSockets.client(options))}.
 */
public final class KernelSockets {
  private static final AttributeKey<Boolean> MARK = AttributeKey.valueOf("dev.jktcp.kernel");

  /** More than any datagram. The kernel doubles the figure, which makes it Linux's own default. */
  private static final int DATAGRAM_BUFFER = 104 * 1024;

  private static final ThreadLocal<Boolean> MAKING = new ThreadLocal<>();

  private KernelSockets() {}

  /** For {@code Vertx.createNetClient}. */
  public static TcpClientConfig client(NetClientOptions options) {
    TcpClientConfig config = new TcpClientConfig(options);
    return config.setTransportConfig(new Marked(config.getTransportConfig()));
  }

  /** For {@code Vertx.createNetServer}. */
  public static TcpServerConfig server(NetServerOptions options) {
    TcpServerConfig config = new TcpServerConfig(options);
    config.setTransportConfig(new Marked(config.getTransportConfig()));
    return config;
  }

  /**
   * As {@code Vertx.createDatagramSocket}, for whole datagrams: unless the options set a receive
   * buffer, Vert.x cuts a datagram at 2,048 bytes.
   */
  public static DatagramSocket datagramSocket(Vertx vertx, DatagramSocketOptions options) {
    DatagramSocketOptions own = new DatagramSocketOptions(options);
    if (own.getReceiveBufferSize() < 0) {
      own.setReceiveBufferSize(DATAGRAM_BUFFER);
    }
    MAKING.set(true); // Vert.x copies the options, and passes only the family to its transport
    try {
      return vertx.createDatagramSocket(own);
    } finally {
      MAKING.remove();
    }
  }

  /**
   * An address or name of the kernel's network, as Vert.x takes it. Vert.x knows the zone of an
   * IPv6 address (RFC 4007 §11) by the number of its interface alone, and takes {@code
   * fe80::1%eth0} for a name to ask servers for.
   *
   * @return fails if the machine has no such interface now
   */
  public static Future<String> host(String host) {
    try {
      return Future.succeededFuture(numbered(host));
    } catch (IllegalArgumentException | SocketException noInterface) {
      return Future.failedFuture(noInterface);
    }
  }

  private static String numbered(String host) throws SocketException {
    int percent = Fields.isV6(host) ? host.indexOf('%') : -1;
    String zone = host.substring(percent + 1);
    if (percent < 0 || zone.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return host;
    }
    NetworkInterface found = NetworkInterface.getByName(zone);
    if (found == null) {
      throw new IllegalArgumentException("this machine has no interface '" + zone + "'");
    }
    return host.substring(0, percent + 1) + found.getIndex();
  }

  /** As {@link #host}, for an address to connect to or to listen at. */
  static Future<SocketAddress> address(SocketAddress address) {
    return address.isInetSocket()
        ? host(address.host()).map(host -> SocketAddress.inetSocketAddress(address.port(), host))
        : Future.succeededFuture(address);
  }

  /** For the transport: whether the datagram channel that this thread asks for is the kernel's. */
  public static boolean isMaking() {
    return MAKING.get() != null;
  }

  /** For the transport: marks the channels of a client with such a configuration. */
  public static void mark(TcpConfig config, Bootstrap bootstrap) {
    if (config instanceof Marked) {
      bootstrap.attr(MARK, true);
    }
  }

  /** As {@link #mark}, for a server. */
  public static void mark(TcpConfig config, ServerBootstrap bootstrap) {
    if (config instanceof Marked) {
      bootstrap.attr(MARK, true);
    }
  }

  /** For the transport: whether the channel is the kernel's by its configuration. */
  public static boolean isMarked(Channel channel) {
    return channel.hasAttr(MARK);
  }

  /** Vert.x copies its configurations deeply. */
  private static final class Marked extends TcpConfig {
    Marked(TcpConfig other) {
      super(other);
    }

    @Override
    protected TcpConfig copy() {
      return new Marked(this);
    }
  }
}
