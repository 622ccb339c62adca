package dev.jktcp;

import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.service.AdapterName;
import dev.jktcp.impl.service.AdapterService;
import dev.jktcp.impl.verticle.UriBridge;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportClock;
import dev.jktcp.transport.TransportException;
import dev.jktcp.transport.TransportUri;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;

/**
 * An adapter that is deployed: {@code vertx.deployVerticle("dev.jktcp.AdapterVerticle", new
 * DeploymentOptions().setConfig(json))}. Its context does everything; {@link AdapterHandle}s use it
 * from anywhere by its name.
 *
 * <p>Packets reach it over the event bus. With a {@code transport} the verticle makes a bridge to
 * it on private addresses and another event loop; else {@code toAdapter} and {@code fromAdapter}
 * are the addresses of a bridge of your own, as {@link BusTransport} describes it. Config, any key
 * may be absent but one of the two:
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>key</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code name}</td><td>{@code "jktcp"}</td><td>by which handles find it; one of a kind in a Vert.x</td></tr>
 * <tr><td>{@code transport}</td><td>none</td><td>URI of what carries the packets. This, or the next two</td></tr>
 * <tr><td>{@code toAdapter}</td><td>none</td><td>event-bus address at which the adapter takes packets from a bridge of your own</td></tr>
 * <tr><td>{@code fromAdapter}</td><td>none</td><td>address to which it sends them</td></tr>
 * <tr><td>{@code plainBuffers}</td><td>{@code true}</td><td>whether it sends your bridge Buffers, which any code can read, or {@code PacketBatch}es, which are not copied</td></tr>
 * <tr><td>{@code local}</td><td>{@code true}</td><td>whether handles, and your bridge, are in this process only; else on any node</td></tr>
 * <tr><td>{@code localAddresses}</td><td>none</td><td>IP addresses of this side, at least one. A CDTunnel brings its own: as its device you may give one, {@code "fd66::1"} else</td></tr>
 * <tr><td>{@code peerAddresses}</td><td>{@code []}</td><td>of the other side, at most one of each family: where a connect without address goes. As a CDTunnel's device {@code "fd66::2"} else</td></tr>
 * <tr><td>{@code rsdPort}</td><td>{@code 58783}</td><td>only as a CDTunnel's device: the port the host is told</td></tr>
 * <tr><td>{@code mtu}</td><td>{@code 0}</td><td>bytes of the largest packet, at least 1280 with IPv6, else 68; 0: the transport's. Of a CDTunnel: what is sent at most as host, granted as device</td></tr>
 * <tr><td>{@code profile}</td><td>{@code "reliable-link"}</td><td>or {@code "internet"}, {@code "stop-and-wait"}</td></tr>
 * <tr><td>{@code tuning}</td><td>{@code {}}</td><td>of connections that have none of their own: an object of {@code noDelay} (true), {@code keepAlive} (false), {@code keepAliveMs}, {@code keepAliveRetryMs}, {@code keepAliveProbes}, {@code userTimeoutMs} and {@code connectTimeoutMs} (0: the profile's), {@code ttl} (64), {@code trafficClass}, {@code maxSegment} (0: what the MTU has room for); see {@link dev.jktcp.tcp.TcpTuning}</td></tr>
 * <tr><td>{@code sendBuffer}</td><td>{@code 262144}</td><td>bytes a connection holds that are not yet acknowledged</td></tr>
 * <tr><td>{@code receiveBuffer}</td><td>{@code 262144}</td><td>bytes a connection holds that are not yet read: its largest window</td></tr>
 * <tr><td>{@code maxPendingWrites}</td><td>{@code 67108864}</td><td>bytes a stream may have been given beyond its send buffer before it is reset</td></tr>
 * <tr><td>{@code maxBytesHeld}</td><td>{@code 0}</td><td>bytes held for all connections together; 0: a share of a quarter of the heap</td></tr>
 * <tr><td>{@code firstLocalPort}</td><td>{@code 49152}</td><td>connections that name no local port get one from here, 1024 at least, …</td></tr>
 * <tr><td>{@code lastLocalPort}</td><td>{@code 65535}</td><td>… to here, at random</td></tr>
 * <tr><td>{@code maxConnections}</td><td>{@code 65536}</td><td>at once, TIME-WAIT not counted</td></tr>
 * <tr><td>{@code maxTimeWait}</td><td>{@code 16384}</td><td>TIME-WAIT records at once</td></tr>
 * <tr><td>{@code maxPaths}</td><td>{@code 1024}</td><td>destinations whose path is known to take less than our own link does</td></tr>
 * <tr><td>{@code pathMtuMs}</td><td>{@code 600000}</td><td>milliseconds until that is forgotten</td></tr>
 * <tr><td>{@code backlog}</td><td>{@code 128}</td><td>connections a listener holds that no handler has taken</td></tr>
 * <tr><td>{@code maxHalfOpen}</td><td>{@code 1024}</td><td>connections of all listeners whose handshake is not complete; SYNs beyond them get SYN cookies</td></tr>
 * <tr><td>{@code timeWaitMs}</td><td>{@code 60000}</td><td>milliseconds in TIME-WAIT</td></tr>
 * <tr><td>{@code finWait2Ms}</td><td>{@code 60000}</td><td>a closed connection waits for the peer's FIN</td></tr>
 * <tr><td>{@code orphanTimeoutMs}</td><td>{@code 60000}</td><td>without progress, before a connection nobody minds is let go</td></tr>
 * <tr><td>{@code shutdownTimeoutMs}</td><td>{@code 5000}</td><td>for what was written to arrive, when the verticle is undeployed; then its connections are reset</td></tr>
 * <tr><td>{@code leaseMs}</td><td>{@code 10000}</td><td>nothing heard of a handle's session, before what it opened is reset</td></tr>
 * <tr><td>{@code maxSessions}</td><td>{@code 65536}</td><td>of handles at once: one for each handle and context</td></tr>
 * <tr><td>{@code pcap}</td><td>none</td><td>file to write every packet to</td></tr>
 * <tr><td>{@code fault}</td><td>none</td><td>harm to the packets, such as {@code "loss=0.01,delay=20ms,seed=7"}</td></tr>
 * </table>
 *
 * <p>The deployment completes when the transport is open or, where it waits for the other side to
 * come, when it listens: until a peer is there, packets are lost as on any cable. It fails with one
 * line, and leaves nothing behind, when the config is wrong (the line names the key), the name is
 * taken or the transport cannot be had.
 *
 * <p>Undeploying shuts the adapter down as {@link Adapter#shutdown} does, within {@code
 * shutdownTimeoutMs}: what was written arrives, whether its writer is here or holds a handle. Then
 * every stream has been told, and the transport is closed. When the transport ends by itself, every
 * stream is told why, the name is free again and a line is logged; the verticle stays deployed and
 * does nothing until it is undeployed.
 */
public final class AdapterVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterVerticle.class);

  /**
   * A handle that does not read may keep the last data of a lost transport for long; an
   * undeployment does not wait for it.
   */
  private static final long LAST_WORDS_MS = 1_000;

  private AdapterVerticleConfig config;
  private volatile UriBridge bridge; // null before there is one, and with the user's own
  private AdapterName name; // null before it is taken
  private AdapterImpl adapter; // null before there is one
  private AdapterService service; // likewise
  private volatile boolean running; // from its deployment to its end
  private volatile TcpException end; // of the adapter; null before that
  private volatile TransportUri transport;
  private volatile int rsdPort;

  public AdapterVerticle() {}

  /**
   * Once deployed: the transport, with the port that was picked where 0 was asked for; null with
   * bus addresses.
   */
  public TransportUri transport() {
    return transport;
  }

  /** Once deployed: where a CDTunnel's device lists its services; 0 if there is none. */
  public int rsdPort() {
    return rsdPort;
  }

  /**
   * Once deployed: completes when the other side of the transport is there, at once with bus
   * addresses; fails when it could not come.
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
      name = AdapterName.take(vertx, config.name());
    } catch (IllegalArgumentException | IllegalStateException refused) {
      return Future.failedFuture(refused);
    }
    return open()
        .compose(v -> AdapterService.open(adapter, name, config.isLocal(), about()))
        .compose(
            opened -> {
              service = opened;
              running = true;
              return end == null ? Future.succeededFuture() : Future.failedFuture(end);
            })
        .recover(
            cause ->
                fail()
                    .onComplete(ended -> name.free())
                    .transform(ended -> Future.failedFuture(cause)));
  }

  private Future<Void> fail() {
    return close(adapter == null ? Future.succeededFuture() : adapter.close());
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
      bus = new FaultyTransport(bus, config.fault(), TransportClock.of(vertx));
    }
    return openAdapter(bus, config.adapterOptions());
  }

  private Future<Void> openOnUri() {
    return UriBridge.make(vertx, config.transport(), config.uriOptions(), config.fault())
        .compose(
            made -> {
              bridge = made;
              rsdPort = made.made().rsdPort();
              return openAdapter(made.busTransport(), config.adapterOptions(made.made()));
            })
        .compose(v -> bridge.open())
        .onSuccess(uri -> transport = uri)
        .mapEmpty();
  }

  private Future<Void> openAdapter(PacketTransport beneath, AdapterOptions options) {
    try {
      adapter = AdapterImpl.create(vertx, beneath, options).named(config.name());
    } catch (IllegalArgumentException refused) {
      return Future.failedFuture(refused);
    }
    adapter.ended().onComplete(ended -> onAdapterEnd()); // before any handle hears of it
    Future<Void> captured =
        config.pcap() == null ? Future.succeededFuture() : adapter.pcap(config.pcap());
    return captured
        .recover(e -> Future.failedFuture(new TransportException("pcap: " + e.getMessage(), e)))
        .compose(v -> adapter.opened());
  }

  private void onAdapterEnd() {
    if (bridge != null) bridge.finish();
    end = adapter.end();
    boolean vertxCloses = ((VertxInternal) vertx).closeFuture().isClosed();
    if (running && !vertxCloses) LOG.warn("adapter '" + config.name() + "': " + end.getMessage());
    running = false;
  }

  @Override
  public Future<?> stop() {
    running = false;
    return close(adapter == null ? Future.succeededFuture() : adapter.shutdown());
  }

  /** From above to below: the adapter's last packets still need the bridge. */
  private Future<Void> close(Future<Void> adapterEnded) {
    return adapterEnded.eventually(this::lastWords).eventually(this::endBridge);
  }

  private Future<Void> lastWords() {
    if (service == null) return Future.succeededFuture();
    Promise<Void> said = Promise.promise();
    long timer = vertx.setTimer(LAST_WORDS_MS, late -> said.tryComplete());
    service.closed().onComplete(closed -> said.tryComplete());
    return said.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private Future<Void> endBridge() {
    return bridge == null ? Future.succeededFuture() : bridge.finish();
  }
}
