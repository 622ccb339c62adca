package dev.jktcp.impl.frame;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import dev.jktcp.testkit.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that waits awake for an answer, and learns when that is in vain. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LingerTest {
  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
  private final ContextInternal context = vertx.createEventLoopContext();
  private volatile boolean came;
  private volatile Promise<Void> end = Promise.promise();
  private final Linger linger =
      new Linger(context.nettyEventLoop(), () -> came, () -> end.complete());

  @BeforeEach
  void needsTwoProcessors() {
    if (Runtime.getRuntime().availableProcessors() < 2) Needs.missing("a second processor");
  }

  @AfterEach
  void closeVertx() throws Exception {
    Await.result(vertx.close());
  }

  /**
   * Says something.
   *
   * @return whether it waited for an answer, which is over now
   */
  private boolean say() throws Exception {
    end = Promise.promise();
    Promise<Boolean> began = Promise.promise();
    context.runOnContext(
        v -> {
          linger.begin();
          began.complete(linger.isAwake());
        });
    boolean waits = Await.result(began.future());
    if (waits) Await.result(end.future());
    assertFalse(linger.isAwake());
    return waits;
  }

  @Test
  void answersThatCome_areWaitedForEachTime() throws Exception {
    came = true;
    for (int i = 0; i < 100; i++) assertTrue(say());
  }

  @Test
  void answersThatDoNotCome_areWaitedForEverMoreSeldom() throws Exception {
    int waits = 0;
    int said = 2_000; // turns of two threads, each of which may take long on a busy machine
    for (int i = 0; i < said; i++) {
      if (say()) waits++;
    }
    // Other tasks end a wait before its time now and then, which teaches nothing.
    assertTrue(waits >= said / 256 && waits < said / 10, waits + " times");
  }

  @Test
  void answerAfterMany_thatDidNotCome_isWaitedForAgain() throws Exception {
    for (int i = 0; i < 1000; i++) say();
    came = true;
    int missed = 0;
    while (!say()) missed++;
    assertTrue(missed <= 256, missed + " times");
    for (int i = 0; i < 100; i++) assertTrue(say());
  }
}
