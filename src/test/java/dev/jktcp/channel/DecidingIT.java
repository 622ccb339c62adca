package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.transport.Transport;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels that find out when they connect that they are the kernel's, over its transports. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DecidingIT {
  static Stream<Transport> kernels() {
    return Stream.of(Transport.NIO, Transport.EPOLL).filter(t -> t != null && t.available());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addressWithoutRoute_isTheKernels(Transport kernel) throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.ONE, kernel)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .requestHandler(
                          request -> request.body().onSuccess(body -> request.response().end(body)))
                      .listen(0, "127.0.0.1"));
      HttpClient client = pair.call(() -> pair.vertx.createHttpClient());
      Buffer sent = Buffer.buffer("x".repeat(3_000_000));
      for (int i = 0; i < 3; i++) {
        Buffer got =
            pair.await(
                () ->
                    client
                        .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/")
                        .compose(request -> request.send(sent))
                        .compose(response -> response.body()));
        assertEquals(sent, got);
      }
      Throwable refused = pair.failure(() -> pair.vertx.createNetClient().connect(1, "127.0.0.1"));
      assertInstanceOf(ConnectException.class, refused);
    }
  }
}
