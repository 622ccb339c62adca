package dev.jktcp.cli;

import dev.jktcp.AdapterVerticle;
import dev.jktcp.transport.TransportUri;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A tunnel whose adapter is a verticle, made from JSON as any user would make it. */
final class DeployedTunnel implements Tunnel {
  private static final String NAME = "jktcp";

  private final AdapterVerticle verticle = new AdapterVerticle();
  private final Future<AnyAdapter> adapter;

  /**
   * Begins to open the transport and the adapter. A bad option fails the adapter, with an
   * IllegalArgumentException.
   *
   * @param announcedRsdPort the port that a CDTunnel's device gives its host; 0 for its default
   */
  DeployedTunnel(Vertx vertx, CommonOptions options, int announcedRsdPort) {
    adapter =
        DeployedAdapter.deploy(
                vertx, verticle, config(options, announcedRsdPort), options.handleOptions())
            .recover(cause -> Future.failedFuture(ofThePcap(cause) ? cause.getCause() : cause));
  }

  private static JsonObject config(CommonOptions options, int announcedRsdPort) {
    JsonObject config =
        options
            .adapterKeys()
            .put("name", NAME)
            .put("transport", options.transport.toString())
            .put("localAddresses", new JsonArray(options.local))
            .put("peerAddresses", new JsonArray(options.peer));
    if (options.mtu != null) {
      config.put("mtu", options.mtu);
    }
    if (options.pcap != null) {
      config.put("pcap", options.pcap.toString());
    }
    if (options.fault != null) {
      config.put("fault", options.fault);
    }
    if (announcedRsdPort != 0 && options.transport.kind().isTunnelDevice()) {
      config.put("rsdPort", announcedRsdPort);
    }
    return config;
  }

  /** The message names a key of JSON instead of the option. */
  private static boolean ofThePcap(Throwable cause) {
    return cause.getCause() != null && String.valueOf(cause.getMessage()).startsWith("pcap: ");
  }

  @Override
  public Future<TransportUri> bound() {
    return adapter.map(deployed -> verticle.transport());
  }

  @Override
  public Future<TransportUri> bound(Future<?> done) {
    return done.compose(v -> bound());
  }

  @Override
  public Future<AnyAdapter> adapter() {
    return adapter;
  }

  @Override
  public int rsdPort() {
    return verticle.rsdPort();
  }

  @Override
  public Future<Void> close() {
    return adapter.succeeded() ? adapter.result().close() : Future.succeededFuture();
  }
}
