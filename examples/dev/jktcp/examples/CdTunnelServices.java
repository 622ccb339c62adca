package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * {@link CdTunnelHost} with a verticle: the handshake is part of its deployment, and brings the
 * addresses, the MTU and the port where the device lists its services. Another verticle plays the
 * device.
 */
public final class CdTunnelServices {
  private CdTunnelServices() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-cdtunnel-example")
        .onSuccess(System.out::println)
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with what the device says on its service port.
   *
   * @param path where to make the Unix socket
   */
  public static Future<String> run(Vertx vertx, String path) {
    return playDevice(vertx, path)
        .compose(ready -> deploy(vertx, "host", "cdtunnel+unix:" + path))
        .compose(handshakeDone -> AdapterHandle.of(vertx, "host"))
        .compose(
            adapter -> adapter.about().compose(about -> ask(adapter, about.getInteger("rsdPort"))));
  }

  private static Future<String> ask(AdapterHandle adapter, int rsdPort) {
    Promise<String> services = Promise.promise();
    adapter
        .connect(rsdPort) // at the tunnel's only peer
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(end -> services.complete(heard.toString()));
              stream.exceptionHandler(services::tryFail);
              stream.end(Buffer.buffer("list"));
            })
        .onFailure(services::fail);
    return services.future();
  }

  private static Future<?> playDevice(Vertx vertx, String path) {
    return deploy(vertx, "device", "cdtunnel-listen+unix:" + path)
        .compose(listening -> AdapterHandle.of(vertx, "device"))
        .compose(
            adapter ->
                adapter.listen(
                    58783, // what a device announces unless told otherwise
                    stream ->
                        stream.handler(
                            question -> stream.end(Buffer.buffer("syslog 5001, afc 5002")))));
  }

  private static Future<String> deploy(Vertx vertx, String name, String transport) {
    JsonObject config = new JsonObject().put("name", name).put("transport", transport);
    return vertx.deployVerticle(new AdapterVerticle(), new DeploymentOptions().setConfig(config));
  }
}
