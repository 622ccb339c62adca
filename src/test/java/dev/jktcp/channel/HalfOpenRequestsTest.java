package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that begin a request and do not end it, against an HttpServer in the stack. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HalfOpenRequestsTest {
  private static final int MANY = 10_000;
  private static final int AT_A_TIME = 100;

  @Test
  void tenThousandHalfRequests_leaveRoomForAWholeOne() throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.ONE)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .requestHandler(request -> request.response().end("whole"))
                      .listen(0, "10.0.0.2"));
      int refused = 0;
      List<TcpStream> open = new ArrayList<>();
      for (int i = 0; i < MANY; i += AT_A_TIME) {
        List<Future<TcpStream>> batch = new ArrayList<>();
        for (int j = 0; j < AT_A_TIME; j++) {
          batch.add(pair.left.connect("10.0.0.2", server.actualPort()));
        }
        for (Future<TcpStream> one : batch) {
          try {
            TcpStream stream = Await.result(one);
            stream.write(Buffer.buffer("GET / HTTP/1.1\r\nHost: half\r\n"));
            open.add(stream);
          } catch (TcpException full) {
            refused++;
          }
        }
      }
      assertEquals(MANY, open.size() + refused);
      assertEquals(0, refused, "the options allow for more");
      HttpClient client = pair.kept(pair.call(() -> pair.vertx.createHttpClient()));
      String body =
          pair.await(
                  () ->
                      client
                          .request(HttpMethod.GET, server.actualPort(), "10.0.0.2", "/")
                          .compose(request -> request.send())
                          .compose(response -> response.body()))
              .toString();
      assertEquals("whole", body);
      for (TcpStream stream : open) stream.reset();
      Await.until(
          pair.vertx,
          () -> pair.right.stats().map(stats -> stats.connections() <= 1)); // the client's own
    }
  }
}
