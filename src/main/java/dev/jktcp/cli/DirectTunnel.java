package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.TransportUri.Kind;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** For {@code --direct}: a tunnel whose adapter is in hand, on the context of the command. */
final class DirectTunnel implements Tunnel {
  private final Vertx vertx;
  private final CommonOptions options;
  private final int announcedRsdPort;

  private final Promise<TransportUri> bound = Promise.promise();
  private final Future<AnyAdapter> adapter;
  private int rsdPort;

  /**
   * Begins to open the transport and the adapter. A bad option fails the adapter, with an
   * IllegalArgumentException, or is thrown here.
   *
   * @param announcedRsdPort the port that a CDTunnel's device gives its host; 0 for its default
   */
  DirectTunnel(Vertx vertx, CommonOptions options, int announcedRsdPort) {
    this.vertx = vertx;
    this.options = options;
    this.announcedRsdPort = announcedRsdPort;
    adapter = UriTransport.make(vertx, options.transport, uriOptions()).compose(this::start);
    adapter.onFailure(bound::tryFail);
  }

  @Override
  public Future<TransportUri> bound() {
    return bound.future();
  }

  /**
   * If the transport listens, requests to the adapter wait until the other side has come. The
   * adapter then handles all of them in one turn, before the first packet.
   */
  @Override
  public Future<TransportUri> bound(Future<?> done) {
    return options.transport.kind().listens() ? bound() : done.compose(v -> bound());
  }

  @Override
  public Future<AnyAdapter> adapter() {
    return adapter;
  }

  @Override
  public int rsdPort() {
    return rsdPort;
  }

  @Override
  public Future<Void> close() {
    return adapter.succeeded() ? adapter.result().close() : Future.succeededFuture();
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
    return uriOptions.setPathMtuProbing(options.pathMtuProbing);
  }

  private boolean isTunnel() {
    Kind kind = options.transport.kind();
    return kind.isTunnelHost() || kind.isTunnelDevice();
  }

  private Future<AnyAdapter> start(UriTransport made) {
    rsdPort = made.rsdPort();
    AdapterOptions adapterOptions =
        new AdapterOptions(options.adapterKeys())
            .setLocalAddresses(isTunnel() ? made.localAddresses() : options.local)
            .setPeerAddresses(isTunnel() ? made.peerAddresses() : options.peer);
    if (options.mtu != null && !isTunnel()) {
      adapterOptions.setMtu(options.mtu);
    }
    PacketTransport transport = made.transport();
    if (options.fault != null) {
      transport = new FaultyTransport(transport, FaultSpec.parse(options.fault), Clock.of(vertx));
    }
    Adapter adapter;
    try {
      adapter = Adapter.create(vertx, transport, adapterOptions);
    } catch (IllegalArgumentException e) {
      return transport.close().transform(v -> Future.failedFuture(e));
    }
    if (options.transport.kind().listens()) {
      made.bound().onComplete(bound);
    } else {
      // An adapter that waits for its transport logs so right after it is opened. One turn later,
      // that line is printed before 'ready'.
      adapter
          .opened()
          .map(options.transport)
          .onComplete(opened -> vertx.runOnContext(v -> bound.handle(opened)));
    }
    return captured(adapter).map(new DirectAdapter(adapter));
  }

  /** Completes once a capture that was asked for has begun; the adapter waits for that. */
  private Future<Void> captured(Adapter adapter) {
    if (options.pcap == null) {
      return Future.succeededFuture();
    }
    return adapter.pcap(options.pcap.toString()).onFailure(e -> adapter.close());
  }
}
