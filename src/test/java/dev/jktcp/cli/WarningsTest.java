package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.AdapterVerticle;
import dev.jktcp.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Log lines of the library and of others, as the command line shows them. */
class WarningsTest {
  private final List<String> said = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private Warnings warnings = ofVerbosity(0);

  private Warnings ofVerbosity(int verbosity) {
    return new Warnings(new LineLimit(clock, said::add), errors::add, verbosity);
  }

  private void log(String logger, Level level, String message, Throwable thrown) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger);
    record.setThrown(thrown);
    warnings.publish(record);
  }

  @Test
  void warningsOfTheLibrary_areLines() {
    log("dev.jktcp.pcap.PcapFile", Level.WARNING, "capture to x ended", null);
    log("dev.jktcp.pcap.PcapFile", Level.INFO, "nothing of importance", null);
    assertEquals(List.of("capture to x ended"), said);
  }

  @Test
  void adviceOfTheLibrary_namesOptions() {
    log("dev.jktcp.impl.MemoryShare", Level.WARNING, "raise maxBytesHeld or the heap", null);
    assertEquals(List.of("raise --max-bytes-held or the heap"), said);
  }

  @Test
  void userWhoAsksForMore_hearsTheLibrary_andThenTheOthers() {
    warnings = ofVerbosity(1);
    log("dev.jktcp.impl.AdapterLife", Level.INFO, "its transport is back", null);
    log("io.vertx.core.impl.Deployment", Level.INFO, "nothing of importance", null);
    assertEquals(List.of("its transport is back"), said);
    warnings = ofVerbosity(2);
    log("io.vertx.core.impl.Deployment", Level.INFO, "late", new IllegalStateException("why"));
    log("io.netty.buffer.Pool", Level.FINE, "nothing of importance", null);
    log(AdapterVerticle.class.getName(), Level.WARNING, "said by the command", null);
    assertEquals("Deployment: late: java.lang.IllegalStateException: why", said.get(1));
    assertEquals(2, said.size());
  }

  @Test
  void whatTheCommandSays_isNotSaidTwice() {
    log(AdapterVerticle.class.getName(), Level.WARNING, "adapter 'jktcp': it ended", null);
    assertEquals(List.of(), said);
  }

  @Test
  void errorsThatOthersSwallow_areSeen_andTheirWordsAreNot() {
    OutOfMemoryError error = new OutOfMemoryError();
    log("io.netty.util.concurrent.SingleThreadEventExecutor", Level.WARNING, "Unexpected", error);
    assertEquals(List.of(error), errors);
    assertEquals(List.of(), said);
  }

  @Test
  void taskOfAnEventLoopThatHasEnded_isNothingToTell() {
    warnings.unexpected(new RejectedExecutionException("event executor terminated"));
    assertEquals(List.of(), said);
  }

  @Test
  void errorThatNobodyExpected_isALine_ofMemoryTheWatchSaysIt() {
    warnings.unexpected(new IllegalStateException("a policy failed"));
    warnings.unexpected(new OutOfMemoryError());
    assertEquals(List.of("unexpected: java.lang.IllegalStateException: a policy failed"), said);
    assertEquals(2, errors.size());
  }

  @Test
  void errorsInALoop_areALineASecond() {
    for (int i = 0; i < 1_000; i++) {
      warnings.unexpected(new IllegalStateException("number " + i));
    }
    clock.advanceMs(1_000);
    assertEquals(2, said.size());
  }
}
