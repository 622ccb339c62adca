package dev.jktcp.impl.pump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Pump;
import dev.jktcp.testkit.FakeStream;
import dev.jktcp.testkit.FakeTcpStream;
import io.vertx.core.Handler;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A pump between streams played by hand: its flow, its stop, its failures and its end. */
class PumpTest {
  private final VertxException broken = new VertxException("broken", true);

  @Nested
  class OneWay {
    private final FakeStream from = new FakeStream();
    private final FakeTcpStream to = new FakeTcpStream();
    private final Pump pump = Pump.pump(from, to);

    @Test
    void missingStream_isRefusedAtOnce() {
      for (Executable missing :
          List.<Executable>of(() -> Pump.pump(from, null), () -> Pump.between(from, null))) {
        assertThrows(NullPointerException.class, missing);
      }
    }

    @Test
    void madeButNotStarted_holdsTheSource() {
      from.arrives("early");
      assertTrue(from.isPaused());
      assertEquals("", to.written.toString());
      assertFalse(pump.completion().isComplete());
    }

    @Test
    void started_movesWhatWaitedAndWhatComes() {
      from.arrives("early ");
      pump.start();
      from.arrives("late");
      assertEquals("early late", to.written.toString());
      assertEquals(10, pump.bytesForth());
      assertEquals(0, pump.bytesBack());
      assertEquals(10, pump.bytes());
    }

    @Test
    void targetFull_pausesUntilItDrains() {
      pump.start();
      to.fills();
      from.arrives("a");
      assertTrue(from.isPaused());
      from.arrives("b");
      assertEquals("a", to.written.toString());
      to.drains();
      assertFalse(from.isPaused());
      assertEquals("ab", to.written.toString());
    }

    @Test
    void blocked_isWhileTheTargetTakesNothing() {
      to.fills();
      assertFalse(pump.isBlocked(), "not started: held back by its user");
      pump.start();
      assertTrue(pump.isBlocked());
      to.drains();
      assertFalse(pump.isBlocked());
      from.finArrives();
      to.fills();
      assertFalse(pump.isBlocked(), "nothing more can come");
    }

    @Test
    void targetFullFromTheBeginning_startsWhenItDrains() {
      to.fills();
      pump.start();
      from.arrives("a");
      assertEquals("", to.written.toString());
      to.drains();
      assertEquals("a", to.written.toString());
    }

    @Test
    void stopped_closesNothingAndLosesNothing() {
      pump.start();
      from.arrives("a");
      pump.stop();
      assertTrue(from.isPaused());
      from.arrives("b");
      from.finArrives();
      assertEquals("a", to.written.toString());
      assertEquals(List.of(), to.log);
      pump.start();
      assertEquals("ab", to.written.toString());
      assertEquals(List.of("end"), to.log);
      assertTrue(pump.completion().succeeded());
    }

    @Test
    void bufferHandedOverDuringStop_isStillWritten() {
      pump.start();
      Handler<Buffer> inFlight = from.handler;
      pump.stop();
      inFlight.handle(Buffer.buffer("a"));
      assertEquals("a", to.written.toString());
    }

    @Test
    void stoppedWhileFull_staysStoppedWhenDrained() {
      pump.start();
      to.fills();
      from.arrives("a");
      pump.stop();
      to.drains();
      assertTrue(from.isPaused());
      pump.start();
      assertFalse(from.isPaused());
    }

    @Test
    void startedAgainWhileFull_waitsForTheDrain() {
      pump.start();
      to.fills();
      from.arrives("a");
      pump.stop();
      pump.start();
      assertTrue(from.isPaused());
      to.drains();
      assertFalse(from.isPaused());
    }

    @Test
    void endWhileStopped_isPassedOnAtStart() {
      pump.start();
      Handler<Void> end = from.endHandler;
      pump.stop();
      end.handle(null);
      assertEquals(List.of(), to.log);
      pump.start();
      assertEquals(List.of("end"), to.log);
    }

    @Test
    void failureWhileStopped_isPassedOnAtStart() {
      pump.start();
      pump.stop();
      from.fails(broken);
      assertEquals(List.of(), to.log);
      assertFalse(pump.completion().isComplete());
      pump.start();
      assertEquals(List.of("reset"), to.log);
      assertSame(broken, pump.completion().cause());
    }

    @Test
    void sourceEnds_completionWaitsForTheTargetsEnd() {
      to.endsAtOnce = false;
      pump.start();
      from.finArrives();
      assertEquals(List.of("end"), to.log);
      assertFalse(pump.completion().isComplete());
      to.ended.complete();
      assertTrue(pump.completion().succeeded());
    }

    @Test
    void sourceEnds_sourceIsNotClosed() {
      pump.start();
      from.finArrives();
      assertEquals(List.of(), from.log);
    }

    @Test
    void askedToLeaveTheTarget_neitherEndsNorKeepsIt() {
      pump.endTarget(false).start();
      from.arrives("a");
      from.finArrives();
      assertEquals(List.of(), to.log);
      assertTrue(pump.completion().succeeded());
      assertNull(to.drainHandler);
      assertNull(to.exceptionHandler);
    }

    @Test
    void targetsEndFails_completionFailsAndTargetIsReset() {
      to.endsAtOnce = false;
      pump.start();
      from.finArrives();
      to.ended.fail(broken);
      assertSame(broken, pump.completion().cause());
      assertEquals(List.of("end", "reset"), to.log);
    }

    @Test
    void sourceFails_targetIsResetAndNeverEnded() {
      pump.start();
      from.arrives("a");
      from.fails(broken);
      from.finArrives();
      assertEquals(List.of("reset"), to.log);
      assertSame(broken, pump.completion().cause());
    }

    @Test
    void targetFails_sourceIsPausedAndNotClosed() {
      pump.start();
      to.fails(broken);
      assertTrue(from.isPaused());
      assertEquals(List.of(), from.log);
      assertSame(broken, pump.completion().cause());
    }

    @Test
    void writeFails_isAFailure() {
      to.writeFailure = broken;
      pump.start();
      from.arrives("a");
      assertSame(broken, pump.completion().cause());
      assertTrue(from.isPaused());
    }

    @Test
    void writeThrows_isAFailure() {
      to.thrownByWrite = new IllegalStateException("File handle is closed");
      pump.start();
      from.arrives("a");
      assertSame(to.thrownByWrite, pump.completion().cause());
      assertTrue(from.isPaused());
    }

    @Test
    void secondFailure_isNotHeard() {
      pump.start();
      from.fails(broken);
      to.fails(new VertxException("consequence", true));
      assertSame(broken, pump.completion().cause());
      assertEquals(List.of("reset"), to.log);
    }

    @Test
    void targetIsOverBeforeTheSourceEnded_isAFailure() {
      pump.start();
      to.closes();
      assertTrue(pump.completion().failed());
    }

    @Test
    void targetIsOverAfterTheEnd_isNoNews() {
      to.endsAtOnce = false;
      pump.start();
      from.finArrives();
      to.closes();
      assertFalse(pump.completion().isComplete());
      to.ended.complete();
      assertTrue(pump.completion().succeeded());
    }

    @Test
    void targetWithoutReset_isLeftOpenAfterAFailure() {
      FakeStream file = new FakeStream();
      Pump toFile = Pump.pump(new FakeStream(), file).start();
      toFile.reset(broken);
      assertEquals(List.of(), file.log);
      assertSame(broken, toFile.completion().cause());
    }

    @Test
    void anyOrderOfEvents_losesNothing() {
      for (int seed = 0; seed < 500; seed++) {
        Random random = new Random(seed);
        FakeStream source = new FakeStream();
        FakeStream sink = new FakeStream();
        Pump any = Pump.pump(source, sink);
        StringBuilder sent = new StringBuilder();
        for (int step = 0; step < 100; step++) {
          switch (random.nextInt(5)) {
            case 0 -> any.start();
            case 1 -> any.stop();
            case 2 -> sink.fills();
            case 3 -> sink.drains();
            default -> {
              source.arrives(step + ",");
              sent.append(step).append(',');
            }
          }
        }
        source.finArrives();
        any.start();
        sink.drains();
        assertEquals(sent.toString(), sink.written.toString(), "seed " + seed);
        assertEquals(sent.length(), any.bytes(), "seed " + seed);
        assertTrue(any.completion().succeeded(), "seed " + seed);
      }
    }
  }

  @Nested
  class Between {
    private final FakeTcpStream first = new FakeTcpStream();
    private final FakeTcpStream second = new FakeTcpStream();
    private final Pump pump = Pump.between(first, second);

    @Test
    void started_movesBothWays() {
      pump.start();
      first.arrives("question");
      second.arrives("answer!");
      assertEquals("question", second.written.toString());
      assertEquals("answer!", first.written.toString());
      assertEquals(8, pump.bytesForth());
      assertEquals(7, pump.bytesBack());
      assertEquals(15, pump.bytes());
    }

    @Test
    void halfClose_isPassedOnAndTheAnswerStillCrosses() {
      pump.start();
      first.arrives("question");
      first.finArrives();
      assertEquals(List.of("end"), second.log);
      second.arrives("answer");
      assertEquals("answer", first.written.toString());
      assertEquals(List.of(), first.log);
      assertFalse(pump.completion().isComplete());
      second.finArrives();
      assertEquals(List.of("end"), first.log);
      assertTrue(pump.completion().succeeded());
    }

    @Test
    void halfClose_isToldOnce() {
      int[] told = {0};
      pump.halfEndHandler(v -> told[0]++).start();
      second.finArrives();
      assertEquals(1, told[0]);
      first.finArrives();
      assertEquals(1, told[0]);
    }

    @Test
    void oneFails_bothAreResetAndNoneEnded() {
      pump.start();
      second.fails(broken);
      assertEquals(List.of("reset"), first.log);
      assertEquals(List.of("reset"), second.log);
      assertSame(broken, pump.completion().cause());
    }

    @Test
    void failsAfterHalfClose_bothAreReset() {
      pump.start();
      first.finArrives();
      first.fails(broken);
      assertEquals(List.of("end", "reset"), second.log);
    }

    @Test
    void oneIsClosedByItsOwner_theOtherIsReset() {
      pump.start();
      first.closes();
      assertEquals(List.of("reset"), second.log);
      assertTrue(pump.completion().failed());
    }

    @Test
    void fullOneWay_doesNotHoldTheOther() {
      pump.start();
      second.fills();
      first.arrives("a");
      assertTrue(first.isPaused());
      second.arrives("b");
      assertEquals("b", first.written.toString());
    }

    @Test
    void reset_whileStopped_resetsBoth() {
      pump.start().stop();
      pump.reset(broken);
      assertEquals(List.of("reset"), first.log);
      assertEquals(List.of("reset"), second.log);
      assertSame(broken, pump.completion().cause());
    }

    @Test
    void streamThatCannotBeWritten_isRefused() {
      ReadStream<Buffer> readOnly = new ReadOnly();
      assertThrows(IllegalArgumentException.class, () -> Pump.between(first, readOnly));
    }
  }

  /** Reads and nothing else. */
  private static final class ReadOnly implements ReadStream<Buffer> {
    @Override
    public ReadOnly exceptionHandler(Handler<Throwable> handler) {
      return this;
    }

    @Override
    public ReadOnly handler(Handler<Buffer> handler) {
      return this;
    }

    @Override
    public ReadOnly pause() {
      return this;
    }

    @Override
    public ReadOnly resume() {
      return this;
    }

    @Override
    public ReadOnly fetch(long amount) {
      return this;
    }

    @Override
    public ReadOnly endHandler(Handler<Void> handler) {
      return this;
    }
  }
}
