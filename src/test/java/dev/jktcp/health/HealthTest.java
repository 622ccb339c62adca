package dev.jktcp.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Loops;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Health of an adapter: its transport, its loop, its queues. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class HealthTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);
  private static final Duration LONG = Duration.ofMinutes(1); // of a machine that is busy

  private static CheckResult check(HealthChecks checks, String name) throws Exception {
    return Await.result(checks.checkStatus(name));
  }

  private static void assertWell(boolean up, HealthChecks checks, String name) throws Exception {
    CheckResult result = check(checks, name);
    assertEquals(up, result.getUp(), () -> name + ": " + result.toJson());
  }

  @Test
  void adapterThatIsWell_isUp_andOneWhoseTransportEnded_saysSo(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    pair.connect(PEER, 80);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    HealthChecks checks = HealthChecks.create(vertx);
    AdapterHealth.of(vertx, pair.left()).setLate(LONG).register(checks, "left");
    AdapterHealth.of(vertx, handle).setLate(LONG).register(checks, "handle");
    for (String of : new String[] {"left", "handle"}) {
      for (String what : new String[] {"/transport", "/loop", "/queues"}) {
        assertWell(true, checks, of + what);
      }
    }
    Await.result(pair.left().close());
    assertWell(false, checks, "left/transport");
    JsonObject data = check(checks, "left/transport").getData();
    assertEquals("ended", data.getString("state"));
    assertWell(false, checks, "handle/transport");
    assertTrue(check(checks, "handle/loop").getData().getString("reason").contains("closed"));
  }

  @Test
  void wrongCall_isOneLineThatNamesIt(Vertx vertx) throws Exception {
    AdapterHealth health = AdapterHealth.of(vertx, AdapterPair.create(vertx).left());
    assertEquals(
        "late", assertThrows(NullPointerException.class, () -> health.setLate(null)).getMessage());
  }

  @Test
  void loopThatIsBlocked_isLate(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.left().opened());
    HealthChecks checks = HealthChecks.create(vertx);
    AdapterHealth.of(vertx, pair.left()).setLate(Duration.ofMillis(50)).register(checks, "left");
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ContextInternal context = ((AdapterInternal) pair.left()).context();
    context.runOnContext(
        v -> {
          blocked.countDown();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    blocked.await();
    try {
      Promise<CheckResult> checked = Promise.promise();
      Loops.besides(context) // a check waits by a timer of its loop
          .runOnContext(v -> checks.checkStatus("left/loop").onComplete(checked));
      CheckResult late = Await.result(checked.future());
      assertEquals(false, late.getUp());
      assertTrue(late.getData().getLong("lateMs") >= 50);
    } finally {
      over.countDown();
    }
  }

  @Test
  void tableThatIsNearItsLimit_isNamed(Vertx vertx) throws Exception {
    AdapterPair pair =
        AdapterPair.create(vertx, new AdapterOptions().setMaxConnections(2), new AdapterOptions());
    pair.connect(PEER, 80);
    HealthChecks checks = HealthChecks.create(vertx);
    AdapterHealth.of(vertx, pair.left()).register(checks, "left");
    AdapterHealth.of(vertx, pair.left()).setNear(0.5).register(checks, "strict");
    assertWell(true, checks, "left/queues");
    assertEquals(
        new JsonObject().put("connections", "1 of 2"), check(checks, "strict/queues").getData());
    AdapterHealth.of(vertx, pair.left()).register(checks, "strict");
    assertWell(true, checks, "strict/queues"); // the later one of this name is asked
    Await.result(pair.left().connect(PEER, 80));
    assertWell(false, checks, "left/queues");
  }

  @Test
  void badLimits_areRefusedInOneLine(Vertx vertx) {
    AdapterHealth health = AdapterHealth.of(vertx, AdapterPair.create(vertx).left());
    assertEquals(
        "near: 1.5 is not above 0 and at most 1",
        assertThrows(IllegalArgumentException.class, () -> health.setNear(1.5)).getMessage());
    assertEquals(
        "late: PT0S is below 1 ms",
        assertThrows(IllegalArgumentException.class, () -> health.setLate(Duration.ZERO))
            .getMessage());
  }
}
