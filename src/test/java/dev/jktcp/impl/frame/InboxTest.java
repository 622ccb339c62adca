package dev.jktcp.impl.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ends of one process: on one event loop, on two, and on a worker. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class InboxTest {
  private static final int MANY = 10_000;

  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
  private final ContextInternal context = vertx.createEventLoopContext();
  private final List<String> log = new ArrayList<>(); // in one thread at a time
  private final End ours = new End("ours", context);

  /** Notes what it hears and says, and answers when it is told to. */
  private final class End implements Inbox.Owner {
    final String name;
    final Inbox inbox;
    final Promise<Void> heardAll = Promise.promise();
    End other; // answered if not null
    int answers;
    int changes;
    int heard;
    int most = Integer.MAX_VALUE;
    boolean throwsAll;

    End(String name, ContextInternal context) {
      this.name = name;
      this.inbox = new Inbox(context, name, this);
      inbox.open();
    }

    @Override
    public void onFrame(Frame frame) {
      heard++;
      log.add(name + " hears " + frame.number());
      if (heard == most) heardAll.complete();
      if (throwsAll) throw new IllegalStateException("on purpose");
      if (answers > 0) {
        answers--;
        changes++;
      }
    }

    @Override
    public void flush() {
      if (changes == 0) return;
      changes = 0;
      log.add(name + " speaks");
      other.inbox.offer(frame(heard));
    }

    @Override
    public boolean hasChanged() {
      return changes > 0;
    }
  }

  private static Frame frame(long number) {
    return Said.of(1, number).frame();
  }

  @AfterEach
  void closeVertx() throws Exception {
    Await.result(vertx.close());
  }

  /** Another context of the same event loop. */
  private ContextInternal besideUs() {
    return vertx.contextBuilder().withEventLoop(context.nettyEventLoop()).build();
  }

  private <T> T on(ContextInternal where, Callable<T> call) throws Exception {
    Promise<T> promise = Promise.promise();
    where.runOnContext(
        v -> {
          try {
            promise.complete(call.call());
          } catch (Exception | AssertionError e) {
            promise.fail(e);
          }
        });
    return Await.result(promise.future());
  }

  @Test
  void isFound_untilItIsClosed() throws Exception {
    assertSame(ours.inbox, Inbox.at(vertx, "ours"));
    assertNull(Inbox.at(vertx, "another"));
    ours.inbox.close();
    assertNull(Inbox.at(vertx, "ours"));
    assertTrue(ours.inbox.isClosed());
    assertFalse(on(context, () -> ours.inbox.offer(frame(1))));
    assertFalse(ours.inbox.offer(frame(1)));
    assertEquals(List.of(), log);
  }

  @Test
  void endOnTheSameLoop_isHeardAtOnce_andAnswersAreHeardAtTheEndOfTheTurn() throws Exception {
    End theirs = new End("theirs", besideUs());
    ours.other = theirs;
    theirs.other = ours;
    theirs.answers = 1;
    on(
        context,
        () -> {
          ours.inbox.begin();
          theirs.inbox.offer(frame(7));
          log.add("still in our turn");
          ours.inbox.end();
          return null;
        });
    assertEquals(
        List.of("theirs hears 7", "theirs speaks", "still in our turn", "ours hears 1"), log);
  }

  @Test
  void endsThatAnswerForEver_leaveTheLoopToOthers() throws Exception {
    End theirs = new End("theirs", besideUs());
    ours.other = theirs;
    theirs.other = ours;
    ours.answers = Integer.MAX_VALUE;
    theirs.answers = MANY;
    theirs.most = MANY;
    Promise<Integer> others = Promise.promise();
    on(
        context,
        () -> {
          theirs.inbox.offer(frame(1));
          context.runOnContext(v -> others.complete(theirs.heard));
          return null;
        });
    int early = Await.result(others.future());
    assertTrue(early < MANY, () -> early + " frames");
    Await.result(theirs.heardAll.future());
  }

  @Test
  void whatThrows_isReported_andTheNextIsHeard() throws Exception {
    List<Throwable> reported = new ArrayList<>();
    context.exceptionHandler(reported::add);
    ours.throwsAll = true;
    on(context, () -> ours.inbox.offer(frame(1)) && ours.inbox.offer(frame(2)));
    assertEquals(2, reported.size());
    assertEquals(List.of("ours hears 1", "ours hears 2"), log);
    assertFalse(on(context, ours.inbox::isBusy));
  }

  @Test
  void endOnAnotherLoop_isHeardInOrder_andNoneIsLost() throws Exception {
    hearsAll(ours, vertx.createEventLoopContext());
  }

  @Test
  void endOnAWorker_isHeardInOrder_andNoneIsLost() throws Exception {
    hearsAll(ours, vertx.createWorkerContext());
    log.clear();
    hearsAll(new End("worker", vertx.createWorkerContext()), context);
  }

  private void hearsAll(End end, ContextInternal speaker) throws Exception {
    end.most = MANY;
    Future<Void> all = end.heardAll.future();
    on(
        speaker,
        () -> {
          for (int i = 1; i <= MANY; i++) {
            end.inbox.offer(frame(i));
          }
          return null;
        });
    Await.result(all);
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= MANY; i++) expected.add(end.name + " hears " + i);
    assertEquals(expected, log);
  }
}
