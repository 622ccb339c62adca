package dev.jktcp;

import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.channel.RoutedTransport;
import dev.jktcp.impl.channel.RoutesProvider;
import dev.jktcp.impl.control.ControlSocket;
import dev.jktcp.impl.control.ShownAdapter;
import dev.jktcp.impl.frame.AdapterName;
import dev.jktcp.impl.names.TunnelNames;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.impl.session.TransportNews;
import dev.jktcp.impl.verticle.UriBridge;
import dev.jktcp.time.Clock;
import dev.jktcp.time.TimeLimit;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportException;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;

/**
 * An adapter deployed as a verticle: {@code vertx.deployVerticle("dev.jktcp.AdapterVerticle", new
 * DeploymentOptions().setConfig(json))}. It does all its work on its own context. {@link
 * AdapterHandle}s use it from anywhere by its name.
 *
 * <p>Packets reach the adapter over the event bus. If the config has a {@code transport}, the
 * verticle makes a bridge to it, on private addresses and another event loop. If not, {@code
 * toAdapter} and {@code fromAdapter} are the addresses of your own bridge, as {@link BusTransport}
 * describes it.
 *
 * <p>The configuration has the verticle's keys, such as {@code name} and {@code transport}, and
 * those of {@link AdapterOptions}, such as {@code localAddresses}. The guide's page {@code
 * configuration.adoc} lists them all.
 *
 * <p>The host of a CDTunnel gets its addresses from the handshake, so it must not set {@code
 * localAddresses} and {@code peerAddresses}. The device may set one of each; the defaults are
 * {@code "fd66::1"} and {@code "fd66::2"}. The {@code mtu} is the largest packet that a host sends,
 * or the size that a device grants.
 *
 * <p>The deployment completes when the transport is open or, for a listening transport, when it
 * listens: until a peer is there, packets are lost as on any cable. If the config is wrong, the
 * name is taken or the transport cannot be opened, the deployment fails with one line and leaves
 * nothing behind. The line names the wrong key.
 *
 * <p>Undeploying shuts the adapter down as {@link Adapter#shutdown} does, within {@code
 * shutdownTimeoutMs}: written data arrives, that of handles included, every stream ends, and the
 * transport is closed. If the transport ends by itself, every stream ends with the reason, the name
 * is free again and a line is logged. The verticle stays deployed and does nothing until it is
 * undeployed.
 */
public final class AdapterVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterVerticle.class);

  /**
   * A handle that does not read may keep the last data of a lost transport for long. An
   * undeployment waits one second for it.
   */
  private static final long LAST_WORDS_MS = 1_000;

  private AdapterVerticleConfig config;
  private volatile UriBridge bridge; // null before it is made, and with the user's own bridge
  private TransportNews news; // null before the name is taken
  private AdapterName name; // null before it is taken
  private AdapterImpl adapter; // null before the transport is made
  private AdapterService service; // null before the transport is open
  private ControlSocket control; // null unless asked for
  private volatile boolean running; // from its deployment to its end
  private volatile TcpException end; // why the adapter has ended; null before its end
  private volatile TransportUri transport;
  private volatile int rsdPort;

  public AdapterVerticle() {}

  /**
   * Once deployed: the transport's URI. If port 0 was asked for, it has the port chosen. Null with
   * bus addresses.
   */
  public TransportUri transport() {
    return transport;
  }

  /**
   * Once deployed: the port where a CDTunnel's device lists its services; 0 for other transports.
   */
  public int rsdPort() {
    return rsdPort;
  }

  /**
   * Once deployed: completes when the transport has its peer, with bus addresses at once; fails if
   * the transport ends before.
   */
  public Future<Void> joined() {
    return bridge == null ? Future.succeededFuture() : bridge.joined();
  }

  /** Why the adapter has ended; null while it has not. */
  public TcpException end() {
    return end;
  }

  @Override
  public Future<?> start() {
    try {
      config = new AdapterVerticleConfig(config());
      addRoutes();
      name = AdapterName.take(vertx, config.name());
    } catch (IllegalArgumentException | IllegalStateException refused) {
      return Future.failedFuture(refused);
    }
    news = new TransportNews(vertx, config.name(), config.isLocal());
    news.publish(TransportStatus.OPENING);
    return Future.<Void>succeededFuture()
        .compose(v -> open()) // if it throws, the name is freed as well
        .compose(v -> AdapterService.open(adapter, name, config.isLocal(), about()))
        .compose(
            opened -> {
              service = opened;
              return openControl();
            })
        .compose(
            seen -> {
              running = true;
              return end == null ? Future.succeededFuture() : Future.failedFuture(end);
            })
        .recover(
            cause ->
                fail()
                    .onComplete(ended -> name.free())
                    .onComplete(ended -> publishFailure(cause))
                    .transform(ended -> Future.failedFuture(cause)));
  }

  /** The routes stay when the verticle goes, so that their addresses never become the kernel's. */
  private void addRoutes() {
    boolean byAddress = !config.routes().isEmpty();
    if (!byAddress && config.names().isEmpty()) {
      return;
    }
    RoutedTransport routed = RoutedTransport.of(vertx);
    if (routed == null) {
      throw new IllegalArgumentException(
          (byAddress ? "routes" : "names")
              + ": this Vert.x has no JktcpTransport; build it with one, or set -D"
              + RoutesProvider.PROPERTY
              + "=");
    }
    config.routes().forEach(r -> routed.route(r.prefix(), config.name(), r.listen()));
    config.names().forEach(suffix -> routed.names(suffix, config.name()));
  }

  /**
   * Publishes why nothing was deployed. If there is a service already, it has published the end.
   */
  private void publishFailure(Throwable cause) {
    if (service != null) {
      return;
    }
    news.publish(new TransportStatus(TransportState.ENDED, Failures.firstLine(cause), 0));
  }

  private Future<Void> fail() {
    return close(adapter == null ? Future.succeededFuture() : adapter.close());
  }

  private Future<Void> openControl() {
    if (config.control() == null) {
      return Future.succeededFuture();
    }
    String from = config.transport() == null ? "event bus" : String.valueOf(config.transport());
    return ControlSocket.open(
            vertx, config.control(), new ShownAdapter(adapter, "adapter " + config.name(), from))
        .onSuccess(opened -> control = opened)
        .mapEmpty();
  }

  private JsonObject about() {
    JsonObject about = new JsonObject();
    return rsdPort == 0 ? about : about.put("rsdPort", rsdPort);
  }

  private Future<Void> open() {
    return config.transport() == null ? openOnBus() : openOnUri();
  }

  private Future<Void> openOnBus() {
    PacketTransport bus = new BusTransport(vertx, config.busOptions());
    if (config.fault() != null) {
      bus = new FaultyTransport(bus, config.fault(), Clock.of(vertx));
    }
    return openAdapter(bus, config.adapterOptions());
  }

  private Future<Void> openOnUri() {
    return UriBridge.make(vertx, config.transport(), config.uriOptions(), config.fault())
        .compose(
            made -> {
              bridge = made;
              UriTransport beneath = made.uriTransport();
              rsdPort = beneath.rsdPort();
              return openAdapter(made.busTransport(), config.adapterOptions(beneath));
            })
        .compose(v -> bridge.open())
        .onSuccess(uri -> transport = uri)
        .mapEmpty();
  }

  private Future<Void> openAdapter(PacketTransport beneath, AdapterOptions options) {
    try {
      adapter =
          AdapterImpl.create(vertx, beneath, options).named(config.name()).asking(TunnelNames::new);
    } catch (IllegalArgumentException refused) {
      return Future.failedFuture(refused);
    }
    adapter.ended().onComplete(ended -> onAdapterEnd()); // before any handle's handlers
    RoutedTransport routed = RoutedTransport.of(vertx);
    if (routed != null) {
      routed.named(config.name(), adapter);
    }
    Future<Void> captured =
        config.pcap() == null ? Future.succeededFuture() : adapter.pcap(config.pcap());
    return captured
        .recover(e -> Future.failedFuture(new TransportException("pcap: " + e.getMessage(), e)))
        .compose(v -> adapter.opened());
  }

  private void onAdapterEnd() {
    if (bridge != null) {
      bridge.finish();
    }
    end = adapter.outcome();
    boolean vertxCloses = ((VertxInternal) vertx).closeFuture().isClosed();
    if (running && !vertxCloses) {
      LOG.warn("adapter '" + config.name() + "': " + end.getMessage());
    }
    running = false;
  }

  @Override
  public Future<?> stop() {
    running = false;
    return close(adapter == null ? Future.succeededFuture() : adapter.shutdown());
  }

  /** Closes from the top down, because the adapter's last packets still need the bridge. */
  private Future<Void> close(Future<Void> adapterEnded) {
    return adapterEnded
        .eventually(this::lastWords)
        .eventually(this::endBridge)
        .eventually(() -> control == null ? Future.succeededFuture() : control.close());
  }

  private Future<Void> lastWords() {
    if (service == null) {
      return Future.succeededFuture();
    }
    return TimeLimit.of(vertx, LAST_WORDS_MS, service.closed().otherwiseEmpty(), () -> null);
  }

  private Future<Void> endBridge() {
    return bridge == null ? Future.succeededFuture() : bridge.finish();
  }
}
