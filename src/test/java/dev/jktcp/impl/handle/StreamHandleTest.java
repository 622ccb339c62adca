package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpException;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Detail.Ended.Kind;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.Said;
import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A stream of a handle, and the test as its adapter, frame by frame. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class StreamHandleTest {
  private static final int READ_BUFFER = 1000;
  private static final int MAX_PENDING = 500_000;

  private Lab lab;
  private ScriptedAdapter adapter;
  private AdapterHandle handle;
  private final List<Throwable> thrown = new ArrayList<>();

  @BeforeEach
  void takeHandle(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    adapter = new ScriptedAdapter(lab, vertx);
    adapter.listen();
    handle =
        adapter.handle(
            new HandleOptions().setReadBuffer(READ_BUFFER).setMaxPendingWrites(MAX_PENDING));
  }

  private Said of(long id) {
    return adapter.of(id);
  }

  private void say(Said said) throws Exception {
    adapter.end.say(said);
  }

  private static Detail.Ended reset() {
    return ended(CloseReason.RESET, "connection reset by 10.0.0.2:80");
  }

  private static Detail.Ended ended(CloseReason reason, String message) {
    return new Detail.Ended(Kind.TCP, reason, message, null);
  }

  private static void assertFailure(CloseReason reason, String message, Throwable failure) {
    TcpException tcp = assertInstanceOf(TcpException.class, failure);
    assertEquals(message, tcp.getMessage());
    assertEquals(reason, tcp.reason());
  }

  private Recorder read(StreamHandle stream) throws Exception {
    return lab.call(() -> Recorder.of(stream));
  }

  private Future<Void> write(StreamHandle stream, int length) throws Exception {
    return lab.call(() -> stream.write(Buffer.buffer(new byte[length])));
  }

  // --- opening

  @Test
  void connect_saysWhatToOpen_andOpensWithTheAnswer() throws Exception {
    TcpConnectOptions options = new TcpConnectOptions().setHost("10.0.0.2").setPort(80);
    Future<StreamHandle> connecting = lab.call(() -> handle.connect(options));
    Frame asked = adapter.heardOne();
    assertEquals(1, asked.id());
    assertTrue(asked.has(Frame.OPEN));
    assertEquals(80, assertInstanceOf(Detail.Connect.class, asked.detail()).options().getPort());
    assertEquals(0, asked.granted());
    adapter.confirm(1);
    assertFalse(connecting.isComplete());
    say(of(1).flags(Frame.OPENED).credit(0, 10).detail(ScriptedAdapter.opened(0)));
    StreamHandle stream = lab.result(connecting);
    assertEquals(ScriptedAdapter.LOCAL, stream.localAddress());
    assertEquals(ScriptedAdapter.REMOTE, stream.remoteAddress());
    assertNull(stream.closeReason());
  }

  @Test
  void connectThatFails_failsAsTheAdapterSays() throws Exception {
    Future<StreamHandle> refused = lab.call(() -> handle.connect("10.0.0.2", 81));
    adapter.heard();
    say(
        of(1)
            .flags(Frame.OVER | Frame.DONE)
            .detail(ended(CloseReason.REFUSED, "connection refused by 10.0.0.2:81")));
    assertFailure(CloseReason.REFUSED, "connection refused by 10.0.0.2:81", lab.failure(refused));
    Future<StreamHandle> bad = lab.call(() -> handle.connect("10.0.0.2", 0));
    adapter.heard();
    say(
        of(2)
            .flags(Frame.OVER | Frame.DONE)
            .detail(new Detail.Ended(Kind.ARGUMENT, null, "port: 0 is not a port", null)));
    assertEquals(
        "port: 0 is not a port",
        assertInstanceOf(IllegalArgumentException.class, lab.failure(bad)).getMessage());
  }

  @Test
  void connectionOverBeforeItsAddressesWereHeard_fails_andIsLetGo() throws Exception {
    Future<StreamHandle> connecting = lab.call(() -> handle.connect("10.0.0.2", 80));
    adapter.heard();
    say(of(1).flags(Frame.OPENED | Frame.OVER).detail(reset()));
    assertFailure(CloseReason.RESET, "connection reset by 10.0.0.2:80", lab.failure(connecting));
    assertTrue(adapter.heardOne().has(Frame.RESET));
  }

  @Test
  void connectOfALineThatIsGone_fails() throws Exception {
    Future<StreamHandle> connecting = lab.call(() -> handle.connect("10.0.0.2", 80));
    Frame asked = adapter.heardOne();
    adapter.end.say(Frame.gone(asked));
    assertFailure(
        CloseReason.BUS_LOST,
        "lost on the event bus: the adapter does not know the connection any more",
        lab.failure(connecting));
  }

  @Test
  void profileThatOtherNodesDoNotKnow_isRefused(Vertx vertx) throws Exception {
    AdapterHandle far = adapter.handle(new HandleOptions().setLocal(false));
    TcpProfile own =
        TcpProfile.INTERNET.withCongestionControl(TcpProfile.STOP_AND_WAIT.congestionControl());
    TcpConnectOptions options =
        new TcpConnectOptions().setHost("10.0.0.2").setPort(80).setProfile(own);
    Throwable failure = lab.failure(lab.call(() -> far.connect(options)));
    assertEquals(
        "profile: 'internet' is not one that every node knows; choose one of stop-and-wait,"
            + " reliable-link, internet",
        assertInstanceOf(IllegalArgumentException.class, failure).getMessage());
    lab.call(() -> far.connect(options.setProfile(TcpProfile.INTERNET)));
    assertNotNull(adapter.heardOne().detail());
  }

  // --- writing

  @Test
  void writes_goAsFarAsTheCredit_inPiecesOf64KiB() throws Exception {
    StreamHandle stream = adapter.open(handle, 100_000);
    Future<Void> written = write(stream, 150_000);
    List<Frame> frames = adapter.heard();
    assertEquals(List.of(65_536, 34_464), frames.stream().map(Frame::length).toList());
    assertEquals(List.of(0L, 65_536L), frames.stream().map(Frame::offset).toList());
    say(of(1).flags(Frame.OPENED).credit(100_000, 200_000));
    assertFalse(written.isComplete());
    Frame rest = adapter.heardOne();
    assertEquals(100_000, rest.offset());
    assertEquals(50_000, rest.length());
    say(of(1).flags(Frame.OPENED).credit(150_000, 250_000));
    lab.result(written);
  }

  @Test
  void creditThatComesWithTheEnd_isForNothing() throws Exception {
    lab.context.exceptionHandler(thrown::add);
    StreamHandle stream = adapter.open(handle, 100);
    Future<Void> written = write(stream, 300);
    adapter.heard();
    say(of(1).flags(Frame.OPENED | Frame.OVER | Frame.DONE).credit(100, 200).detail(reset()));
    assertFailure(CloseReason.RESET, "connection reset by 10.0.0.2:80", lab.failure(written));
    say(of(1).flags(Frame.OPENED | Frame.OVER | Frame.DONE).credit(100, 300).detail(reset()));
    lab.settle();
    assertEquals(List.of(), thrown);
  }

  @Test
  void writeOnTheContext_isNotCopied() throws Exception {
    StreamHandle stream = adapter.open(handle, 100_000);
    BufferInternal data = BufferInternal.buffer(new byte[10_000]);
    lab.call(() -> stream.write(data));
    assertSame(data.getByteBuf().array(), bufferOf(adapter.heardOne()).getByteBuf().array());
  }

  private static BufferInternal bufferOf(Frame frame) {
    return (BufferInternal) frame.payload();
  }

  @Test
  void smallWritesOfOneTurn_shareAFrame() throws Exception {
    StreamHandle stream = adapter.open(handle, 100_000);
    List<Future<Void>> written = new ArrayList<>();
    lab.run(
        () -> {
          for (int i = 0; i < 10; i++) written.add(stream.write(Buffer.buffer("number " + i)));
        });
    Frame frame = adapter.heardOne();
    assertEquals("number 0number 1", frame.payload().getString(0, 16));
    assertEquals(80, frame.length());
    say(of(1).flags(Frame.OPENED).credit(24, 100_000));
    assertEquals(3, written.stream().filter(Future::isComplete).count());
    say(of(1).flags(Frame.OPENED).credit(80, 100_000));
    assertTrue(written.stream().allMatch(Future::succeeded));
  }

  @Test
  void urgentWrite_endsItsFrame_whichSaysSo() throws Exception {
    StreamHandle stream = adapter.open(handle, 7);
    TcpControl control = TcpControl.of(stream);
    lab.run(
        () -> {
          stream.write(Buffer.buffer("ab"));
          control.writeUrgent(Buffer.buffer("cd"));
          stream.write(Buffer.buffer("e"));
          stream.write(Buffer.buffer("f"));
          control.writeUrgent(Buffer.buffer("gh"));
          stream.write(Buffer.buffer("i"));
        });
    assertEquals(List.of("abcd!", "efg"), said(adapter.heard())); // as far as the credit goes
    say(of(1).flags(Frame.OPENED).credit(7, 100));
    assertEquals(List.of("h!", "i"), said(adapter.heard()));
  }

  private static List<String> said(List<Frame> frames) {
    return frames.stream().map(f -> f.payload() + (f.has(Frame.URGENT) ? "!" : "")).toList();
  }

  @Test
  void news_isAskedForOnce_andHeardOnce() throws Exception {
    StreamHandle stream = adapter.open(handle, 100);
    TcpControl control = TcpControl.of(stream);
    List<Object> heard = new ArrayList<>();
    lab.run(() -> control.softErrorHandler(heard::add));
    assertTrue(adapter.heardOne().has(Frame.WATCH));
    Detail.News news = new Detail.News(2, SoftError.NET_UNREACHABLE, 7);
    Said said = of(1).flags(Frame.OPENED).credit(0, 100).detail(news);
    say(said.at(0, "read"));
    say(of(1).flags(Frame.OPENED).credit(0, 100).at(4).detail(news)); // told until it is heard
    say(said.at(0, "read")); // the bus doubled it
    assertEquals(List.of(SoftError.NET_UNREACHABLE), heard);
    lab.run(() -> control.urgentHandler(heard::add));
    assertEquals(List.of(SoftError.NET_UNREACHABLE, 7), heard); // of what came before
    Recorder recorder = read(stream);
    lab.settle();
    assertEquals("read", recorder.bytes().toString());
    say(
        of(1)
            .flags(Frame.OPENED)
            .credit(0, 100)
            .at(4, "on")
            .detail(new Detail.News(3, SoftError.TIME_EXCEEDED, 9)));
    assertEquals(List.of(SoftError.NET_UNREACHABLE, 7, SoftError.TIME_EXCEEDED, 5), heard);
  }

  @Test
  void writesOfOtherThreads_areSentInOrder_andCopied() throws Exception {
    StreamHandle stream = adapter.open(handle, 100_000);
    Buffer data = Buffer.buffer("before");
    stream.write(data);
    data.setString(0, "AFTER!");
    stream.write(Buffer.buffer(" and after"));
    StringBuilder all = new StringBuilder();
    for (Frame frame : adapter.heard()) all.append(frame.payload());
    assertEquals("before and after", all.toString());
  }

  @Test
  void writeQueue_countsWhatThePeerHasNotAcknowledged() throws Exception {
    StreamHandle stream = adapter.open(handle, 1_000_000);
    List<Boolean> drained = new ArrayList<>();
    lab.run(() -> stream.drainHandler(v -> drained.add(true)));
    write(stream, ScriptedAdapter.SEND_BUFFER);
    assertTrue(lab.call(stream::writeQueueFull));
    adapter.heard();
    say(acked(of(1).flags(Frame.OPENED).credit(100_000, 1_000_000), 50_000));
    assertEquals(List.of(), drained);
    assertFalse(lab.call(stream::writeQueueFull));
    say(acked(of(1).flags(Frame.OPENED).credit(100_000, 1_000_000), 50_001));
    assertEquals(List.of(true), drained);
  }

  private static Said acked(Said said, long acked) {
    Frame f = said.frame();
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            f.heard(),
            f.flags(),
            f.offset(),
            f.payload(),
            f.taken(),
            f.granted(),
            acked,
            f.detail()));
  }

  @Test
  void moreThanMayWait_resetsTheStream() throws Exception {
    StreamHandle stream = adapter.open(handle, 0);
    Recorder recorder = read(stream);
    adapter.heard();
    Future<Void> first = write(stream, MAX_PENDING);
    Future<Void> second = write(stream, 1);
    String message =
        "connection aborted: more than 500000 bytes written to 10.0.0.2:80 are waiting";
    assertFailure(CloseReason.ABORTED, message, lab.failure(second));
    assertFailure(CloseReason.ABORTED, message, lab.failure(write(stream, 1)));
    assertTrue(adapter.heardOne().has(Frame.RESET));
    say(
        of(1)
            .flags(Frame.OPENED | Frame.OVER | Frame.DONE)
            .detail(ended(CloseReason.ABORTED, "connection aborted: 10.0.0.2:80")));
    assertFailure(CloseReason.ABORTED, message, lab.failure(first));
    assertFailure(CloseReason.ABORTED, message, recorder.error());
    assertEquals(List.of("error", "close"), recorder.events());
  }

  // --- reading

  @Test
  void withoutHandlerOrDemand_nothingIsGranted() throws Exception {
    StreamHandle stream = adapter.open(handle, 0);
    lab.run(stream::pause);
    lab.run(() -> stream.handler(data -> {}));
    lab.settle();
    assertTrue(adapter.heard().stream().allMatch(frame -> frame.granted() == 0));
    lab.run(() -> stream.fetch(1));
    lab.settle();
    assertEquals(READ_BUFFER, adapter.heardOne().granted());
  }

  @Test
  void credit_isRenewedAtHalf_orWhenItIsUsedUp() throws Exception {
    StreamHandle stream = adapter.open(handle, 0);
    Recorder recorder = read(stream);
    adapter.heard();
    say(of(1).flags(Frame.OPENED | Frame.ANSWER).at(0, "x".repeat(499)));
    assertEquals(List.of(), adapter.heard());
    say(of(1).flags(Frame.OPENED | Frame.ANSWER).at(499, "y"));
    Frame half = adapter.heardOne();
    assertEquals(500, half.taken());
    assertEquals(500 + READ_BUFFER, half.granted());
    assertEquals(500, recorder.bytes().length());
    lab.run(stream::pause);
    say(of(1).flags(Frame.OPENED | Frame.ANSWER).at(500, "z".repeat(READ_BUFFER)));
    assertEquals(List.of(), adapter.heard());
    lab.run(() -> stream.fetch(1));
    assertEquals(List.of(), adapter.heard()); // no demand is left
    lab.run(() -> stream.fetch(1));
    assertEquals(500 + 2 * READ_BUFFER, adapter.heardOne().granted());
  }

  @Test
  void frameThatComesTwiceOrLate_changesNothing() throws Exception {
    Recorder recorder = read(adapter.open(handle, 0));
    Said first = of(1).flags(Frame.OPENED).at(0, "one");
    Said second = of(1).flags(Frame.OPENED).at(3, "two");
    say(first);
    say(second);
    say(first);
    say(second);
    say(first);
    assertEquals("onetwo", recorder.bytes().toString());
  }

  @Test
  void gap_failsTheStream_afterWhatCameBefore() throws Exception {
    StreamHandle stream = adapter.open(handle, 0);
    Recorder recorder = read(stream);
    Future<Void> written = write(stream, 1);
    adapter.heard();
    lab.run(stream::pause);
    say(of(1).flags(Frame.OPENED).at(0, "one"));
    say(of(1).flags(Frame.OPENED).at(6, "three"));
    String message = "lost on the event bus: what was read after byte 3";
    assertEquals(CloseReason.BUS_LOST, stream.closeReason());
    assertFailure(CloseReason.BUS_LOST, message, lab.failure(written));
    assertTrue(adapter.heardOne().has(Frame.RESET));
    assertEquals(List.of(), recorder.events());
    lab.run(() -> stream.fetch(1));
    lab.settle();
    assertEquals("one", recorder.bytes().toString());
    assertEquals(List.of("data", "error", "close"), recorder.events());
    assertFailure(CloseReason.BUS_LOST, message, recorder.error());
    assertFailure(CloseReason.BUS_LOST, message, lab.failure(lab.call(stream::info)));
    say(of(1).flags(Frame.OPENED).at(11, "four"));
    assertTrue(adapter.heardOne().has(Frame.GONE));
  }

  // --- the end

  @Test
  void end_isSaidOnceAllIsSent() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    write(stream, 15);
    Future<Void> end = lab.call(stream::end);
    Frame part = adapter.heardOne();
    assertEquals(10, part.length());
    assertFalse(part.has(Frame.END));
    say(of(1).flags(Frame.OPENED).credit(10, 20));
    List<Frame> rest = adapter.heard();
    Frame last = rest.get(rest.size() - 1);
    assertTrue(last.has(Frame.END));
    assertEquals(15, last.offset() + last.length());
    assertFalse(end.isComplete());
    say(of(1).flags(Frame.OPENED | Frame.FIN_ACKED).credit(15, 20));
    lab.result(end);
  }

  @Test
  void close_leavesAtOnce_andClosesOnceAllIsSent() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = read(stream);
    lab.settle();
    lab.run(stream::pause);
    say(of(1).flags(Frame.OPENED).at(0, "unread").credit(0, 10));
    adapter.heard();
    write(stream, 15);
    Future<Void> closed = lab.call(stream::close);
    List<Frame> frames = adapter.heard();
    Frame leaving = frames.get(frames.size() - 1);
    assertTrue(leaving.has(Frame.LEAVE));
    assertFalse(leaving.has(Frame.CLOSE));
    assertEquals(0, leaving.taken());
    say(of(1).flags(Frame.OPENED).at(6).credit(10, 20));
    frames = adapter.heard();
    assertTrue(frames.get(frames.size() - 1).has(Frame.CLOSE));
    say(
        of(1)
            .flags(Frame.OPENED | Frame.OVER | Frame.CLEAN | Frame.DONE)
            .at(6)
            .credit(15, 20)
            .detail(ended(CloseReason.ABORTED, "connection aborted: 10.0.0.2:80")));
    lab.result(closed);
    assertEquals(List.of("error", "close"), recorder.events());
  }

  @Test
  void closedWithWritesThatWereNotTaken_fails() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    write(stream, 15);
    Future<Void> closed = lab.call(stream::close);
    adapter.heard();
    say(
        of(1)
            .flags(Frame.OPENED | Frame.OVER | Frame.CLEAN | Frame.DONE)
            .credit(10, 10)
            .detail(reset()));
    assertFailure(CloseReason.RESET, "connection reset by 10.0.0.2:80", lab.failure(closed));
  }

  @Test
  void connectionThatIsOver_failsWritesAtOnce_andDeliversTheRestFirst() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = read(stream);
    Future<Void> written = write(stream, 15);
    adapter.heard();
    say(of(1).flags(Frame.OPENED | Frame.OVER).credit(10, 10).detail(reset()));
    assertEquals(CloseReason.RESET, stream.closeReason());
    assertFailure(CloseReason.RESET, "connection reset by 10.0.0.2:80", lab.failure(written));
    assertFailure(
        CloseReason.RESET, "connection reset by 10.0.0.2:80", lab.failure(write(stream, 1)));
    say(of(1).flags(Frame.OPENED | Frame.OVER | Frame.FIN).at(0, "rest"));
    assertEquals(List.of("data", "end"), recorder.events());
    say(of(1).flags(Frame.OPENED | Frame.OVER | Frame.FIN | Frame.DONE).at(4));
    assertEquals(List.of("data", "end", "error", "close"), recorder.events());
    assertEquals("rest", recorder.bytes().toString());
  }

  @Test
  void cleanEnd_isNoError() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = read(stream);
    Future<Void> closed = lab.call(stream::close);
    adapter.heard();
    say(
        of(1)
            .flags(Frame.OPENED | Frame.FIN | Frame.OVER | Frame.CLEAN | Frame.DONE)
            .detail(new Detail.Ended(Kind.NONE, CloseReason.CLOSED, null, null)));
    lab.result(closed);
    assertEquals(List.of("end", "close"), recorder.events());
    assertEquals(CloseReason.CLOSED, stream.closeReason());
    assertFailure(
        CloseReason.CLOSED, "connection closed: 10.0.0.2:80", lab.failure(write(stream, 1)));
  }

  @Test
  void whatAFailedStreamLeftUnread_isLetGoAfterAWhile() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = read(stream);
    lab.settle();
    lab.run(stream::pause);
    say(of(1).flags(Frame.OPENED).at(0, "unread"));
    say(of(1).flags(Frame.OPENED | Frame.OVER | Frame.DONE).at(6).detail(reset()));
    assertEquals(List.of(), recorder.events());
    beatsFor(ScriptedAdapter.ORPHAN_TIMEOUT_MS - 1000);
    assertEquals(List.of(), recorder.events());
    beatsFor(2000);
    assertEquals(List.of("error", "close"), recorder.events());
  }

  /** Time passes, and the adapter lives. */
  private void beatsFor(long ms) throws Exception {
    for (long left = ms; left > 0; left -= 1000) {
      lab.advanceMs(Math.min(left, 1000));
      adapter.end.say(Frame.session(Frame.BEAT | Frame.ANSWER, 1, null));
    }
  }

  @Test
  void goneConnection_failsItsStream() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    Recorder recorder = read(stream);
    adapter.end.say(Frame.gone(adapter.heardOne()));
    assertEquals(List.of("error", "close"), recorder.events());
    assertFailure(
        CloseReason.BUS_LOST,
        "lost on the event bus: the adapter does not know the connection any more",
        recorder.error());
  }

  @Test
  void infoAfterTheEnd_isTheLast() throws Exception {
    StreamHandle stream = adapter.open(handle, 10);
    TcpInfo info =
        new TcpInfo(
            TcpState.CLOSED,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
            17,
            18,
            19,
            20,
            21,
            22,
            23,
            24,
            true,
            25,
            26,
            27,
            new AgreedOptions(true, false, true, 7, -1),
            28,
            29,
            "cubic",
            25,
            26,
            27,
            28,
            29,
            30);
    say(
        of(1)
            .flags(Frame.OPENED | Frame.OVER | Frame.DONE)
            .detail(new Detail.Ended(Kind.TCP, CloseReason.RESET, "connection reset", info)));
    assertEquals(info, lab.result(lab.call(stream::info)));
  }

  @Test
  void addresses_areForWhoHasNotRead() throws Exception {
    StreamHandle read = adapter.open(handle, 10);
    lab.run(() -> read.handler(data -> {}));
    assertEquals(
        "the stream was read before: ask for its addresses before setting a handler",
        assertInstanceOf(
                IllegalStateException.class, lab.failure(lab.call(read::registerAddresses)))
            .getMessage());
  }
}
