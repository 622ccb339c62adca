package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportClock;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.TransportUri.Kind;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** What {@code --transport} names, opened, with an adapter on it. One event-loop context only. */
final class Tunnel {
  private final Vertx vertx;
  private final CommonOptions options;
  private final int announcedRsdPort;

  private final Promise<TransportUri> bound = Promise.promise();
  private Future<Adapter> adapter;
  private int rsdPort;

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
    adapter = UriTransport.make(vertx, options.transport, uriOptions()).compose(this::start);
    adapter.onFailure(bound::tryFail);
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
    return adapter != null && adapter.succeeded()
        ? adapter.result().close()
        : Future.succeededFuture();
  }

  private UriTransportOptions uriOptions() {
    UriTransportOptions uriOptions = new UriTransportOptions();
    CdTunnelDeviceOptions device = uriOptions.getDevice();
    if (options.transport.kind().isTunnelDevice()) {
      options.local.forEach(device::setServerAddress);
      options.peer.forEach(device::setClientAddress);
    }
    if (announcedRsdPort != 0) {
      device.setRsdPort(announcedRsdPort);
    }
    if (isTunnel() && options.mtu != null) {
      uriOptions.setMtu(options.mtu);
    }
    return uriOptions;
  }

  private boolean isTunnel() {
    Kind kind = options.transport.kind();
    return kind.isTunnelHost() || kind.isTunnelDevice();
  }

  private Future<Adapter> start(UriTransport made) {
    rsdPort = made.rsdPort();
    AdapterOptions adapterOptions =
        new AdapterOptions()
            .setLocalAddresses(isTunnel() ? made.localAddresses() : options.local)
            .setPeerAddresses(isTunnel() ? made.peerAddresses() : options.peer)
            .setProfile(options.profile);
    if (options.mtu != null && !isTunnel()) {
      adapterOptions.setMtu(options.mtu);
    }
    PacketTransport transport = made.transport();
    if (options.fault != null) {
      transport = new FaultyTransport(transport, options.fault, TransportClock.of(vertx));
    }
    Adapter adapter;
    try {
      adapter = Adapter.create(vertx, transport, adapterOptions);
    } catch (IllegalArgumentException e) {
      return transport.close().transform(v -> Future.failedFuture(e));
    }
    (options.transport.kind().listens() ? made.bound() : adapter.opened().map(options.transport))
        .onComplete(bound);
    return captured(adapter).map(adapter);
  }

  /** Once a capture that was asked for has begun; the adapter waits for it too. */
  private Future<Void> captured(Adapter adapter) {
    if (options.pcap == null) {
      return Future.succeededFuture();
    }
    return adapter.pcap(options.pcap).onFailure(e -> adapter.close());
  }

  /** Whether the last packets may be lost on the way. */
  boolean isLossy() {
    return options.fault != null || options.transport.kind() == Kind.TUN;
  }
}
