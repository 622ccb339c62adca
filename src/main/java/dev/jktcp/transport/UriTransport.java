package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetSocket;
import java.util.List;

/**
 * The transport that a {@link TransportUri} names, ready for an adapter to open, with the addresses
 * known so far. Immutable.
 */
public final class UriTransport {
  private final PacketTransport transport;
  private final Future<TransportUri> bound;
  private final List<String> localAddresses;
  private final List<String> peerAddresses;
  private final int rsdPort;

  UriTransport(
      PacketTransport transport,
      Future<TransportUri> bound,
      List<String> localAddresses,
      List<String> peerAddresses,
      int rsdPort) {
    this.transport = transport;
    this.bound = bound;
    this.localAddresses = localAddresses;
    this.peerAddresses = peerAddresses;
    this.rsdPort = rsdPort;
  }

  /**
   * Makes the transport. A TUN device is attached, and a CDTunnel's device asked for its tunnel,
   * now; all others connect or listen when the transport is opened. A caller that does not open it
   * must close it. On the caller's event-loop context, or on a new one if the caller has no such
   * context.
   *
   * @return fails with a {@link TransportException} of one line and leaves nothing open, or with an
   *     {@link IllegalArgumentException} for an option
   */
  public static Future<UriTransport> make(
      Vertx vertx, TransportUri uri, UriTransportOptions options) {
    UriTransportOptions fixed = new UriTransportOptions(options);
    ContextInternal context = Contexts.eventLoop(vertx);
    return context.future(
        promise -> Contexts.run(context, () -> make(context, uri, fixed).onComplete(promise)));
  }

  private static Future<UriTransport> make(
      ContextInternal context, TransportUri uri, UriTransportOptions options) {
    return uri.reconnect() == null
        ? once(context, uri, options)
        : new ReconnectingUri(context, uri, options).make();
  }

  /** Makes a transport that ends when it is lost. */
  static Future<UriTransport> once(
      ContextInternal context, TransportUri uri, UriTransportOptions options) {
    Vertx vertx = context.owner();
    SocketTransportOptions socket = new SocketTransportOptions();
    return switch (uri.kind()) {
      case UNIX, TCP -> plain(uri, SocketTransport.connect(vertx, uri.socketAddress(), socket));
      case UNIX_LISTEN, TCP_LISTEN ->
          listening(uri, SocketTransport.listen(vertx, uri.socketAddress(), socket));
      case TUN ->
          TunTransport.open(vertx, uri.path(), new TunOptions())
              .compose(transport -> plain(uri, transport));
      case CDTUNNEL_UNIX, CDTUNNEL_TCP -> asHost(vertx, uri, options);
      case CDTUNNEL_LISTEN_UNIX -> asDevice(vertx, uri, options);
    };
  }

  /** A transport without known addresses. */
  static UriTransport of(PacketTransport transport) {
    return new UriTransport(transport, Future.succeededFuture(), List.of(), List.of(), 0);
  }

  private static Future<UriTransport> plain(TransportUri uri, PacketTransport transport) {
    return Future.succeededFuture(
        new UriTransport(transport, Future.succeededFuture(uri), List.of(), List.of(), 0));
  }

  private static Future<UriTransport> listening(TransportUri uri, SocketTransport transport) {
    return Future.succeededFuture(
        new UriTransport(transport, bound(uri, transport), List.of(), List.of(), 0));
  }

  private static Future<TransportUri> bound(TransportUri uri, SocketTransport transport) {
    return transport.bound().map(where -> uri.withPort(Math.max(0, where.port())));
  }

  private static Future<UriTransport> asHost(
      Vertx vertx, TransportUri uri, UriTransportOptions options) {
    SocketTransportOptions socket = new SocketTransportOptions();
    SocketSource dialer =
        new SocketSource.Dialer(vertx, uri.socketAddress(), socket.getConnectTimeout());
    CdTunnelOptions host = new CdTunnelOptions();
    if (options.isPathMtuProbing()) {
      host.setSendMtu(CdTunnelOptions.MOST_SEND_MTU);
    }
    if (options.getMtu() != 0) {
      host.setSendMtu(options.getMtu());
    }
    return dialer
        .socket()
        .onFailure(cause -> dialer.close())
        .compose(connected -> shakeHands(connected, dialer, host))
        .map(
            tunnel ->
                new UriTransport(
                    tunnel.transport(),
                    Future.succeededFuture(uri),
                    List.of(tunnel.clientAddress()),
                    List.of(tunnel.serverAddress()),
                    tunnel.serverRsdPort()));
  }

  private static Future<CdTunnel> shakeHands(
      NetSocket socket, SocketSource dialer, CdTunnelOptions host) {
    host.setCloser(() -> SocketEnd.gently(socket).eventually(dialer::close));
    return CdTunnel.handshake(socket, socket, host);
  }

  private static Future<UriTransport> asDevice(
      Vertx vertx, TransportUri uri, UriTransportOptions options) {
    CdTunnelDeviceOptions device = options.getDevice();
    if (options.getMtu() != 0) {
      device.setMaxMtu(options.getMtu());
    }
    SocketTransport transport = SocketTransport.listenAsDevice(vertx, uri.socketAddress(), device);
    return Future.succeededFuture(
        new UriTransport(
            transport,
            bound(uri, transport),
            List.of(device.getServerAddress()),
            List.of(device.getClientAddress()),
            0));
  }

  /** The packets, for an adapter to open; closing it closes everything made for it. */
  public PacketTransport transport() {
    return transport;
  }

  /**
   * Where it listens, once it is open, with the chosen port in place of 0. For a transport that
   * does not listen: the URI, at once.
   */
  public Future<TransportUri> bound() {
    return bound;
  }

  /** Whether the transport, once lost, is tried again instead of ending. */
  public boolean comesBack() {
    return transport instanceof ReconnectingTransport;
  }

  /** This side's addresses from a CDTunnel's handshake; empty for other transports. */
  public List<String> localAddresses() {
    return localAddresses;
  }

  /** The other side's addresses from a CDTunnel's handshake; empty for other transports. */
  public List<String> peerAddresses() {
    return peerAddresses;
  }

  /** Where a CDTunnel's device lists its services; 0 if this is not the host of one. */
  public int rsdPort() {
    return rsdPort;
  }
}
