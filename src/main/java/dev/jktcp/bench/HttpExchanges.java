package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Kind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** GETs of HTTP/1.1 on persistent connections. */
final class HttpExchanges extends Exchanges {
  private static final int AT_ONCE = 32;
  private static final int SMALL_BYTES = 12;
  private static final int LARGE_BYTES = 1 << 20;
  private static final int SMALL_PER_SLICE = 32;

  private HttpClient client;
  private HttpServer server; // kept: one that is collected closes its sockets
  private RequestOptions request;

  HttpExchanges(ClientServerLab lab, BenchOptions options) {
    super(
        lab,
        options,
        body(options.kind().isBulk() ? LARGE_BYTES : SMALL_BYTES),
        isMany(options.kind()) ? AT_ONCE : 1,
        options.kind().isBulk() ? 1 : SMALL_PER_SLICE * (isMany(options.kind()) ? 8 : 1));
  }

  private static boolean isMany(Kind kind) {
    return kind == Kind.HTTP_GET_32 || kind == Kind.LOOPS_HTTP_GET_32;
  }

  private static Buffer body(int bytes) {
    Buffer body = Buffer.buffer();
    Buffer pattern = Buffer.buffer(Pattern.source());
    while (body.length() < bytes) {
      body.appendBuffer(pattern, 0, Math.min(pattern.length(), bytes - body.length()));
    }
    return body;
  }

  @Override
  void open() {
    HttpServerOptions serving = new HttpServerOptions();
    HttpClientOptions asking = new HttpClientOptions();
    if (options.tls()) {
      serving.setSsl(true).setKeyCertOptions(SelfSigned.make());
      asking.setSsl(true).setTrustAll(true).setVerifyHost(false);
    }
    server =
        lab.onServer(
            () ->
                lab.vertx()
                    .createHttpServer(serving)
                    .requestHandler(asked -> asked.response().end(answer))
                    .listen(0, lab.host()));
    client =
        lab.onClient(
            () ->
                Future.succeededFuture(
                    lab.vertx()
                        .createHttpClient(asking, new PoolOptions().setHttp1MaxSize(AT_ONCE))));
    request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(lab.host())
            .setPort(server.actualPort())
            .setURI("/");
  }

  @Override
  void ask() {
    client
        .request(request)
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .onSuccess(this::onAnswer)
        .onFailure(this::onFailure);
  }
}
