package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.HandlePair;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One handle, many users: each is called back where it called from. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandleThreadsTest {
  private static final int PORT = 80;
  private static final int LIMIT_S = 240;
  private static final int VERTICLES = 6;
  private static final int THREADS = 8;
  private static final int WRITES = 200;
  private static final int LENGTH = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final Set<Throwable> wrong = ConcurrentHashMap.newKeySet();
  private AdapterPair adapters;
  private AdapterHandle handle;

  @BeforeEach
  void join() throws Exception {
    vertx.exceptionHandler(wrong::add);
    HandlePair pair = HandlePair.create(vertx);
    adapters = pair.adapters();
    handle = pair.left();
    Await.result(adapters.right().listen(PORT, stream -> stream.handler(stream::write)));
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
    assertEquals(Set.of(), wrong);
  }

  /** Opens with a handle that it did not make. */
  private final class Echo extends VerticleBase {
    final Promise<Buffer> echoed = Promise.promise();

    private void assertHere() {
      if (Vertx.currentContext() != context) {
        wrong.add(new AssertionError(Vertx.currentContext() + ", not " + context));
      }
    }

    @Override
    public Future<?> start() {
      return handle
          .connect(AdapterPair.RIGHT.get(0), PORT)
          .onSuccess(
              stream -> {
                assertHere();
                Buffer all = Buffer.buffer();
                stream.closeHandler(v -> assertHere());
                stream.write(Buffer.buffer(new byte[LENGTH])).onComplete(v -> assertHere());
                stream.info().onComplete(v -> assertHere());
                stream.drainHandler(v -> assertHere());
                stream.handler(
                    data -> {
                      assertHere();
                      all.appendBuffer(data);
                      if (all.length() == LENGTH) echoed.tryComplete(all);
                    });
              });
    }
  }

  @Test
  void verticlesOfBothKinds_areCalledBackOnTheirContexts() throws Exception {
    List<Echo> echoes = new ArrayList<>();
    for (ThreadingModel model : List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER)) {
      for (int i = 0; i < VERTICLES; i++) {
        Echo echo = new Echo();
        echoes.add(echo);
        Await.result(vertx.deployVerticle(echo, new DeploymentOptions().setThreadingModel(model)));
      }
    }
    for (Echo echo : echoes) assertEquals(LENGTH, Await.result(echo.echoed.future()).length());
  }

  @Test
  void threadsWithoutContext_areCalledBackOnTheHandles_andKeepTheirOrder() throws Exception {
    Set<Context> contexts = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<java.util.concurrent.Future<Void>> done = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) done.add(threads.submit(() -> echoFromHere(contexts)));
    for (java.util.concurrent.Future<Void> each : done) each.get(LIMIT_S, TimeUnit.SECONDS);
    threads.shutdown();
    assertEquals(1, contexts.size());
  }

  private Void echoFromHere(Set<Context> contexts) throws Exception {
    StreamHandle stream = Await.result(handle.connect(AdapterPair.RIGHT.get(0), PORT));
    Recorder recorder = Recorder.of(stream);
    Buffer all = Buffer.buffer();
    Buffer reused = Buffer.buffer(new byte[LENGTH]);
    for (int i = 0; i < WRITES; i++) {
      reused.setInt(0, i);
      all.appendBuffer(reused);
      stream.write(reused);
    }
    Await.result(recorder.received(all.length()));
    assertEquals(all, recorder.bytes());
    contexts.addAll(recorder.contexts());
    Await.result(stream.reset());
    return null;
  }

  /** A worker's handler may block; nobody else is held up by that. */
  @Test
  void workerThatBlocks_holdsUpOnlyItsOwnStream() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Promise<Integer> rest = Promise.promise();
    VerticleBase blocker =
        new VerticleBase() {
          private int length;

          @Override
          public Future<?> start() {
            return handle
                .connect(AdapterPair.RIGHT.get(0), PORT)
                .onSuccess(
                    stream -> {
                      stream.handler(this::onData);
                      stream.write(Buffer.buffer(new byte[LENGTH]));
                    });
          }

          private void onData(Buffer data) {
            blocked.countDown();
            try {
              assertTrue(release.await(LIMIT_S, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              wrong.add(e);
            }
            length += data.length();
            if (length == LENGTH) rest.complete(length);
          }
        };
    Await.result(
        vertx.deployVerticle(
            blocker, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    assertTrue(blocked.await(LIMIT_S, TimeUnit.SECONDS));
    echoFromHere(ConcurrentHashMap.newKeySet());
    release.countDown();
    assertEquals(LENGTH, Await.result(rest.future()));
  }
}
