package dev.jktcp.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Logged;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages of the event bus reach a reader in order, on its context, and never hold up its event
 * loop.
 */
class BusReaderTest {
  private static final String HERE = "here";
  private static final int WAITING = 100;

  private final Vertx vertx = Vertx.vertx();
  private final List<Object> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
  }

  private ContextInternal context(boolean worker) {
    VertxInternal internal = (VertxInternal) vertx;
    return worker ? internal.createWorkerContext() : internal.createEventLoopContext();
  }

  private <T> Future<T> on(ContextInternal context, Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> step.get().onComplete(done));
    return done.future();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitsWhenItLeaves_isDroppedWithoutAWord_andQuestionsAreRefused(boolean worker)
      throws Exception {
    ContextInternal owner = context(worker);
    BusReader reader = BusReader.open(owner, HERE, true, message -> heard.add(message.body()));
    Await.result(reader.completion());
    try (Logged logged = new Logged()) {
      Promise<Message<Object>> answer = Promise.promise();
      Future<Void> gone =
          on(
              owner,
              () -> {
                for (int i = 0; i < WAITING; i++) vertx.eventBus().send(HERE, i);
                vertx.eventBus().request(HERE, "?").onComplete(answer);
                return reader.leave();
              });
      Await.result(gone);
      ReplyException refusal = (ReplyException) Await.failure(answer.future());
      assertEquals(ReplyFailure.NO_HANDLERS, refusal.failureType());
      assertEquals(List.of(), heard);
      logged.assertNothing();
    }
    assertEquals(gone(), ReplyFailure.NO_HANDLERS);
  }

  private ReplyFailure gone() throws Exception {
    return ((ReplyException) Await.failure(vertx.eventBus().request(HERE, "?"))).failureType();
  }

  @Test
  void messagesOfAWorker_comeInOrder_onItsContext() throws Exception {
    ContextInternal owner = context(true);
    Promise<Void> all = Promise.promise();
    BusReader reader =
        BusReader.open(
            owner,
            HERE,
            true,
            message -> {
              assertTrue(ContextInternal.current().unwrap() == owner.unwrap());
              heard.add(message.body());
              if (heard.size() == WAITING) all.complete();
            });
    Await.result(reader.completion());
    for (int i = 0; i < WAITING; i++) vertx.eventBus().send(HERE, i);
    Await.result(all.future());
    for (int i = 0; i < WAITING; i++) assertEquals(i, heard.get(i));
    Await.result(on(owner, reader::leave));
  }

  /** It stops when its messages fail, as the library's own do. */
  @Test
  void senderThatNeverPauses_doesNotHoldIt() throws Exception {
    ContextInternal owner = context(false);
    BusReader reader = BusReader.open(owner, HERE, true, message -> {});
    Await.result(reader.completion());
    MessageProducer<Object> sender = vertx.eventBus().sender(HERE);
    Promise<Void> stopped = Promise.promise();
    Thread thread =
        new Thread(
            () -> {
              while (!sender.write("").failed()) Thread.onSpinWait();
              stopped.complete();
            });
    thread.start();
    Await.result(on(owner, reader::leave));
    Await.result(stopped.future());
  }
}
