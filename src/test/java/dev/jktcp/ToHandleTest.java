package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Loops;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adapter in hand, shared. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ToHandleTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);

  private static <T> T on(Context context, java.util.function.Supplier<Future<T>> call)
      throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return Await.result(promise.future());
  }

  @Test
  void handlesOfOneAdapter_workSideBySide_onTheContextsThatAsked(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(7, stream -> stream.handler(stream::write)));
    Context[] contexts = {vertx.getOrCreateContext(), vertx.getOrCreateContext()};
    for (Context context : contexts) {
      AdapterHandle handle = on(context, () -> pair.left().toHandle());
      StreamHandle stream = on(context, () -> handle.connect(PEER, 7));
      Promise<Context> heard = Promise.promise();
      stream.handler(echo -> heard.tryComplete(Vertx.currentContext()));
      Await.result(stream.write(Buffer.buffer("hello")));
      assertSame(context, Await.result(heard.future()));
    }
    assertEquals(2, Await.result(pair.left().stats()).connections());
  }

  @Test
  void about_saysWhatTheAdapterIs(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    JsonObject about = Await.result(handle.about());
    assertEquals(handle.name(), about.getString("name"));
    assertEquals(AdapterPair.LEFT, about.getJsonArray("localAddresses").getList());
    assertEquals(AdapterPair.RIGHT, about.getJsonArray("peerAddresses").getList());
    assertEquals("reliable-link", about.getString("profile"));
  }

  @Test
  void closedAdapter_endsItsHandlesAndTheirStreams_withItsReason(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(7, stream -> stream.handler(stream::write)));
    AdapterHandle handle = Await.result(pair.left().toHandle());
    Promise<Throwable> ended = Promise.promise();
    EndOf.handle(handle, ended::complete);
    StreamHandle stream = Await.result(handle.connect(PEER, 7));
    Recorder recorder = Recorder.of(stream);
    Await.result(pair.left().close());
    Await.result(recorder.closed());
    assertEquals(CloseReason.ADAPTER_CLOSED, stream.closeReason());
    Throwable end = Await.result(ended.future());
    assertEquals(CloseReason.ADAPTER_CLOSED, assertInstanceOf(TcpException.class, end).reason());
    Throwable late = Await.failure(pair.left().toHandle());
    assertTrue(late.getMessage().contains("adapter closed"), late.getMessage());
  }

  /** Though another context of the handle hears of the end, while the handler's is busy. */
  @Test
  void transportHandler_hearsTheEnd_whicheverContextIsFirst(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(7, stream -> {}));
    ContextInternal home = Loops.besides(((AdapterInternal) pair.left()).context());
    Context another = Loops.besides(home);
    AdapterHandle handle = on(home, () -> pair.left().toHandle());
    StreamHandle stream = on(another, () -> handle.connect(PEER, 7));
    Recorder recorder = Recorder.of(stream);
    Promise<Void> up = Promise.promise();
    Promise<Void> ended = Promise.promise();
    handle.transportHandler(
        status -> (status.state() == TransportState.UP ? up : ended).tryComplete());
    Await.result(up.future());
    CountDownLatch busy = new CountDownLatch(1);
    home.runOnContext(
        v -> {
          try {
            busy.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try {
      Await.result(pair.left().close());
      Await.result(recorder.closed());
      for (int turn = 0; turn < 50; turn++) {
        on(another, Future::succeededFuture); // its session is over by then
      }
    } finally {
      busy.countDown();
    }
    Await.result(ended.future());
  }

  @Test
  void questionThatMeetsTheAdaptersEnd_failsWithItsReason(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Context worker = ((VertxInternal) vertx).createWorkerContext();
    AdapterHandle handle = on(worker, () -> pair.left().toHandle());
    Future<AdapterStats> late =
        on(
            worker,
            () -> {
              // The adapter's goodbye waits for this turn's end.
              pair.left().close().toCompletionStage().toCompletableFuture().join();
              return Future.succeededFuture(handle.stats());
            });
    assertEquals("adapter closed", Await.failure(late).getMessage());
  }

  @Test
  void adapterOfAnAdapterStream_refusesItsHandles(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(7, stream -> stream.handler(stream::write)));
    Await.result(AdapterStream.connect(pair.left(), PEER, 7));
    AdapterHandle handle = Await.result(pair.left().toHandle());
    Throwable refused = Await.failure(handle.connect(PEER, 7));
    assertInstanceOf(IllegalStateException.class, refused);
    assertTrue(refused.getMessage().contains("AdapterStream"), refused.getMessage());
  }

  /** As if it was published between two calls of a supervisor, or its node was killed. */
  @Test
  void transportHandler_hearsTheEnd_althoughTheNewsIsLost(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              boolean news = delivery.message().address().endsWith(".transport");
              if (!news) {
                delivery.next();
              }
            });
    Promise<TransportStatus> first = Promise.promise();
    Promise<TransportStatus> ended = Promise.promise();
    handle.transportHandler(
        status -> {
          first.tryComplete(status);
          if (status.state() == TransportState.ENDED) ended.complete(status);
        });
    Await.result(first.future()); // a question under way at the end learns of no reason
    Await.result(pair.right().close());
    TransportStatus end = new TransportStatus(TransportState.ENDED, "the other side left", 0);
    assertEquals(end, Await.result(ended.future()));
    Promise<TransportStatus> later = Promise.promise();
    handle.transportHandler(later::complete);
    assertEquals(end, Await.result(later.future()));
  }
}
