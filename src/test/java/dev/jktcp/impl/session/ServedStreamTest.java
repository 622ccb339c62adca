package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpControl;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.RawEnd;
import dev.jktcp.impl.frame.Said;
import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.WrappedPolicy;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection of a handle, as the adapter's side keeps it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServedStreamTest extends ServiceLab {
  private static final int WINDOW = ServedStream.WRITE_WINDOW;

  private HandleEnd handle;
  private HandleEnd.Link link;
  private Recorder peer;

  private void connect() throws Exception {
    connect(new AdapterOptions());
  }

  private void connect(AdapterOptions options) throws Exception {
    join(options);
    handle = handle();
    link = handle.connect(toPeer());
    assertTrue(link.has(Frame.OPENED));
    peer = Recorder.of(lastAtPeer());
  }

  private void assertOver(Detail.Ended.Kind kind, CloseReason reason) throws Exception {
    assertTrue(link.has(Frame.OVER));
    assertTrue(link.has(Frame.DONE));
    assertEquals(kind, link.ended().kind());
    assertEquals(reason, link.ended().reason());
  }

  private void assertForgotten() throws Exception {
    assertTrue(link.isForgotten());
    assertNothingOpen();
    handle.vanish();
    lab.advanceMs(AdapterOptions.DEFAULT_LEASE.toMillis());
    assertNothingLeft();
  }

  // Opening.

  @Test
  void connection_isOpened_withItsAddresses_andCredit() throws Exception {
    connect();
    Detail.Opened opened = assertInstanceOf(Detail.Opened.class, link.detail);
    assertEquals(lastAtPeer().remoteAddress(), opened.local());
    assertEquals(lastAtPeer().localAddress(), opened.remote());
    assertEquals(0, opened.server());
    assertEquals(WINDOW, link.last.granted());
    assertEquals(0, link.last.taken());
  }

  @Test
  void connectToASilentPeer_isHeardAtOnce_andGrantsNothing() throws Exception {
    join();
    link = handle().connect(toPeer().setHost("10.0.0.9"));
    lab.settle();
    assertTrue(lab.call(link::isSettled));
    assertEquals(0, link.last.flags());
    assertEquals(0, link.last.granted());
  }

  @Test
  void refusedConnect_saysSo() throws Exception {
    join();
    handle = handle();
    link = handle.connect(toPeer().setPort(81));
    assertOver(Detail.Ended.Kind.TCP, CloseReason.REFUSED);
    assertEquals("connection refused by 10.0.0.2:81", link.ended().message());
    assertForgotten();
  }

  @Test
  void badOptions_areRefused_withTheirLine() throws Exception {
    join();
    handle = handle();
    for (TcpConnectOptions bad :
        List.of(
            toPeer().setPort(0),
            toPeer().setHost("example.org"),
            toPeer().setLocalAddress("10.9.9.9"),
            new TcpConnectOptions().setPort(80))) {
      link = handle.connect(bad);
      assertTrue(link.has(Frame.DONE));
      assertEquals(Detail.Ended.Kind.ARGUMENT, link.ended().kind());
      assertNull(link.ended().reason());
      assertFalse(link.ended().message().isEmpty());
      assertTrue(link.isForgotten());
    }
    assertForgotten();
  }

  @Test
  void connectThatIsGivenUp_isCancelled() throws Exception {
    join();
    handle = handle();
    link = handle.connect(toPeer().setHost("10.0.0.9"));
    assertEquals(1, stats().connections());
    link.say(Frame.RESET);
    assertEquals(0, stats().connections());
    assertOver(Detail.Ended.Kind.TCP, CloseReason.ABORTED);
    assertForgotten();
  }

  @Test
  void connectGivenUpBeforeItIsHeard_opensNothing() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(open(1).flags(Frame.OPEN | Frame.RESET));
    assertTrue(raw.nextFrame().has(Frame.GONE));
    assertNothingOpen();
    assertEquals(0, atPeer.size());
  }

  private RawEnd rawEnd() throws Exception {
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    JsonObject welcome = lab.result(ask(HandleEnd.hello("raw"))).body();
    raw.talkTo(welcome.getString("session"));
    return raw;
  }

  private static Said open(long id) {
    return Said.of(id, 1).flags(Frame.OPEN).detail(new Detail.Connect(toPeer()));
  }

  // Beside the bytes.

  private Detail.News news() throws Exception {
    lab.settle();
    return assertInstanceOf(Detail.News.class, lab.call(() -> link.detail));
  }

  @Test
  void frameWithAMark_isWrittenUrgently_andNoByteBehindItIs() throws Exception {
    connect();
    List<Integer> ahead = new ArrayList<>();
    TcpControl.of(lastAtPeer()).urgentHandler(ahead::add);
    lab.run(
        () -> {
          link.write(Buffer.buffer("before"));
          link.writeUrgent(Buffer.buffer("now"));
          link.write(Buffer.buffer("later"));
        });
    lab.settle();
    assertEquals("beforenowlater", peer.bytes().toString());
    // The peer had read what came before, or not: the mark is behind "now".
    assertTrue(ahead.equals(List.of(3)) || ahead.equals(List.of(9)), ahead::toString);
  }

  @Test
  void urgentData_isToldBeforeItsBytes_toAHandleThatWatches() throws Exception {
    connect();
    link.grant(8);
    TcpControl.of(lastAtPeer()).writeUrgent(Buffer.buffer("plain!"));
    lab.settle();
    assertInstanceOf(Detail.Opened.class, lab.call(() -> link.detail)); // it had not asked
    TcpControl.of(lastAtPeer()).writeUrgent(Buffer.buffer("more"));
    lab.settle();
    link.say(Frame.WATCH);
    assertEquals(new Detail.News(0, null, 10), news());
    assertEquals("plain!mo", link.text());
    link.grant(100);
    assertEquals("plain!more", link.text());
    TcpControl.of(lastAtPeer()).writeUrgent(Buffer.buffer("?"));
    assertEquals(new Detail.News(0, null, 11), news());
  }

  @Test
  void softErrors_areCounted_andTheLastIsNamed() throws Exception {
    connect();
    link.say(Frame.WATCH);
    lab.run(() -> wire.cut(true));
    link.send("lost");
    icmp(SoftError.HOST_UNREACHABLE);
    assertEquals(new Detail.News(1, SoftError.HOST_UNREACHABLE, 0), news());
    icmp(SoftError.NET_UNREACHABLE);
    assertEquals(new Detail.News(2, SoftError.NET_UNREACHABLE, 0), news());
    link.say(Frame.RESET);
    assertOver(Detail.Ended.Kind.TCP, CloseReason.ABORTED);
  }

  /** A router's error about the last packet that the adapter sent. */
  private void icmp(SoftError error) throws Exception {
    lab.run(
        () -> {
          byte[] packet = wire.packets().get(wire.packets().size() - 1);
          TestPacket last = TestPacket.decode(packet, 0, packet.length);
          wire.arrive(IcmpErrors.about(last, error.name()));
        });
  }

  @Test
  void singleBytes_toOneWhoConfirmsNothing_areHeldAfterAThousandFrames() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(open(1));
    raw.next();
    raw.say(Said.of(1, 2).credit(0, 1 << 20));
    for (int i = 0; i < 3000; i++) {
      lastAtPeer().write(Buffer.buffer("x"));
      lab.settle();
    }
    List<Frame> frames = raw.nextFrames();
    int heard = frames.stream().mapToInt(Frame::length).sum();
    assertTrue(heard <= ServedStream.MAX_UNHEARD, "bytes: " + heard);
    long newest = frames.get(frames.size() - 1).number();
    raw.say(Said.of(1, 3).credit(0, 1 << 20).heard(newest).flags(Frame.ANSWER));
    for (Frame frame : raw.nextFrames()) heard += frame.length();
    assertEquals(3000, heard);
  }

  @Test
  void openThatComesTwice_opensOnce_evenAfterTheEnd() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(open(1));
    raw.say(open(1));
    lab.settle();
    assertEquals(1, atPeer.size());
    raw.say(open(1).flags(Frame.OPEN | Frame.RESET));
    Frame last = raw.lastFrame();
    assertTrue(last.has(Frame.DONE));
    raw.say(Said.of(1, 2).heard(last.number()).flags(Frame.ANSWER));
    raw.say(open(1));
    assertTrue(raw.lastFrame().has(Frame.GONE));
    assertEquals(1, atPeer.size());
    assertNothingOpen();
  }

  @Test
  void openBelowTheFloor_isOld() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(Frame.session(Frame.BEAT, 5, null));
    raw.nextFrame();
    raw.say(open(4));
    assertTrue(raw.nextFrame().has(Frame.GONE));
    raw.say(open(5));
    assertEquals(1, atPeer.size());
  }

  @Test
  void framesThatMakeNoSense_openNothing() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(Said.of(1, 1).flags(Frame.OPEN));
    raw.say(open(-1));
    raw.say(Said.of(2, 1).detail(new Detail.Connect(toPeer())));
    raw.say(Said.of(3, 1).flags(Frame.OPEN).detail(new Detail.Listening(null)));
    raw.say(open(Long.MAX_VALUE));
    raw.say(open(Long.MIN_VALUE));
    List<Frame> answers = raw.nextFrames();
    assertEquals(6, answers.size());
    assertTrue(answers.stream().allMatch(answer -> answer.has(Frame.GONE)));
    assertNothingOpen();
  }

  @Test
  void bytesWithTheOpening_areBeyondAnyCredit_andHarmNothingElse() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(open(2));
    raw.say(open(1).at(0, "too early"));
    lab.settle();
    assertEquals(1, stats().connections());
  }

  @Test
  void moreConnectionsThanTheAdapterHas_areRefused() throws Exception {
    join(new AdapterOptions().setMaxConnections(2));
    handle = handle();
    handle.connect(toPeer());
    handle.connect(toPeer());
    link = handle.connect(toPeer());
    assertTrue(link.has(Frame.DONE));
    assertEquals("too many connections (limit 2): raise maxConnections", link.ended().message());
    assertTrue(link.isForgotten());
  }

  // Bytes to the handle.

  @Test
  void withoutCredit_nothingComes_andTheTcpWindowCloses() throws Exception {
    connect();
    lastAtPeer().write(bytes(1, 4 << 20));
    lab.advanceMs(2000);
    assertEquals(0, link.bytes.length());
    assertTrue(stats().bytesHeld() < 2 * AdapterOptions.FIRST_BUFFER);
    handle.beat();
    lab.advanceMs(9000);
    assertEquals(0, lab.result(lastAtPeer().info()).sendWindow());
  }

  @Test
  void whatIsOnItsWayToItsReader_countsAsHeld_untilItIsTaken() throws Exception {
    connect();
    link.grant(300_000);
    lastAtPeer().write(bytes(1, 200_000));
    lab.advanceMs(1000);
    assertEquals(200_000, link.bytes.length());
    assertEquals(200_000, stats().bytesHeld());
    link.grant(300_000); // and says that all was taken
    lab.advanceMs(100);
    assertEquals(0, stats().bytesHeld());
    lastAtPeer().write(bytes(2, 1_000));
    lab.advanceMs(1000);
    assertEquals(1_000, stats().bytesHeld());
    lastAtPeer().reset();
    lab.advanceMs(100);
    assertEquals(0, stats().bytesHeld()); // the reader was told of the end, and has the rest
  }

  @Test
  void noByteGoesBeyondTheCredit() throws Exception {
    connect();
    Buffer all = bytes(2, 1 << 20);
    lastAtPeer().write(all);
    long granted = 0;
    for (int more : new int[] {1, 2, 1399, 65_536, 65_537, 1, 300_000}) {
      granted += more;
      link.grant(more);
      lab.advanceMs(300);
      assertEquals(granted, link.bytes.length());
    }
    link.grant(1 << 20);
    lab.until(() -> link.bytes.length() == all.length());
    assertEquals(all, link.bytes);
    assertEquals(List.of(), link.events);
  }

  @Test
  void creditTakenBack_staysGranted() throws Exception {
    connect();
    link.grant(100);
    lab.run(
        () -> {
          link.granted = 10;
          link.flag(0);
        });
    lastAtPeer().write(bytes(3, 1000));
    lab.settle();
    assertEquals(100, link.bytes.length());
  }

  @Test
  void fin_comesBehindTheBytes() throws Exception {
    connect();
    lastAtPeer().write(Buffer.buffer("last words"));
    lastAtPeer().end();
    link.grant(4);
    assertEquals("last", link.text());
    assertFalse(link.has(Frame.FIN));
    link.grant(100);
    assertEquals("last words", link.text());
    assertTrue(link.has(Frame.FIN));
  }

  // Bytes from the handle.

  @Test
  void bytes_areTaken_thenAcknowledged() throws Exception {
    connect();
    lab.run(() -> wire.cut(true));
    link.send("hello");
    assertEquals(5, link.last.taken());
    assertEquals(5 + WINDOW, link.last.granted());
    assertEquals(0, link.last.acked());
    lab.run(() -> wire.cut(false));
    lab.advanceMs(1000);
    assertEquals("hello", peer.bytes().toString());
    assertEquals(5, link.last.acked());
  }

  @Test
  void takenNeverExceedsWhatFits_andTheRestFollows() throws Exception {
    connect();
    lastAtPeer().pause();
    Buffer all = bytes(4, 3 << 20);
    int sent = 0;
    for (int round = 0; round < 50; round++) {
      while (sent < Math.min(all.length(), link.last.granted())) {
        int end = (int) Math.min(Math.min(sent + 65_536, all.length()), link.last.granted());
        Buffer part = all.getBuffer(sent, end);
        lab.run(() -> link.write(part));
        sent = end;
      }
      lab.advanceMs(1);
    }
    assertEquals(sent, link.last.granted());
    assertTrue(sent < all.length());
    assertFalse(link.has(Frame.OVER));
    lastAtPeer().resume();
    while (sent < all.length()) {
      lab.advanceMs(1);
      int end = (int) Math.min(Math.min(sent + 65_536, all.length()), link.last.granted());
      Buffer part = all.getBuffer(sent, end);
      if (part.length() > 0) lab.run(() -> link.write(part));
      sent = end;
    }
    lab.until(() -> peer.bytes().length() == all.length());
    assertEquals(all, peer.bytes());
    lab.advanceMs(1000);
    assertEquals(all.length(), link.last.acked());
    assertEquals(all.length(), link.last.taken());
  }

  @Test
  void handleThatWritesBeyondItsCredit_isReset() throws Exception {
    connect();
    lastAtPeer().pause();
    lab.run(
        () -> {
          for (int i = 0; i < 64; i++) link.write(bytes(i, 65_536));
        });
    assertOver(Detail.Ended.Kind.TCP, CloseReason.ABORTED);
    assertEquals("a handle wrote beyond its credit", link.ended().message());
    lastAtPeer().resume();
    lab.settle();
    assertReset(peer);
    assertForgotten();
  }

  @Test
  void gap_resetsTheConnection_forTheBus() throws Exception {
    connect();
    link.send("good ");
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    raw.talkTo(handle.session);
    raw.say(Said.of(1, 50).at(9, "too far"));
    assertOver(Detail.Ended.Kind.TCP, CloseReason.BUS_LOST);
    assertEquals("lost on the event bus: what was written after byte 5", link.ended().message());
    assertEquals("good ", peer.bytes().toString());
    assertReset(peer);
    assertForgotten();
  }

  /** Its handle goes on saying an offset that the adapter never reached. */
  @Test
  void connectionWithAGap_isForgotten_whenItsEndIsHeard() throws Exception {
    join();
    RawEnd raw = rawEnd();
    raw.say(open(1));
    raw.say(Said.of(1, 2).at(9, "too far"));
    Frame last = raw.lastFrame();
    assertTrue(last.has(Frame.DONE));
    raw.say(Said.of(1, 2).at(16).heard(last.number()).flags(Frame.ANSWER));
    raw.say(Said.of(1, 3).at(16).flags(Frame.RESET));
    assertTrue(raw.lastFrame().has(Frame.GONE));
    assertNothingOpen();
  }

  @Test
  void gapWhileConnecting_cancels() throws Exception {
    join();
    handle = handle();
    link = handle.connect(toPeer().setHost("10.0.0.9"));
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    raw.talkTo(handle.session);
    raw.say(Said.of(1, 50).at(9, "too far"));
    assertTrue(link.has(Frame.DONE));
    assertForgotten();
  }

  // Ending.

  @Test
  void bothEnds_areClean() throws Exception {
    connect();
    link.send("bye");
    link.say(Frame.END);
    assertTrue(link.has(Frame.FIN_ACKED));
    assertEquals(List.of("data", "end"), peer.events());
    assertFalse(link.has(Frame.OVER));
    lastAtPeer().end();
    link.grant(1);
    assertTrue(link.has(Frame.FIN));
    assertTrue(link.has(Frame.CLEAN));
    assertOver(Detail.Ended.Kind.NONE, CloseReason.CLOSED);
    assertEquals(3, link.ended().info().bytesAcked());
    assertTrue(link.isForgotten());
  }

  @Test
  void close_afterAllIsRead_isClean() throws Exception {
    connect();
    lastAtPeer().write(Buffer.buffer("read"));
    link.grant(10);
    link.grant(10);
    lab.run(
        () -> {
          link.flag(Frame.LEAVE);
          link.write(Buffer.buffer("written"));
          link.flag(Frame.CLOSE);
        });
    lab.settle();
    assertEquals(List.of("data", "end"), peer.events());
    lastAtPeer().end();
    assertTrue(link.has(Frame.CLEAN));
    assertOver(Detail.Ended.Kind.NONE, CloseReason.CLOSED);
  }

  @Test
  void closeWithBytesUnread_isAReset() throws Exception {
    connect();
    lastAtPeer().write(Buffer.buffer("never read"));
    link.grant(10);
    assertEquals("never read", link.text());
    lab.run(
        () -> {
          link.flag(Frame.LEAVE);
          link.flag(Frame.CLOSE);
        });
    lab.settle();
    assertReset(peer);
    assertForgotten();
  }

  @Test
  void reset_isOneAtThePeer() throws Exception {
    connect();
    link.say(Frame.RESET);
    assertReset(peer);
    assertOver(Detail.Ended.Kind.TCP, CloseReason.ABORTED);
    assertForgotten();
  }

  @Test
  void resetByThePeer_isToldBeforeTheBytesBeforeIt_whichFollow() throws Exception {
    connect();
    lastAtPeer().write(Buffer.buffer("last words"));
    lab.settle();
    lastAtPeer().reset();
    assertTrue(link.has(Frame.OVER));
    assertFalse(link.has(Frame.DONE));
    assertEquals("connection reset by 10.0.0.2:80", link.ended().message());
    link.grant(100);
    assertEquals("last words", link.text());
    assertOver(Detail.Ended.Kind.TCP, CloseReason.RESET);
    assertForgotten();
  }

  @Test
  void unreadBytesOfAFailedConnection_areGivenUpInTheEnd() throws Exception {
    connect(new AdapterOptions().setOrphanTimeout(Duration.ofMillis(3000)));
    lastAtPeer().write(Buffer.buffer("last words"));
    lab.settle();
    lastAtPeer().reset();
    lab.advanceMs(2900);
    assertFalse(link.has(Frame.DONE));
    lab.advanceMs(100);
    assertOver(Detail.Ended.Kind.TCP, CloseReason.RESET);
    assertForgotten();
  }

  @Test
  void goneHandle_isAReset() throws Exception {
    connect();
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    raw.talkTo(handle.session);
    raw.say(Frame.gone(Said.of(1, 1).frame()));
    assertReset(peer);
    assertNothingOpen();
  }

  // Asking.

  @Test
  void info_isTheConnections() throws Exception {
    connect();
    link.send("hello");
    JsonObject info = lab.result(question("info", 1)).body();
    assertEquals(TcpState.ESTABLISHED.name(), info.getString("state"));
    assertEquals(5, info.getInteger("bytesSent"));
  }

  private Future<Message<JsonObject>> question(String what, Object id) throws Exception {
    JsonObject json = new JsonObject().put("do", what).put("id", id);
    return lab.call(() -> vertx.eventBus().request(handle.session, json));
  }

  @Test
  void questionsAboutNothing_areRefused() throws Exception {
    connect();
    List<Future<?>> asked = new ArrayList<>();
    for (Object id : new Object[] {2, -1, 0, "1", null}) asked.add(question("info", id));
    for (Future<?> each : asked) {
      assertEquals("the connection is over", lab.failure(each).getMessage());
    }
    assertTrue(lab.failure(question("write", 1)).getMessage().startsWith("do: info"));
    for (Object body : new Object[] {"text", null, 7}) {
      Future<?> bad = lab.call(() -> vertx.eventBus().request(handle.session, body));
      assertEquals("the connection is over", lab.failure(bad).getMessage());
    }
    assertTrue(lab.result(question("info", 1)).body().containsKey("state"));
  }

  /** A policy that throws when the last words are said, which tell of its window. */
  @Test
  void handle_hearsTheEnd_ofAConnectionWhosePolicyThrowsWheneverItIsAsked() throws Exception {
    boolean[] throwing = {false};
    CongestionControl sound = TcpProfile.INTERNET.congestionControl();
    CongestionControl control =
        facts ->
            new WrappedPolicy(sound.open(facts)) {
              @Override
              public int window() {
                if (throwing[0]) throw new IllegalStateException("thrown by a test");
                return super.window();
              }

              @Override
              public int allowance(int inFlight) {
                return Math.max(0, window() - inFlight);
              }
            };
    connect(new AdapterOptions().setProfile(TcpProfile.INTERNET.withCongestionControl(control)));
    lab.run(() -> lab.context.exceptionHandler(thrown -> {}));
    throwing[0] = true;
    link.send("x");
    assertTrue(link.has(Frame.OVER));
    assertTrue(link.has(Frame.DONE));
    assertEquals(CloseReason.ABORTED, link.ended().reason());
  }
}
