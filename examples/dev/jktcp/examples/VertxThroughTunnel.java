package dev.jktcp.examples;

import dev.jktcp.AdapterVerticle;
import dev.jktcp.JktcpTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Vert.x's own HttpServer and HttpClient, at the two ends of a Unix socket of IP packets. */
public final class VertxThroughTunnel {
  private VertxThroughTunnel() {}

  public static void main(String[] args) {
    run("tunnel.sock")
        .onSuccess(System.out::println)
        .onFailure(cause -> System.err.println(cause.getMessage()));
  }

  static Future<String> run(String path) {
    Vertx far = vertx();
    Vertx near = vertx();
    return serve(far, path)
        .compose(v -> fetch(near, path))
        .onComplete(
            done -> {
              near.close();
              far.close();
            });
  }

  // tag::transport[]
  /** A Vert.x that reaches 10.7.0.0/16 through the adapter named "tunnel", and nothing else. */
  static Vertx vertx() {
    JktcpTransport transport = new JktcpTransport().route("10.7.0.0/16", "tunnel");
    return Vertx.builder().withTransport(transport).build();
  }

  static Future<String> fetch(Vertx vertx, String path) {
    HttpClient client = vertx.createHttpClient();
    return deploy(vertx, "unix:" + path, "10.7.0.1")
        .compose(v -> client.request(HttpMethod.GET, 80, "10.7.0.2", "/"))
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .map(body -> body.toString())
        .eventually(client::close); // and kept until then: one that is collected closes its sockets
  }

  // end::transport[]

  private static Future<Void> serve(Vertx vertx, String path) {
    return deploy(vertx, "unix-listen:" + path, "10.7.0.2")
        .compose(
            v ->
                vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end("hello from the far end"))
                    .listen(80, "10.7.0.2"))
        .mapEmpty();
  }

  static Future<Void> deploy(Vertx vertx, String transport, String address) {
    JsonObject config =
        new JsonObject()
            .put("name", "tunnel")
            .put("transport", transport)
            .put("localAddresses", new JsonArray().add(address));
    return vertx
        .deployVerticle(new AdapterVerticle(), new DeploymentOptions().setConfig(config))
        .mapEmpty();
  }
}
