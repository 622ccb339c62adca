package dev.jktcp.cli;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.ConnectionList;
import dev.jktcp.HandleOptions;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.frame.BusNames;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonObject;

/**
 * An {@link AdapterVerticle}, used over the event bus.
 *
 * @param id of the deployment
 */
record DeployedAdapter(Vertx vertx, AdapterVerticle verticle, String id, AdapterHandle handle)
    implements AnyAdapter {
  /**
   * Deploys the verticle.
   *
   * @param config with a name
   */
  static Future<AnyAdapter> deploy(
      Vertx vertx, AdapterVerticle verticle, JsonObject config, HandleOptions options) {
    return vertx
        .deployVerticle(verticle, new DeploymentOptions().setConfig(config))
        .compose(
            id ->
                AdapterHandle.of(vertx, config.getString("name"), options)
                    .recover(cause -> Future.failedFuture(orEnd(verticle, cause)))
                    .map(handle -> new DeployedAdapter(vertx, verticle, id, handle)));
  }

  /** An adapter that ended meanwhile is not found any more. */
  private static Throwable orEnd(AdapterVerticle verticle, Throwable cause) {
    return verticle.end() != null ? verticle.end() : cause;
  }

  /**
   * Waits for the other side without a limit; a SYN would wait only as long as its profile allows.
   */
  @Override
  public Future<TcpStream> connect(TcpConnectOptions options) {
    return verticle.joined().compose(there -> handle.connect(options)).map(stream -> stream);
  }

  @Override
  public Future<TcpServer> listen(int port, Handler<TcpStream> handler) {
    return handle.listen(port, handler::handle);
  }

  @Override
  public DatagramSocket udp() {
    return handle.udp();
  }

  @Override
  public Future<String> resolve(String name) {
    JsonObject question = new JsonObject().put("do", "resolve").put("host", name);
    return vertx
        .eventBus()
        .<JsonObject>request(BusNames.adapter(handle.name()), question)
        .map(answer -> answer.body().getJsonArray("addresses").getString(0));
  }

  @Override
  public Future<Void> pcap(String path) {
    return handle.pcap(path);
  }

  @Override
  public Future<Void> stopPcap() {
    return handle.stopPcap();
  }

  @Override
  public Future<AdapterStats> stats() {
    return handle.stats();
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    return handle.connections(skip, limit);
  }

  @Override
  public void closeHandler(Handler<Throwable> handler) {
    Throwable[] why = new Throwable[1]; // stays null if the end was asked for
    handle.exceptionHandler(cause -> why[0] = cause);
    handle.closeHandler(v -> handler.handle(why[0]));
  }

  @Override
  public boolean wasOpen() {
    return true; // otherwise it is not deployed
  }

  @Override
  public Future<Void> close() {
    return vertx.undeploy(id);
  }
}
