package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionInfo;
import dev.jktcp.ConnectionList;
import dev.jktcp.impl.control.ControlSocket;
import dev.jktcp.impl.control.Shown;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What stats and top ask of another process, and what they say if it ends. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ControlClientTest {
  private static final int LISTED = 2;

  @TempDir private Path dir;

  /** An adapter of five connections of which one answer has two. */
  private record Five(List<ConnectionInfo> all) implements Shown {
    @Override
    public JsonObject about() {
      return new JsonObject().put("command", "forward").put("pid", 5);
    }

    @Override
    public Future<AdapterStats> stats() {
      return Future.succeededFuture(
          TopScreenTest.look(0, all.toArray(new ConnectionInfo[0])).stats());
    }

    @Override
    public Future<ConnectionList> connections(int skip, int limit) {
      List<ConnectionInfo> page = all.stream().skip(skip).limit(Math.min(limit, LISTED)).toList();
      return Future.succeededFuture(new ConnectionList(all.size(), skip, page));
    }
  }

  private ControlSocket open(Vertx vertx, Path path) throws Exception {
    List<ConnectionInfo> five =
        IntStream.rangeClosed(1, 5).mapToObj(i -> TopScreenTest.connection(i, 0, 0)).toList();
    return Await.result(ControlSocket.open(vertx, path, new Five(five)));
  }

  @Test
  void pages_bringAsManyConnectionsAsAreAskedFor_inTheirOrder(Vertx vertx) throws Exception {
    Path path = dir.resolve("s");
    open(vertx, path);
    try (ControlClient client = new ControlClient(path, "process 5")) {
      assertEquals(List.of(1, 2), ports(client.look(5).connections()));
      assertEquals(List.of(1, 2, 3), ports(client.lookByPages(3).connections()));
      ConnectionList all = client.lookByPages(65_536).connections();
      assertEquals(List.of(1, 2, 3, 4, 5), ports(all));
      assertEquals(0, all.left());
    }
  }

  private static List<Integer> ports(ConnectionList list) {
    return list.connections().stream().map(c -> c.remoteAddress().port()).toList();
  }

  @Test
  void aProcessThatHasEnded_isNamed(Vertx vertx) throws Exception {
    Path path = dir.resolve("s");
    ControlSocket socket = open(vertx, path);
    try (ControlClient client = new ControlClient(path, "process 5")) {
      client.look(1);
      Await.result(socket.close());
      for (int again = 0; again < 3; again++) { // by the end of what is read, then by the write
        String line = assertThrows(IOException.class, () -> client.look(1)).getMessage();
        assertEquals("process 5 has ended", line);
      }
    }
  }
}
