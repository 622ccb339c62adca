package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transfers that the command's end cuts off are each reported once. */
class UnfinishedTest {
  private static final Throwable INTERRUPTED = new IllegalStateException("interrupted");

  private final Unfinished unfinished = new Unfinished();
  private final List<String> cut = new ArrayList<>();

  private void add(String name, Future<?> over) {
    unfinished.add(over, cause -> cut.add(name + ": " + cause.getMessage()));
  }

  @Test
  void whatIsUnderWay_isCutOffOnce_andWhatIsOverIsNot() {
    Promise<Void> done = Promise.promise();
    Promise<Void> failed = Promise.promise();
    Promise<Void> live = Promise.promise();
    add("done", done.future());
    add("failed", failed.future());
    add("live", live.future());
    add("over", Future.succeededFuture());
    done.complete();
    failed.fail("for itself");
    assertTrue(unfinished.cutOff(INTERRUPTED).succeeded());
    unfinished.cutOff(INTERRUPTED);
    assertEquals(List.of("live: interrupted"), cut);
  }

  @Test
  void whatComesAfterTheEnd_isCutOffAtOnce() {
    unfinished.cutOff(INTERRUPTED);
    add("late", Promise.promise().future());
    assertEquals(List.of("late: interrupted"), cut);
    assertTrue(unfinished.isCutOff());
  }

  @Test
  void end_waitsForReports_alsoForThoseOfWhatItCutsOff() {
    Promise<Void> early = Promise.promise();
    Promise<Void> late = Promise.promise();
    unfinished.addReport(early.future());
    unfinished.add(Promise.promise().future(), cause -> unfinished.addReport(late.future()));
    Future<Void> end = unfinished.cutOff(INTERRUPTED);
    early.fail("its adapter is gone");
    assertFalse(end.isComplete());
    late.complete();
    assertTrue(end.isComplete());
  }
}
