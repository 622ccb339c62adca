package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.PORT;
import static dev.jktcp.impl.addressed.AddressedLab.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Census;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
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

/** A connection used with nothing but the event bus: what goes right. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedConnectionTest {
  private static final long UNLIMITED = Long.MAX_VALUE;

  private AddressedLab net;

  @BeforeEach
  void makeLab(Vertx vertx) throws Exception {
    net = new AddressedLab(vertx);
  }

  private void peerSends(String text) throws Exception {
    net.lab.run(() -> net.peer().write(Buffer.buffer(text)));
    net.lab.settle();
  }

  // Opening.

  @Test
  void connect_givesAddressesUnderAnUnguessableId() throws Exception {
    AddressedLab.User one = net.connect();
    AddressedLab.User other = net.connect();
    assertTrue(one.id.matches("[0-9a-f]{32}"), one.id);
    assertNotEquals(one.id, other.id);
    assertEquals("jktcp.connection." + one.id + ".write", one.write);
    assertEquals("jktcp.connection." + one.id + ".read", one.read);
    assertEquals("jktcp.connection." + one.id + ".control", one.control);
    JsonObject remote = new JsonObject().put("host", "10.0.0.2").put("port", PORT);
    assertEquals(remote, one.addresses.getJsonObject("remote"));
    assertEquals("10.0.0.1", one.addresses.getJsonObject("local").getString("host"));
    assertEquals(AddressedLab.LEASE_MS, one.addresses.getLong("leaseMs"));
  }

  @Test
  void connect_takesWhatConnectOptionsTake() throws Exception {
    JsonObject wanted =
        order("connect")
            .put("host", "fd00::2")
            .put("port", PORT)
            .put("localAddress", "fd00::1")
            .put("localPort", 50_000)
            .put("profile", "internet")
            .put("leaseMs", 500);
    AddressedLab.User user = net.new User(net.ask(net.adapter, wanted));
    JsonObject local = new JsonObject().put("host", "fd00:0:0:0:0:0:0:1").put("port", 50_000);
    assertEquals(50_000, user.addresses.getJsonObject("local").getInteger("port"), local::encode);
    assertEquals(500, user.addresses.getLong("leaseMs"));
    assertEquals("fd00::1", net.peer().remoteAddress().host());
  }

  @Test
  void sentConnect_isAnsweredAtReplyTo() throws Exception {
    List<Message<JsonObject>> answers = net.hear("mine");
    JsonObject wanted = order("connect").put("port", PORT).put("replyTo", "mine");
    net.lab.run(() -> net.bus.send(net.adapter, wanted));
    net.lab.settle();
    AddressedLab.User user = net.new User(answers.get(0).body());
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.bus.send(user.write, Buffer.buffer("hello")));
    net.lab.settle();
    assertEquals("hello", atPeer.bytes().toString());
  }

  @Test
  void sentConnectThatFails_saysSoAtReplyTo() throws Exception {
    List<Message<JsonObject>> answers = net.hear("mine");
    JsonObject wanted = order("connect").put("port", 81).put("replyTo", "mine");
    net.lab.run(() -> net.bus.send(net.adapter, wanted));
    net.lab.settle();
    JsonObject failure =
        new JsonObject().put("error", "connection refused by 10.0.0.2:81").put("code", 3);
    assertEquals(failure, answers.get(0).body());
  }

  @Test
  void connectWhoseAnswerNobodyHears_isReset() throws Exception {
    JsonObject wanted = order("connect").put("port", PORT).put("replyTo", "nobody");
    net.lab.run(() -> net.bus.send(net.adapter, wanted));
    net.lab.settle();
    assertEquals(0, net.lab.result(net.left.stats()).connections());
    assertEquals(0, net.lab.result(net.right.stats()).connections());
  }

  // Writing.

  @Test
  void write_isAnsweredOnceTaken_withTheOffsetBehindIt() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    assertEquals(5, user.write("hello").getLong("taken"));
    JsonObject answer = net.lab.result(user.writing(Buffer.buffer(" you"), 5));
    assertEquals(new JsonObject().put("id", user.id).put("taken", 9), answer);
    assertEquals("hello you", atPeer.bytes().toString());
  }

  @Test
  void writeWithReplyTo_isAnsweredThere() throws Exception {
    AddressedLab.User user = net.connect();
    List<Message<JsonObject>> answers = net.hear("mine");
    DeliveryOptions options = new DeliveryOptions().addHeader("jktcp-reply-to", "mine");
    net.lab.run(() -> net.bus.send(user.write, Buffer.buffer("hello"), options));
    net.lab.settle();
    assertEquals(5, answers.get(0).body().getLong("taken"));
  }

  @Test
  void writeBeyondTheSendBuffer_waits_andIsAnsweredLater(Vertx vertx) throws Exception {
    AdapterOptions small = new AdapterOptions().setSendBuffer(1000).setMaxPendingWrites(1000);
    AddressedLab net = new AddressedLab(vertx, small, new AdapterOptions().setReceiveBuffer(1000));
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().pause());
    net.lab.result(user.writing(Buffer.buffer(new byte[2000]), 0)); // 1000 arrive, 1000 are sent
    Future<JsonObject> waiting = user.writing(Buffer.buffer(new byte[900]), 2000);
    net.lab.settle();
    assertFalse(waiting.isComplete());
    JsonObject progress = user.tell("alive");
    assertEquals(2900, progress.getLong("written"));
    assertEquals(2000, progress.getLong("taken"));
    assertEquals(1000, progress.getLong("acked"));

    ReplyException full = net.refusal(user.writing(Buffer.buffer(new byte[101]), 2900));
    assertEquals("full: 900 bytes are waiting, send it again later", full.getMessage());
    assertEquals(4, full.failureCode());
    Future<JsonObject> fits = user.writing(Buffer.buffer(new byte[100]), 2900);

    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().resume());
    net.lab.advanceMs(2000);
    assertEquals(2900, net.lab.result(waiting).getLong("taken"));
    assertEquals(3000, net.lab.result(fits).getLong("taken"));
    assertEquals(3000, atPeer.bytes().length());
  }

  @Test
  void buffer_mayBeChangedOnceSent() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    net.lab.run(
        () -> {
          Buffer data = Buffer.buffer("hello");
          net.bus.send(user.write, data);
          data.setString(0, "JELLO");
        });
    net.lab.settle();
    assertEquals("hello", atPeer.bytes().toString());
  }

  @Test
  void lastWrite_endsTheConnectionBehindItsBytes() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    DeliveryOptions last = new DeliveryOptions().addHeader("jktcp-end", "end");
    net.lab.result(net.asking(user.write, Buffer.buffer("bye"), last));
    net.lab.settle();
    assertEquals(List.of("data", "end"), atPeer.events());
    assertEquals("bye", atPeer.bytes().toString());
    ReplyException refused = net.refusal(user.write, Buffer.buffer("more"));
    assertEquals("the end was written: nothing can follow", refused.getMessage());
    assertEquals(2, refused.failureCode());
  }

  @Test
  void emptyLastWrite_isAFinAlone() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    DeliveryOptions last =
        new DeliveryOptions().addHeader("jktcp-end", "end").addHeader("jktcp-offset", "0");
    net.lab.result(net.asking(user.write, Buffer.buffer(), last));
    assertEquals(List.of("end"), atPeer.events());
    // The bus may bring it twice.
    assertEquals(0, net.lab.result(net.asking(user.write, Buffer.buffer(), last)).getLong("taken"));
  }

  /** Every message to the write address comes twice, the second time before the first is done. */
  @Test
  void duplicates_areAnsweredLikeTheFirst_andWrittenOnce() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    List<Future<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) answers.add(user.writing(Buffer.buffer("one"), 0));
    for (int i = 0; i < 2; i++) answers.add(user.writing(Buffer.buffer("two"), 3));
    net.lab.settle();
    for (Future<JsonObject> answer : answers) net.lab.result(answer);
    assertEquals("onetwo", atPeer.bytes().toString());
  }

  @Test
  void duplicateOfOneThatWaits_waitsToo(Vertx vertx) throws Exception {
    AdapterOptions small = new AdapterOptions().setSendBuffer(1000);
    AddressedLab net = new AddressedLab(vertx, small, new AdapterOptions().setReceiveBuffer(1000));
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().pause());
    Future<JsonObject> first = user.writing(Buffer.buffer(new byte[3000]), 0);
    Future<JsonObject> next = user.writing(Buffer.buffer(new byte[100]), 3000);
    Future<JsonObject> again = user.writing(Buffer.buffer(new byte[3000]), 0);
    net.lab.settle();
    assertFalse(first.isComplete() || next.isComplete() || again.isComplete());
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().resume());
    net.lab.advanceMs(2000);
    assertEquals(3000, net.lab.result(first).getLong("taken"));
    assertEquals(3000, net.lab.result(again).getLong("taken"));
    assertEquals(3100, net.lab.result(next).getLong("taken"));
    assertEquals(3100, atPeer.bytes().length());
  }

  @Test
  void lostWrite_isFoundByTheNextOne() throws Exception {
    AddressedLab.User user = net.connect();
    Recorder atPeer = net.recordPeer();
    Handler<DeliveryContext<Buffer>> loser =
        context -> {
          if (!"3".equals(context.message().headers().get("jktcp-offset"))) context.next();
        };
    net.bus.addOutboundInterceptor(loser);
    net.lab.result(user.writing(Buffer.buffer("one"), 0));
    user.writing(Buffer.buffer("two"), 3);
    ReplyException gap = net.refusal(user.writing(Buffer.buffer("three"), 6));
    assertEquals("offset: 6, but 3 bytes were written so far", gap.getMessage());
    assertEquals(2, gap.failureCode());
    net.bus.removeOutboundInterceptor(loser);
    net.lab.result(user.writing(Buffer.buffer("two"), 3));
    assertEquals("onetwo", atPeer.bytes().toString());
  }

  // Reading.

  @Test
  void nothingIsRead_beforeThereIsCredit() throws Exception {
    AddressedLab.User user = net.connect();
    List<Message<Buffer>> early = net.hear(user.read);
    peerSends("hello");
    net.lab.run(() -> net.peer().end());
    net.lab.advanceMs(1000);
    assertEquals(0, early.size());
    user.reading(0);
    assertEquals(0, user.sizes.size());
  }

  @Test
  void credit_isBytesOfTheConnection_neverExceeded() throws Exception {
    AddressedLab.User user = net.connect().reading(3);
    peerSends("hello");
    assertEquals("hel", user.bytes.toString());
    user.credit(3);
    user.credit(1); // late
    assertEquals("hel", user.bytes.toString());
    JsonObject progress = user.credit(4);
    assertEquals(4, progress.getLong("credit"));
    assertEquals(3, progress.getLong("sent"));
    net.lab.settle();
    assertEquals("hell", user.bytes.toString());
    user.credit(UNLIMITED);
    net.lab.settle();
    assertEquals("hello", user.bytes.toString());
    assertEquals(List.of(3, 1, 1), user.sizes);
  }

  @Test
  void pause_closesTheTcpWindow_andCreditOpensIt() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    peerSends("x");
    assertEquals(1, user.tell("pause").getLong("credit"));
    net.lab.run(() -> net.peer().write(Buffer.buffer(new byte[1 << 20])));
    net.lab.advanceMs(3000);
    assertEquals(1, user.bytes.length());
    assertEquals(0, net.lab.result(net.peer().info()).sendWindow());
    user.credit(UNLIMITED);
    net.lab.advanceMs(3000);
    assertEquals(1 + (1 << 20), user.bytes.length());
  }

  @Test
  void peersEnd_isTheLastBuffer_andWritingGoesOn() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    peerSends("bye");
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    assertEquals("bye", user.bytes.toString());
    assertEquals(List.of("end"), user.ends);
    assertEquals("end", user.tell("alive").getString("end"));
    user.write("not yet");
    assertEquals("not yet", atPeer.bytes().toString());
  }

  @Test
  void end_comesAfterUnreadBytes() throws Exception {
    AddressedLab.User user = net.connect().reading(1);
    peerSends("bye");
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    assertEquals(List.of(), user.ends);
    user.credit(3);
    net.lab.settle();
    assertEquals("bye", user.bytes.toString());
    assertEquals(List.of("end"), user.ends);
  }

  @Test
  void endThatCameBeforeTheReader_isSaidOnceItGivesCredit() throws Exception {
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    user.reading(0);
    net.lab.settle();
    assertEquals(List.of("end"), user.ends);
  }

  @Test
  void lostEnd_isSaidAgain_toWhoStillSpeaks_onceASecond() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    user.credit(UNLIMITED);
    assertEquals(List.of("end"), user.ends);
    net.lab.advanceMs(1000);
    user.credit(UNLIMITED);
    user.credit(UNLIMITED);
    net.lab.settle();
    assertEquals(List.of("end", "end"), user.ends);
  }

  @Test
  void dataThatNobodyConsumes_isNotLostSilently() throws Exception {
    AddressedLab.User user = net.connect();
    user.credit(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    peerSends("hello");
    net.lab.settle();
    assertEquals(CloseReason.RESET, net.peer().closeReason());
    assertTrue(atPeer.events().contains("error"), atPeer.events()::toString);
    JsonObject info = user.tell("info");
    assertEquals("error", info.getString("end"));
    assertEquals(
        "lost on the event bus: no consumer at the read address", info.getString("reason"));
  }

  // Control.

  @Test
  void end_isAnsweredOnceAcknowledged() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    user.write("bye");
    Future<JsonObject> ended = net.asking(user.control, order("end").put("at", 3));
    assertEquals(3, net.lab.result(ended).getLong("acked"));
    assertEquals(List.of("data", "end"), atPeer.events());
    peerSends("still here");
    assertEquals("still here", user.bytes.toString());
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    assertEquals(List.of("end", "closed"), user.ends);
    user.tell("close");
    user.isGone();
  }

  @Test
  void close_sendsWhatWasWritten_thenEverythingIsGone() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.bus.send(user.write, Buffer.buffer(new byte[500_000])));
    Future<JsonObject> closed = net.asking(user.control, order("close").put("at", 500_000));
    net.lab.advanceMs(1000);
    assertEquals(500_000, atPeer.bytes().length());
    net.lab.run(() -> net.peer().end());
    assertEquals(500_000, net.lab.result(closed).getLong("acked"));
    assertEquals("closed", user.ends.get(user.ends.size() - 1));
    user.isGone();
  }

  @Test
  void reset_resets() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    user.tell("reset");
    assertEquals(CloseReason.RESET, net.peer().closeReason());
    assertEquals(List.of("error: connection aborted: 10.0.0.2:80"), user.ends);
    user.isGone();
  }

  @Test
  void peersReset_isAnErrorWithItsReason() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.lab.run(() -> net.peer().reset());
    net.lab.settle();
    assertEquals(List.of("error: connection reset by 10.0.0.2:80"), user.ends);
    user.tell("reset");
    user.isGone();
  }

  @Test
  void peersResetBeforeTheReaderCame_isToldOnceItDoes() throws Exception {
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().reset());
    net.lab.settle();
    user.reading(0);
    net.lab.settle();
    assertEquals(List.of("error: connection reset by 10.0.0.2:80"), user.ends);
    user.tell("reset");
    user.isGone();
  }

  @Test
  void endOfAll_isKeptForItsOwner_andSaidAgain_untilTheLeaseEnds() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.lab.run(() -> net.peer().reset());
    net.lab.settle();
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    user.tell("alive");
    net.lab.settle();
    String error = "error: connection reset by 10.0.0.2:80";
    assertEquals(List.of(error, error), user.ends);
    net.lab.advanceMs(AddressedLab.LEASE_MS);
    user.isGone();
    assertEquals(0, net.lab.timers());
  }

  @Test
  void closeOfOneThatFailed_saysWhetherAllWasAcknowledged_andItIsGone() throws Exception {
    AddressedLab.User user = net.connect();
    AddressedLab.User other = net.connect();
    net.lab.run(() -> net.peer().pause());
    net.asking(other.write, Buffer.buffer(new byte[1 << 20]));
    net.lab.advanceMs(10);
    net.lab.run(() -> net.accepted.forEach(TcpStream::reset));
    net.lab.settle();
    assertEquals("error", user.tell("close").getString("end"));
    user.isGone();
    ReplyException failure = net.refusal(other.control, order("close"));
    assertEquals("connection reset by 10.0.0.2:80", failure.getMessage());
    assertEquals(3, failure.failureCode());
    other.isGone();
  }

  @Test
  void writeToOneThatIsOver_failsWithTheReason() throws Exception {
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().reset());
    net.lab.settle();
    ReplyException failure = net.refusal(user.write, Buffer.buffer("hello"));
    assertEquals("connection reset by 10.0.0.2:80", failure.getMessage());
    assertEquals(3, failure.failureCode());
  }

  @Test
  void info_hasTheOffsets_andWhatTcpKnows() throws Exception {
    AddressedLab.User user = net.connect().reading(7);
    user.write("hello");
    peerSends("more than that");
    JsonObject info = user.tell("info");
    assertEquals(user.id, info.getString("id"));
    assertEquals(5, info.getLong("written"));
    assertEquals(5, info.getLong("taken"));
    assertEquals(5, info.getLong("acked"));
    assertEquals(7, info.getLong("sent"));
    assertEquals(7, info.getLong("credit"));
    assertEquals(PORT, info.getJsonObject("remote").getInteger("port"));
    assertEquals("ESTABLISHED", info.getJsonObject("tcp").getString("state"));
    assertEquals(7, info.getJsonObject("tcp").getInteger("readable"));
  }

  @Test
  void sentControl_isAnsweredAtReplyTo() throws Exception {
    AddressedLab.User user = net.connect();
    List<Message<JsonObject>> answers = net.hear("mine");
    net.lab.run(() -> net.bus.send(user.control, order("info").put("replyTo", "mine")));
    net.lab.run(() -> net.bus.send(user.control, order("inform").put("replyTo", "mine")));
    net.lab.settle();
    JsonObject refused = new JsonObject().put("error", "do: 'inform'; did you mean 'info'?");
    assertTrue(answers.stream().anyMatch(each -> each.body().containsKey("tcp")));
    assertTrue(answers.stream().anyMatch(each -> refused.put("code", 1).equals(each.body())));
  }

  // The lease.

  @Test
  void silence_endsTheConnection_andLeavesNothing() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.recordPeer();
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    user.tell("alive");
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    user.write("hello");
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    assertEquals(null, net.peer().closeReason());
    net.lab.advanceMs(1);
    assertEquals(CloseReason.RESET, net.peer().closeReason());
    String why = "nothing was heard of its owner for 10000 ms";
    assertEquals(List.of("error: lost on the event bus: " + why), user.ends);
    user.isGone();
    net.lab.advanceMs(1000);
    assertEquals(0, net.lab.timers());
    assertEquals(0, net.lab.result(net.left.stats()).connections());
  }

  /** Its owner was stopped along with it, or has said something meanwhile. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoSilence(long stopMs) throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    net.lab.stopMs(stopMs);
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2 - 1);
    user.write("alive");
    peerSends("too");
    assertEquals("too", user.bytes.toString());
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    net.lab.stopMs(stopMs);
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2);
    user.isGone(); // it died meanwhile
  }

  @Test
  void wrongMessages_doNotRenewTheLease() throws Exception {
    AddressedLab.User user = net.connect();
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    net.refusal(user.control, order("alife"));
    net.refusal(user.write, "text");
    net.lab.advanceMs(1);
    user.isGone();
  }

  @Test
  void leaseOfOnesOwn_isKept() throws Exception {
    JsonObject wanted = order("connect").put("port", PORT).put("leaseMs", 100);
    AddressedLab.User user = net.new User(net.ask(net.adapter, wanted));
    net.lab.advanceMs(100);
    user.isGone();
  }

  @Test
  void unreadBytesOfOneThatIsOver_waitNoLongerThanTheLease() throws Exception {
    AddressedLab.User user = net.connect();
    peerSends("hello");
    net.lab.run(() -> net.peer().end());
    net.asking(user.control, order("end"));
    net.lab.settle();
    assertEquals(CloseReason.CLOSED, net.peer().closeReason());
    user.tell("alive");
    net.lab.advanceMs(AddressedLab.LEASE_MS);
    user.isGone();
  }

  @Test
  void closedConnection_needsNoOwner(Vertx vertx) throws Exception {
    AddressedLab net =
        new AddressedLab(vertx, new AdapterOptions(), new AdapterOptions().setReceiveBuffer(1000));
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().pause());
    user.write("x".repeat(5000));
    net.lab.run(() -> net.bus.send(user.control, order("close")));
    net.lab.advanceMs(2L * AddressedLab.LEASE_MS);
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().resume());
    net.lab.advanceMs(10_000);
    assertEquals(5000, atPeer.bytes().length());
    assertEquals(List.of("data", "end"), atPeer.events());
  }

  // The adapter's end.

  @Test
  void adaptersEnd_isToldToReaders_andLeavesNothing() throws Exception {
    AddressedLab.User reads = net.connect().reading(UNLIMITED);
    AddressedLab.User doesNot = net.connect();
    JsonObject listener = net.ask(net.adapter, order("listen").put("to", "mine"));
    Future<JsonObject> connecting =
        net.asking(net.adapter, order("connect").put("host", "10.0.0.9").put("port", 1));
    net.lab.settle();
    net.lab.run(() -> net.left.close());
    net.lab.settle();
    assertEquals(List.of("error: adapter closed"), reads.ends);
    assertEquals("adapter closed", net.refusal(connecting).getMessage());
    reads.isGone();
    doesNot.isGone();
    net.nobodyAt(listener.getString("control"));
    net.nobodyAt(net.adapter);
    net.lab.run(() -> net.right.close());
    net.lab.settle();
    assertEquals(0, net.lab.timers());
  }

  /**
   * An undeployment waits for it: whoever sends after that learns from the bus that nobody is
   * there.
   */
  @Test
  void adapterThatHasClosed_hasNoConsumerLeft() throws Exception {
    Census census = new Census();
    AddressedLab net = new AddressedLab(census.vertx());
    net.connect();
    net.connect();
    net.ask(net.adapter, order("listen").put("to", "mine"));
    Future<List<String>> left = net.service.closed().map(v -> census.consumers());
    net.lab.run(() -> net.left.close());
    assertEquals(List.of(), net.lab.result(left));
    net.lab.run(() -> net.right.close());
    Await.result(census.vertx().close());
  }

  @Test
  void lostTransport_isToldToReaders() throws Exception {
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    net.lab.run(() -> net.cable.cut());
    net.lab.settle();
    assertEquals(List.of("error: transport lost: the cable is cut"), user.ends);
    user.isGone();
    net.nobodyAt(net.adapter);
  }

  @Test
  void unreadBytesOfALostTransport_waitForTheirReader() throws Exception {
    AddressedLab.User user = net.connect();
    peerSends("hello");
    net.lab.run(() -> net.cable.cut());
    net.lab.settle();
    user.reading(UNLIMITED);
    net.lab.settle();
    assertEquals("hello", user.bytes.toString());
    assertEquals(List.of("error: transport lost: the cable is cut"), user.ends);
    user.isGone();
    net.lab.run(() -> net.right.close());
    net.lab.settle();
    assertEquals(0, net.lab.timers());
  }

  @Test
  void unreadBytesOfALostTransport_waitNoLongerThanTheLease() throws Exception {
    AddressedLab.User user = net.connect();
    peerSends("hello");
    net.lab.run(() -> net.cable.cut());
    net.lab.run(() -> net.right.close());
    net.lab.advanceMs(AddressedLab.LEASE_MS);
    user.isGone();
    assertEquals(0, net.lab.timers());
  }

  @Test
  void peersReset_comesAfterUnreadBytes() throws Exception {
    AddressedLab.User user = net.connect();
    peerSends("hello");
    net.lab.run(() -> net.peer().reset());
    net.lab.settle();
    user.reading(UNLIMITED);
    net.lab.settle();
    assertEquals("hello", user.bytes.toString());
    assertEquals(List.of("error: connection reset by 10.0.0.2:80"), user.ends);
  }

  // Elsewhere.

  @Test
  void adapterForOtherNodesToo_isUsedAlike(Vertx vertx) throws Exception {
    AddressedLab net = new AddressedLab(vertx, new AdapterOptions(), new AdapterOptions(), false);
    AddressedLab.User user = net.connect().reading(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().write(Buffer.buffer("ping")));
    user.write("pong");
    assertEquals("ping", user.bytes.toString());
    assertEquals("pong", atPeer.bytes().toString());
  }

  @Test
  void messagesWithoutNumber_areRefused_andTheConnectionLives(Vertx vertx) throws Exception {
    AdapterOptions small = new AdapterOptions().setSendBuffer(1000);
    AddressedLab net = new AddressedLab(vertx, small, new AdapterOptions().setReceiveBuffer(1000));
    AddressedLab.User user = net.connect();
    net.lab.run(() -> net.peer().pause());
    int waiting = 16_384;
    user.write("x".repeat(2000));
    net.lab.run(
        () -> {
          for (int i = 0; i < waiting; i++) net.bus.send(user.write, Buffer.buffer("x"));
        });
    net.lab.settle();
    String line = "full: 16384 messages are waiting, send it again later";
    assertEquals(line, net.refusal(user.write, Buffer.buffer("x")).getMessage());
    assertEquals(line, net.refusal(user.control, order("end")).getMessage());
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().resume());
    net.lab.advanceMs(5000);
    user.write("x");
    assertEquals(2000 + waiting + 1, atPeer.bytes().length());
  }
}
