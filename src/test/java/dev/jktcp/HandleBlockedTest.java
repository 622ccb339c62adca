package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.HandlePair;
import dev.jktcp.testkit.Loops;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A user's handler blocks a thread for eight leases: in one process nobody is taken for gone, and
 * what came meanwhile is there afterwards.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandleBlockedTest {
  private static final int PORT = 80;
  private static final long LEASE_MS = 200;
  private static final long BLOCKED_MS = 8 * LEASE_MS;
  private static final int STREAMS = 30;
  private static final int PIECES =
      400; // of a stream; together more frames than a bus keeps for a paused consumer
  private static final Buffer PIECE = Buffer.buffer("piece");

  private final Vertx vertx = Vertx.vertx();
  private final Set<Throwable> wrong = ConcurrentHashMap.newKeySet();
  private final Set<StreamHandle> accepted = ConcurrentHashMap.newKeySet();
  private HandlePair pair;

  private enum Who {
    WORKER,
    EVENT_LOOP,
    ADAPTER
  }

  @BeforeEach
  void join() throws Exception {
    vertx.exceptionHandler(wrong::add);
    pair = HandlePair.create(vertx, new AdapterOptions().setLease(Duration.ofMillis(LEASE_MS)));
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
    assertEquals(Set.of(), wrong);
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void blocked_goesOn_withAllThatCameMeanwhile(Who who) throws Exception {
    VertxInternal internal = (VertxInternal) vertx;
    Context user =
        who == Who.WORKER ? internal.createWorkerContext() : internal.createEventLoopContext();
    Await.result(pair.right().listen(PORT, accepted::add));
    List<StreamHandle> streams = new ArrayList<>();
    List<Recorder> recorders = new ArrayList<>();
    List<Throwable> ends = new ArrayList<>();
    EndOf.handle(pair.left(), ends::add);
    for (int i = 0; i < STREAMS; i++) {
      streams.add(
          Await.result(on(user, () -> pair.left().connect(AdapterPair.RIGHT.get(0), PORT))));
      recorders.add(Recorder.of(streams.get(i)));
    }
    Await.until(vertx, () -> Future.succeededFuture(accepted.size() == STREAMS));
    Context adapters = ((AdapterInternal) pair.adapters().left()).context();
    Context blocked = who == Who.ADAPTER ? adapters : user;

    ContextInternal free = Loops.besides((ContextInternal) blocked);

    CountDownLatch release = new CountDownLatch(1);
    blocked.runOnContext(v -> await(release));
    for (StreamHandle each : accepted) write(free, each, PIECES);
    Promise<Void> over = Promise.promise();
    free.setTimer(BLOCKED_MS, late -> over.complete());
    Await.result(over.future());
    release.countDown();

    int length = PIECES * PIECE.length();
    for (Recorder each : recorders) {
      Await.result(each.received(length));
      assertEquals(PIECE.toString().repeat(PIECES), each.bytes().toString());
      assertNull(each.error());
    }
    Promise<Void> back = Promise.promise();
    assertNotNull(Await.result(streams.get(0).info()));
    for (StreamHandle each : accepted) each.handler(data -> back.tryComplete());
    streams.get(0).write(PIECE);
    Await.result(back.future());
    assertEquals(List.of(), ends);
  }

  private <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future();
  }

  private void await(CountDownLatch release) {
    try {
      assertTrue(release.await(300, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      wrong.add(e);
    }
  }

  /** One by one, so that each piece goes in a frame of its own. */
  private void write(ContextInternal from, StreamHandle stream, int left) {
    stream.write(PIECE);
    if (left > 1) from.setTimer(1, v -> write(from, stream, left - 1));
  }
}
