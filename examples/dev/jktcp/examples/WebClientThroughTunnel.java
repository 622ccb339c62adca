package dev.jktcp.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;

/** WebClient with TLS, to an HTTP/2 server inside a Unix socket of IP packets. */
public final class WebClientThroughTunnel {
  private static final String SERVER = "10.7.0.2";

  private WebClientThroughTunnel() {}

  /**
   * @param args a PKCS #12 file and its password
   */
  public static void main(String[] args) {
    PfxOptions key = new PfxOptions().setPath(args[0]).setPassword(args[1]);
    run("tunnel.sock", key, HttpVersion.HTTP_2)
        .onSuccess(System.out::println)
        .onFailure(cause -> System.err.println(cause.getMessage()));
  }

  /**
   * @param key of the server
   * @param version that the client wants
   */
  static Future<String> run(String path, PfxOptions key, HttpVersion version) {
    Vertx far = VertxThroughTunnel.vertx();
    Vertx near = VertxThroughTunnel.vertx();
    return serve(far, path, key)
        .compose(server -> fetch(near, path, version))
        .onComplete(
            done -> {
              near.close();
              far.close();
            });
  }

  /** Speaks HTTP/2 with clients that do, by ALPN. */
  private static Future<HttpServer> serve(Vertx vertx, String path, PfxOptions key) {
    HttpServerOptions options =
        new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(key);
    return VertxThroughTunnel.deploy(vertx, "unix-listen:" + path, SERVER)
        .compose(
            v ->
                vertx
                    .createHttpServer(options)
                    .requestHandler(
                        request -> request.response().end("hello over " + request.version()))
                    .listen(443, SERVER));
  }

  private static Future<String> fetch(Vertx vertx, String path, HttpVersion version) {
    WebClientOptions options = new WebClientOptions();
    options.setSsl(true).setUseAlpn(true).setProtocolVersion(version);
    options.setTrustAll(true).setVerifyHost(false); // the key is the example's own
    WebClient client = WebClient.create(vertx, options);
    return VertxThroughTunnel.deploy(vertx, "unix:" + path, "10.7.0.1")
        .compose(v -> client.get(443, SERVER, "/").send())
        .map(HttpResponse::bodyAsString)
        .onComplete(done -> client.close()); // and kept until then
  }
}
