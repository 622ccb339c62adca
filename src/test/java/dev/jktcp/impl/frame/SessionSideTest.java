package dev.jktcp.impl.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.Lab;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One end, and the test as the other. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SessionSideTest implements SessionSide.Events {
  private static final String OURS = "test.ours";
  private static final long REPEAT_MS = 200;
  private static final long LEASE_MS = 10_000;

  private Vertx vertx;
  private Lab lab;
  private RawEnd peer;
  private SessionSide side;
  private final List<String> events = new ArrayList<>();
  private final List<Frame> unknown = new ArrayList<>();
  private boolean opens; // whether an unknown channel is taken on
  private Told channel;

  /** A channel that notes what it is told. */
  private final class Told extends SessionChannel {
    final List<String> heard = new ArrayList<>();
    int flags;

    Told(long id) {
      super(side, id);
      side.add(this);
    }

    void flag(int flag) {
      flags |= flag;
      change();
    }

    void write(String text) {
      send(Buffer.buffer(text));
    }

    void say(Detail detail) {
      tell(detail);
    }

    @Override
    protected void onFrame(Frame frame, Buffer payload) {
      heard.add(payload == null ? "-" : payload.toString());
    }

    @Override
    protected void onGap(long offset) {
      heard.add("gap behind " + offset);
    }

    @Override
    protected void onGone() {
      heard.add("gone");
    }

    @Override
    public void onSessionEnd(Exception cause) {
      heard.add("session end");
    }

    @Override
    protected int flags() {
      return flags;
    }

    @Override
    protected long taken() {
      return 1;
    }

    @Override
    protected long granted() {
      return 2;
    }

    @Override
    protected long acked() {
      return 3;
    }
  }

  @Override
  public SessionChannel onUnknown(Frame frame) {
    unknown.add(frame);
    return opens ? new Told(frame.id()) : null;
  }

  @Override
  public void onQuestion(Message<Object> message) {
    events.add("question");
  }

  @Override
  public void onBeat() {
    events.add("beat");
  }

  @Override
  public void onBye(Detail.Ended why) {
    events.add("bye " + (why == null ? "" : why.message()));
  }

  @Override
  public void onLost(String why) {
    events.add("lost: " + why);
    side.end();
  }

  @BeforeEach
  void join(Vertx inVertx) throws Exception {
    vertx = inVertx;
    lab = new Lab(vertx);
    peer = new RawEnd(lab, vertx, "test.theirs");
    peer.talkTo(OURS);
    lab.run(
        () -> {
          side = new SessionSide(lab.context, lab.clock, OURS, false, REPEAT_MS, this);
          side.open();
        });
    lab.settle();
    lab.run(() -> side.talkTo(peer.address(), LEASE_MS));
    channel = lab.call(() -> new Told(1));
  }

  /** The lease's timer alone. */
  private void assertQuiet() throws Exception {
    assertEquals(1, lab.timers());
    assertEquals(List.of(), peer.next());
  }

  private List<String> heard() throws Exception {
    return lab.call(
        () -> {
          List<String> result = List.copyOf(channel.heard);
          channel.heard.clear();
          return result;
        });
  }

  // Saying.

  @Test
  void changesOfATurn_areOneFrame() throws Exception {
    lab.run(
        () -> {
          channel.flag(Frame.OPEN);
          channel.flag(Frame.END);
          channel.flag(Frame.CLOSE);
        });
    Frame expected =
        new Frame(1, 1, 0, Frame.OPEN | Frame.END | Frame.CLOSE, 0, null, 1, 2, 3, null);
    assertEquals(expected, peer.nextFrame());
  }

  @Test
  void unchangedLine_isSilent() throws Exception {
    lab.advanceMs(LEASE_MS - 1);
    assertQuiet();
  }

  @Test
  void bytes_goAtOnce_withTheirOffsets() throws Exception {
    lab.run(
        () -> {
          channel.write("one");
          channel.write("three");
          channel.flag(Frame.END);
        });
    List<Frame> frames = peer.nextFrames();
    assertEquals(List.of(0L, 3L, 8L), frames.stream().map(Frame::offset).toList());
    assertEquals(List.of(1L, 2L, 3L), frames.stream().map(Frame::number).toList());
    assertEquals("three", frames.get(1).payload().toString());
    assertNull(frames.get(2).payload());
  }

  @Test
  void whatIsNotHeard_isRepeated_everMoreSeldom() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    List<RawEnd.Came> came = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      lab.advanceMs(LEASE_MS - 1);
      came.addAll(peer.next());
      peer.say(Frame.session(Frame.BEAT | Frame.ANSWER, 1, null)); // alive, but heard nothing
    }
    List<Long> times = came.stream().map(RawEnd.Came::atMs).toList();
    assertEquals(List.of(0L, 200L, 600L, 1400L, 3000L), times.subList(0, 5));
    for (int i = 5; i < times.size(); i++) {
      long distance = times.get(i) - times.get(i - 1);
      assertTrue(distance >= 3200 && distance <= 3250, times::toString);
    }
    for (RawEnd.Came each : came) assertEquals(came.get(0).frame(), each.frame());
  }

  @Test
  void whatIsHeard_isNotRepeated_andLeavesNoTimer() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    assertEquals(1, peer.nextFrame().number());
    peer.say(Said.of(1, 0).heard(1).flags(Frame.ANSWER));
    assertTrue(lab.call(channel::isSettled));
    lab.advanceMs(REPEAT_MS);
    assertQuiet();
  }

  @Test
  void whatChangedInThisTurn_isNotSettled_evenIfAllBeforeIsHeard() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    peer.say(Said.of(1, 0).heard(1).flags(Frame.ANSWER));
    boolean settled =
        lab.call(
            () -> {
              channel.flag(Frame.DONE);
              return channel.isSettled();
            });
    assertFalse(settled, "whoever forgets it now has never said that it is done");
  }

  @Test
  void repetition_saysTheNewestState_butNoByteTwice() throws Exception {
    lab.run(
        () -> {
          channel.write("bytes");
          channel.flag(Frame.END);
        });
    peer.next();
    lab.advanceMs(REPEAT_MS);
    Frame again = peer.nextFrame();
    assertEquals(2, again.number());
    assertEquals(5, again.offset());
    assertNull(again.payload());
    assertTrue(again.has(Frame.END));
  }

  @Test
  void partlyHeard_isRepeatedSoonAgain() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    lab.advanceMs(3000); // repeated four times by now
    peer.next();
    lab.run(() -> channel.flag(Frame.END));
    peer.say(Said.of(1, 0).heard(1).flags(Frame.ANSWER));
    peer.next();
    long startMs = lab.nowMs();
    lab.advanceMs(1000);
    List<Long> times = peer.next().stream().map(came -> came.atMs() - startMs).toList();
    assertEquals(2, times.size(), times::toString);
    assertTrue(times.get(0) >= 200 && times.get(0) <= 250, times::toString);
  }

  @Test
  void heardMoreThanWasSaid_isNotBelieved() throws Exception {
    peer.say(Said.of(1, 1).heard(Long.MAX_VALUE));
    lab.advanceMs(50);
    peer.next();
    lab.run(() -> channel.flag(Frame.OPEN));
    peer.next();
    lab.advanceMs(REPEAT_MS + 50);
    assertEquals(1, peer.nextFrames().size());
  }

  @Test
  void detail_goesWithEveryFrame_untilItIsHeard() throws Exception {
    Detail detail = new Detail.Ended(Detail.Ended.Kind.STATE, null, "why", null);
    lab.run(() -> channel.flag(Frame.OPEN));
    peer.next();
    lab.run(() -> channel.say(detail));
    assertEquals(detail, peer.nextFrame().detail());
    peer.say(Said.of(1, 1).heard(1)); // not yet
    lab.run(() -> channel.write("x"));
    assertEquals(detail, peer.nextFrame().detail());
    lab.advanceMs(REPEAT_MS + 50);
    assertEquals(detail, peer.lastFrame().detail());
    peer.say(Said.of(1, 2).heard(2));
    lab.run(() -> channel.flag(Frame.END));
    assertNull(peer.lastFrame().detail());
  }

  @Test
  void manyLines_areRepeatedEach() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    peer.next();
    lab.run(
        () -> {
          for (int id = 2; id <= 1000; id++) new Told(id).flag(Frame.OPEN);
        });
    assertEquals(999, peer.next().size());
    lab.advanceMs(REPEAT_MS + 50);
    assertEquals(1000, peer.next().stream().map(came -> came.frame().id()).distinct().count());
  }

  // Confirming.

  @Test
  void whatTheOtherSays_isConfirmedSoon_once() throws Exception {
    long startMs = lab.nowMs();
    peer.say(Said.of(1, 4));
    peer.say(Said.of(1, 5));
    lab.advanceMs(REPEAT_MS / 4);
    RawEnd.Came only = peer.next().get(0);
    assertTrue(only.atMs() - startMs <= REPEAT_MS / 4);
    assertEquals(5, only.frame().heard());
    assertTrue(only.frame().has(Frame.ANSWER));
    lab.advanceMs(1000);
    assertQuiet();
  }

  @Test
  void whatTheOtherSays_isConfirmedWithOurNext() throws Exception {
    peer.say(Said.of(1, 4));
    lab.run(() -> channel.flag(Frame.OPEN));
    assertEquals(4, peer.nextFrame().heard());
    peer.say(Said.of(1, 0).heard(1).flags(Frame.ANSWER));
    lab.advanceMs(1000);
    assertQuiet();
  }

  @Test
  void confirmation_isNotConfirmed() throws Exception {
    peer.say(Said.of(1, 4).flags(Frame.ANSWER));
    lab.advanceMs(1000);
    assertQuiet();
  }

  /** Its confirmation was lost. */
  @Test
  void repetition_isConfirmedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      peer.say(Said.of(1, 4));
      lab.advanceMs(200);
      assertEquals(4, peer.nextFrame().heard());
    }
  }

  @Test
  void lateFrame_takesNothingBack() throws Exception {
    peer.say(Said.of(1, 9));
    peer.say(Said.of(1, 3));
    lab.advanceMs(200);
    assertEquals(9, peer.nextFrame().heard());
  }

  // Bytes that come.

  @Test
  void bytesInOrder_areGivenOn_once() throws Exception {
    peer.say(Said.of(1, 1).at(0, "one"));
    peer.say(Said.of(1, 2).at(3, "two"));
    peer.say(Said.of(1, 1).at(0, "one"));
    peer.say(Said.of(1, 2).at(3, "two"));
    peer.say(Said.of(1, 3).at(6));
    assertEquals(List.of("one", "two", "-", "-", "-"), heard());
    assertEquals(6, lab.call(channel::received));
  }

  @Test
  void bytesMissing_areAGap() throws Exception {
    peer.say(Said.of(1, 1).at(0, "one"));
    peer.say(Said.of(1, 3).at(6, "three"));
    assertEquals(List.of("one", "gap behind 3"), heard());
    assertEquals(3, lab.call(channel::received));
  }

  @Test
  void bytesMissingAtTheEnd_areAGap_oncePlainlySaid() throws Exception {
    peer.say(Said.of(1, 2).at(5));
    assertEquals(List.of("gap behind 0"), heard());
  }

  @Test
  void bytesPartlyKnown_areAGap() throws Exception {
    peer.say(Said.of(1, 1).at(0, "one"));
    peer.say(Said.of(1, 2).at(1, "ne and more"));
    assertEquals(List.of("one", "gap behind 3"), heard());
  }

  @Test
  void offsetsThatCannotBe_giveNothing() throws Exception {
    peer.say(Said.of(1, 1).at(Long.MAX_VALUE, "bytes"));
    peer.say(Said.of(1, 1).at(Long.MIN_VALUE, "bytes"));
    peer.say(Said.of(1, 1).at(-5, "bytes"));
    assertEquals(0, lab.call(channel::received));
    assertTrue(heard().stream().noneMatch("bytes"::equals));
  }

  // Unknown channels.

  @Test
  void unknownLine_isAnsweredWithGone() throws Exception {
    peer.say(Said.of(77, 5).flags(Frame.END));
    Frame answer = peer.nextFrame();
    assertEquals(77, answer.id());
    assertEquals(5, answer.heard());
    assertTrue(answer.has(Frame.GONE) && answer.has(Frame.ANSWER));
    assertEquals(1, unknown.size());
    lab.advanceMs(1000);
    assertQuiet();
  }

  @Test
  void confirmationOfAnUnknownLine_isNotAnswered() throws Exception {
    peer.say(Said.of(77, 5).flags(Frame.ANSWER));
    peer.say(Frame.gone(Said.of(78, 1).frame()));
    assertQuiet();
  }

  @Test
  void unknownLineThatIsTakenOn_hearsTheFrame() throws Exception {
    opens = true;
    peer.say(Said.of(77, 5).at(0, "first"));
    channel = (Told) lab.call(() -> side.channel(77));
    assertEquals(List.of("first"), heard());
  }

  @Test
  void gone_isTold_andSettles() throws Exception {
    lab.run(() -> channel.flag(Frame.OPEN));
    peer.say(Frame.gone(peer.nextFrame()));
    assertEquals(List.of("gone"), heard());
    lab.advanceMs(1000);
    assertQuiet();
  }

  @Test
  void removedLine_isGone_butItsLastWordIsSaid() throws Exception {
    lab.run(
        () -> {
          channel.flag(Frame.RESET);
          side.remove(channel);
        });
    assertTrue(peer.nextFrame().has(Frame.RESET));
    lab.advanceMs(1000);
    assertQuiet(); // not repeated
    peer.say(Said.of(1, 1));
    assertTrue(peer.nextFrame().has(Frame.GONE));
  }

  @Test
  void removedLineThatOwes_stillConfirms() throws Exception {
    peer.say(Said.of(1, 6));
    lab.run(() -> side.remove(channel));
    lab.advanceMs(50);
    assertEquals(6, peer.nextFrame().heard());
    assertQuiet();
  }

  // Floors.

  @Test
  void floor_isTheFirstOfOurLinesThatTheOtherMayNotKnow() throws Exception {
    lab.run(
        () -> {
          for (int id = 2; id <= 4; id++) new Told(id);
          new Told(-1);
          for (SessionChannel each : side.channels()) ((Told) each).flag(Frame.OPEN);
        });
    assertEquals(1L, (long) lab.call(() -> side.floor(5)));
    peer.say(Said.of(1, 1).heard(1));
    peer.say(Said.of(3, 1).heard(1));
    assertEquals(2L, (long) lab.call(() -> side.floor(5)));
    peer.say(Said.of(2, 1).heard(1));
    peer.say(Said.of(4, 1).heard(1));
    assertEquals(5L, (long) lab.call(() -> side.floor(5)));
    assertEquals(1L, (long) lab.call(() -> side.floor(-2)));
    peer.say(Said.of(-1, 1).heard(1));
    assertEquals(2L, (long) lab.call(() -> side.floor(-2)));
  }

  // The session.

  @Test
  void beat_isTold_andItsFloorNeverSinks() throws Exception {
    peer.say(Frame.session(Frame.BEAT, 7, null));
    peer.say(Frame.session(Frame.BEAT, 3, null));
    assertEquals(List.of("beat", "beat"), events);
    assertEquals(7L, (long) lab.call(side::peerFloor));
    peer.say(Frame.session(Frame.BEAT | Frame.ANSWER, 8, null));
    assertEquals(2, events.size());
    assertEquals(8L, (long) lab.call(side::peerFloor));
    lab.run(() -> side.beat(false, 9));
    assertEquals(Frame.session(Frame.BEAT, 9, null), peer.nextFrame());
  }

  @Test
  void silence_endsAfterTheLease_toTheMillisecond() throws Exception {
    lab.advanceMs(LEASE_MS - 1);
    peer.say(Said.of(1, 1).flags(Frame.ANSWER));
    lab.advanceMs(LEASE_MS - 1);
    assertEquals(List.of(), events);
    lab.advanceMs(1);
    assertEquals(List.of("lost: was not heard for 10000 ms"), events);
    assertEquals(0, lab.timers());
  }

  /** A question is no sign of life of the other end: anybody may ask. */
  @Test
  void otherMessages_areQuestions_andProlongNothing() throws Exception {
    lab.advanceMs(LEASE_MS - 1);
    lab.run(() -> vertx.eventBus().send(OURS, new JsonObject()));
    lab.run(() -> vertx.eventBus().send(OURS, "text"));
    lab.advanceMs(1);
    assertEquals(List.of("question", "question", "lost: was not heard for 10000 ms"), events);
  }

  // Stops.

  /** The other end was stopped along with this one, or has said something meanwhile. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoSilence(long stopMs) throws Exception {
    lab.advanceMs(4_000);
    lab.stopMs(stopMs);
    lab.advanceMs(LEASE_MS / 2 - 1);
    assertEquals(List.of(), events);
    peer.say(Frame.session(Frame.BEAT | Frame.ANSWER, 1, null));
    lab.advanceMs(LEASE_MS - 1);
    assertEquals(List.of(), events);
    lab.advanceMs(1);
    assertEquals(List.of("lost: was not heard for 10000 ms"), events);
  }

  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void otherEndThatDiedMeanwhile_isMissedSoon(long stopMs) throws Exception {
    lab.stopMs(stopMs);
    lab.advanceMs(LEASE_MS / 2);
    assertEquals(List.of("lost: was not heard for 10000 ms"), events);
    assertEquals(0, lab.timers());
  }

  // In one process.

  private void meetHere() throws Exception {
    lab.run(() -> side.end());
    lab.run(
        () -> {
          side = new SessionSide(lab.context, lab.clock, "test.here", true, REPEAT_MS, this);
          side.open();
        });
    lab.settle();
    peer.talkTo("test.here");
    lab.run(() -> side.talkTo(peer.address(), LEASE_MS));
  }

  @Test
  void whoConsumesInThisProcess_lives_howeverLongItIsBlocked() throws Exception {
    meetHere();
    lab.advanceMs(600_000);
    assertEquals(List.of(), events);
    assertEquals(60, peer.next().size(), "asked once in a lease");
    assertEquals(1, lab.timers());
  }

  @Test
  void whoHasGoneFromThisProcessWithoutAWord_isMissedWithinALease() throws Exception {
    meetHere();
    peer.leave();
    lab.advanceMs(LEASE_MS);
    assertEquals(List.of("lost: is gone"), events);
    assertEquals(0, lab.timers());
  }

  @Test
  void blockedWorker_isNotToldTheSameForEver() throws Exception {
    meetHere();
    lab.run(() -> new Told(5).flag(Frame.OPEN));
    lab.advanceMs(600_000);
    long said = peer.next().stream().filter(came -> came.frame().id() == 5).count();
    assertTrue(said <= 12, said + " times in ten minutes");
  }

  @Test
  void otherEndThatIsNotThere_isLostAtOnce() throws Exception {
    peer.leave();
    lab.run(() -> channel.flag(Frame.OPEN));
    lab.settle();
    assertEquals(List.of("lost: is gone"), events);
    assertEquals(0, lab.timers());
  }

  @Test
  void bye_isSaidLast_andLeavesNothing() throws Exception {
    Detail.Ended why = new Detail.Ended(Detail.Ended.Kind.STATE, null, "enough", null);
    peer.say(Said.of(1, 6));
    lab.run(
        () -> {
          channel.flag(Frame.END);
          side.bye(why);
        });
    List<Frame> frames = peer.nextFrames();
    assertTrue(frames.get(0).has(Frame.END));
    assertEquals(6, frames.get(0).heard());
    Frame last = frames.get(frames.size() - 1);
    assertTrue(last.has(Frame.BYE));
    assertEquals(why, last.detail());
    assertTrue(lab.call(side::isEnded));
    assertEquals(1, lab.timers()); // an answer may come
    peer.say(Said.of(1, 7)); // said before the goodbye was heard there
    peer.say(Frame.session(Frame.BYE | Frame.ANSWER, 0, null));
    assertEquals(0, lab.timers());
    lab.run(() -> channel.flag(Frame.RESET));
    lab.run(() -> channel.write("more"));
    lab.run(() -> side.beat(false, 1));
    lab.run(() -> side.bye(why));
    assertEquals(List.of(), peer.next());
    assertEquals(0, lab.timers());
  }

  @Test
  void bye_thatIsNotAnswered_leavesNothingEither() throws Exception {
    lab.run(() -> side.bye(null));
    lab.advanceMs(200);
    assertEquals(0, lab.timers());
  }

  @Test
  void bye_isAnswered_soThatTheOtherEndMayGo() throws Exception {
    peer.next();
    peer.say(Frame.session(Frame.BYE, 0, null));
    List<Frame> frames = peer.nextFrames();
    assertEquals(Frame.BYE | Frame.ANSWER, frames.get(frames.size() - 1).flags());
  }

  @Test
  void bye_isTold() throws Exception {
    Detail.Ended why = new Detail.Ended(Detail.Ended.Kind.STATE, null, "enough", null);
    peer.say(Frame.session(Frame.BYE, 0, why));
    peer.say(Frame.session(Frame.BYE, 0, new Detail.Listening(null)));
    assertEquals(List.of("bye enough", "bye "), events);
  }

  @Test
  void ended_hearsNothing() throws Exception {
    lab.run(() -> side.end());
    lab.settle();
    peer.say(Said.of(1, 1));
    peer.say(Said.of(77, 1));
    assertEquals(List.of(), heard());
    assertEquals(List.of(), unknown);
    assertEquals(List.of(), peer.next());
  }

  @Test
  void repeatOfAMillisecond_works(Vertx inVertx) throws Exception {
    lab.run(() -> side.end());
    lab.run(
        () -> {
          side = new SessionSide(lab.context, lab.clock, "test.fast", false, 1, this);
          side.open();
        });
    lab.settle();
    lab.run(() -> side.talkTo(peer.address(), LEASE_MS));
    lab.run(() -> new Told(5).flag(Frame.OPEN));
    lab.advanceMs(100);
    assertEquals(10, peer.next().size(), 1);
  }
}
