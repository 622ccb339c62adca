package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one who holds the verticle itself learns of its transport. */
@Timeout(300)
class AdapterVerticleOwnerIT {
  @TempDir Path dir;
  private final AdapterVerticle verticle = new AdapterVerticle();
  private Vertx vertx;
  private NetClient client; // one that is collected closes its sockets
  private String path;
  private String id;

  @BeforeEach
  void deployOneThatListens() throws Exception {
    vertx = Vertx.vertx();
    client = vertx.createNetClient();
    path = dir.resolve("link").toString();
    JsonObject config =
        new JsonObject()
            .put("transport", "unix-listen:" + path)
            .put("localAddresses", new JsonArray(AdapterPair.LEFT));
    id = Await.result(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
  }

  private NetSocket join() throws Exception {
    return Await.result(client.connect(SocketAddress.domainSocketAddress(path)));
  }

  @Test
  void joined_completesWhenTheOtherSideIsThere_onTheCallersContext() throws Exception {
    Promise<Boolean> onContext = Promise.promise();
    vertx.runOnContext(
        v -> {
          var context = Vertx.currentContext();
          verticle.joined().map(there -> Vertx.currentContext() == context).onComplete(onContext);
        });
    Future<Void> joined = verticle.joined();
    assertFalse(joined.isComplete());
    join();
    Await.result(joined);
    assertTrue(Await.result(onContext.future()));
    Await.result(verticle.joined());
  }

  @Test
  void joined_failsWhenItWasUndeployedFirst() throws Exception {
    Future<Void> joined = verticle.joined();
    Await.result(vertx.undeploy(id));
    Await.failure(joined);
    assertTrue(joined.failed());
  }

  @Test
  void end_isWhyTheAdapterHasEnded() throws Exception {
    AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "jktcp"));
    Promise<Throwable> lost = Promise.promise();
    EndOf.handle(handle, lost::complete);
    NetSocket socket = join();
    Await.result(verticle.joined());
    assertNull(verticle.end());
    Await.result(socket.close());
    TcpException cause = assertInstanceOf(TcpException.class, Await.result(lost.future()));
    assertEquals(CloseReason.TRANSPORT_LOST, verticle.end().reason());
    assertEquals(cause.getMessage(), verticle.end().getMessage());
  }

  @Test
  void end_ofOneUndeployed_isThat() throws Exception {
    Await.result(vertx.undeploy(id));
    assertEquals(CloseReason.ADAPTER_CLOSED, verticle.end().reason());
  }
}
