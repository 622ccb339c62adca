package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.cli.TransportUri.Kind;
import dev.jktcp.transport.CdTunnel;
import dev.jktcp.transport.CdTunnelDevice;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.CdTunnelOptions;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import dev.jktcp.transport.TransportClock;
import dev.jktcp.transport.TransportException;
import dev.jktcp.transport.TunOptions;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;

/** What {@code --transport} names, opened, with an adapter on it. One event-loop context only. */
final class Tunnel {
  private final Vertx vertx;
  private final CommonOptions options;
  private final int announcedRsdPort;

  private final Promise<TransportUri> bound = Promise.promise();
  private Future<Adapter> adapter;
  private int rsdPort;

  // Kept from the garbage collector, which would close their sockets.
  private NetClient client;
  private NetServer server;

  /**
   * @param announcedRsdPort what a CDTunnel's device tells its host; 0 for its default
   */
  Tunnel(Vertx vertx, CommonOptions options, int announcedRsdPort) {
    this.vertx = vertx;
    this.options = options;
    this.announcedRsdPort = announcedRsdPort;
  }

  /** Begins. A bad option fails here or fails the adapter, with an IllegalArgumentException. */
  void open() {
    TransportUri uri = options.transport;
    adapter =
        switch (uri.kind()) {
          case UNIX, TCP -> start(SocketTransport.connect(vertx, address(), socketOptions()));
          case UNIX_LISTEN, TCP_LISTEN -> startListening();
          case TUN -> TunTransport.open(vertx, uri.path(), tunOptions()).compose(this::start);
          case CDTUNNEL_UNIX, CDTUNNEL_TCP -> shakeHands();
          case CDTUNNEL_LISTEN_UNIX -> awaitHost();
        };
    if (!uri.kind().listens()) {
      adapter.compose(Adapter::opened).map(uri).onComplete(bound);
    } else {
      adapter.onFailure(bound::tryFail);
    }
  }

  /** Completes once the other side can come or is there, with the port that was picked, if any. */
  Future<TransportUri> bound() {
    return bound.future();
  }

  /** Completes when there is an adapter, which waits by itself for its transport to open. */
  Future<Adapter> adapter() {
    return adapter;
  }

  /** Where the device lists its services; 0 if this is not a CDTunnel's host. */
  int rsdPort() {
    return rsdPort;
  }

  Future<Void> close() {
    Future<Void> closed =
        adapter != null && adapter.succeeded()
            ? adapter.result().close()
            : Future.succeededFuture();
    return closed.eventually(() -> server == null ? Future.succeededFuture() : server.close());
  }

  private Future<Adapter> startListening() {
    SocketTransport transport = SocketTransport.listen(vertx, address(), socketOptions());
    Future<Adapter> started = start(transport);
    transport
        .bound()
        .map(where -> options.transport.withPort(Math.max(0, where.port())))
        .onComplete(bound);
    return started;
  }

  private Future<Adapter> start(PacketTransport transport) {
    return start(transport, options.local, options.peer);
  }

  private Future<Adapter> start(PacketTransport bare, List<String> local, List<String> peer) {
    AdapterOptions adapterOptions =
        new AdapterOptions()
            .setLocalAddresses(local)
            .setPeerAddresses(peer)
            .setProfile(options.profile);
    if (options.mtu != null && !options.transport.kind().isTunnelHost()) {
      adapterOptions.setMtu(options.mtu);
    }
    PacketTransport transport = bare;
    if (options.fault != null) {
      transport = new FaultyTransport(transport, options.fault, TransportClock.of(vertx));
    }
    Promise<Void> captured = Promise.promise();
    transport = new GatedTransport(transport, captured.future());
    try {
      Adapter made = Adapter.create(vertx, transport, adapterOptions);
      (options.pcap == null ? Future.<Void>succeededFuture() : made.pcap(options.pcap))
          .onComplete(captured);
      return Future.succeededFuture(made);
    } catch (IllegalArgumentException e) {
      return transport.close().transform(v -> Future.failedFuture(e));
    }
  }

  private Future<Adapter> shakeHands() {
    client = vertx.createNetClient();
    return client
        .connect(address())
        .recover(e -> Future.failedFuture(new TransportException(cannot("connect to", e), e)))
        .compose(
            socket -> {
              CdTunnelOptions host = new CdTunnelOptions().setCloser(() -> socket.close());
              if (options.mtu != null) {
                host.setSendMtu(options.mtu);
              }
              return CdTunnel.handshake(socket.pause(), socket, host);
            })
        .compose(
            tunnel -> {
              rsdPort = tunnel.serverRsdPort();
              return start(
                  tunnel.transport(),
                  List.of(tunnel.clientAddress()),
                  List.of(tunnel.serverAddress()));
            });
  }

  /** As the device: the first host that comes is the only one. */
  private Future<Adapter> awaitHost() {
    CdTunnelDeviceOptions device = deviceOptions();
    Promise<NetSocket> host = Promise.promise();
    server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  socket.pause();
                  if (!host.tryComplete(socket)) {
                    socket.close();
                  }
                });
    server
        .listen(address())
        .onSuccess(s -> bound.tryComplete(options.transport))
        .onFailure(e -> host.tryFail(new TransportException(cannot("listen on", e), e)));
    return host.future()
        .compose(socket -> accept(socket, device))
        .compose(
            accepted ->
                start(
                    accepted.transport(),
                    List.of(device.getServerAddress()),
                    List.of(device.getClientAddress())));
  }

  private Future<CdTunnelDevice> accept(NetSocket socket, CdTunnelDeviceOptions device) {
    return CdTunnelDevice.accept(
        socket, socket, new CdTunnelDeviceOptions(device).setCloser(() -> socket.close()));
  }

  private CdTunnelDeviceOptions deviceOptions() {
    CdTunnelDeviceOptions device = new CdTunnelDeviceOptions();
    options.local.forEach(device::setServerAddress);
    options.peer.forEach(device::setClientAddress);
    if (options.mtu != null) {
      device.setMaxMtu(options.mtu);
    }
    if (announcedRsdPort != 0) {
      device.setRsdPort(announcedRsdPort);
    }
    return device;
  }

  private SocketAddress address() {
    TransportUri uri = options.transport;
    return uri.path() != null
        ? SocketAddress.domainSocketAddress(uri.path())
        : SocketAddress.inetSocketAddress(uri.port(), uri.host());
  }

  private static SocketTransportOptions socketOptions() {
    return new SocketTransportOptions();
  }

  private static TunOptions tunOptions() {
    return new TunOptions();
  }

  private String cannot(String what, Throwable cause) {
    return "cannot " + what + " " + options.transport + ": " + Failure.line(cause);
  }

  /** Whether the last packets may be lost on the way. */
  boolean isLossy() {
    return options.fault != null || options.transport.kind() == Kind.TUN;
  }
}
