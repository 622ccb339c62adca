package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.FakeReadStream;
import dev.jktcp.testkit.FakeWriteStream;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's side of a CDTunnel handshake, over streams played by hand. */
class CdTunnelTest {
  private static Vertx vertx;
  private static Context context;

  private FakeReadStream in;
  private FakeWriteStream out;
  private final ManualClock clock = new ManualClock();
  private int closes;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterAll
  static void stop() {
    vertx.close();
  }

  @BeforeEach
  void freshStreams() {
    in = new FakeReadStream();
    out = new FakeWriteStream();
    closes = 0;
  }

  private CdTunnelOptions options() {
    return new CdTunnelOptions()
        .setClock(clock)
        .setCloser(
            () -> {
              closes++;
              return Future.succeededFuture();
            });
  }

  private Future<CdTunnel> shake() throws Exception {
    return shake(options());
  }

  private Future<CdTunnel> shake(CdTunnelOptions options) throws Exception {
    return OnContext.call(context, () -> CdTunnel.handshake(in, out, options));
  }

  private void emit(Buffer... parts) throws Exception {
    OnContext.run(context, () -> Arrays.stream(parts).forEach(in::emit));
  }

  private static JsonObject answer() {
    return new JsonObject()
        .put(
            "clientParameters",
            new JsonObject()
                .put("address", "fd66:0:0::2")
                .put("mtu", 16_000)
                .put("netmask", "ffff:ffff:ffff:ffff::"))
        .put("serverAddress", "fd66::1")
        .put("serverRSDPort", 49_160)
        .put("type", "serverHandshakeResponse");
  }

  private static Buffer framed(String json) {
    return Buffer.buffer("CDTunnel").appendUnsignedShort(json.length()).appendString(json);
  }

  @Test
  void request_isTheBytesDevicesExpect() throws Exception {
    shake();
    String json = "{\"type\":\"clientHandshakeRequest\",\"mtu\":16000}";
    assertEquals(List.of(framed(json)), out.written);
    assertEquals(0, out.written.get(0).getByte(8));
    assertEquals(json.length(), out.written.get(0).getByte(9));
  }

  @Test
  void answer_isReadWhole() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encodePrettily()));
    CdTunnel tunnel = shaken.result();
    assertEquals("fd66::2", tunnel.clientAddress());
    assertEquals("fd66::1", tunnel.serverAddress());
    assertEquals(49_160, tunnel.serverRsdPort());
    assertEquals(16_000, tunnel.grantedMtu());
    assertEquals("ffff:ffff:ffff:ffff::", tunnel.netmask());
    assertEquals(
        new TransportCapabilities("cdtunnel", 1400, 16_000, true, false),
        tunnel.transport().capabilities());
    assertEquals(0, clock.timers());
    assertEquals(0, closes);
  }

  /** The answer and three packets, cut once at every place and into single bytes. */
  @Test
  void answerAndPacketsGluedBehindIt_cutAnywhere_loseNoByte() throws Exception {
    List<byte[]> packets =
        List.of(TestPackets.v6(60, 1), TestPackets.v6(48, 2), TestPackets.v6(90, 3));
    Buffer all = framed(answer().encode()).appendBytes(TestPackets.concat(packets));
    for (int cut = 1; cut < all.length(); cut++) {
      passes(packets, all.getBuffer(0, cut), all.getBuffer(cut, all.length()));
    }
    Buffer[] single = new Buffer[all.length()];
    Arrays.setAll(single, i -> all.getBuffer(i, i + 1));
    passes(packets, single);
    passes(packets, all);
  }

  private void passes(List<byte[]> packets, Buffer... parts) throws Exception {
    freshStreams();
    RecordingReceiver receiver = new RecordingReceiver(context);
    Future<CdTunnel> shaken = shake();
    emit(parts);
    PacketTransport transport = shaken.result().transport();
    OnContext.run(context, () -> transport.open(context, receiver));
    OnContext.settle(context);
    String where = parts.length + " parts, the first of " + parts[0].length();
    assertEquals(packets.size(), receiver.packets.size(), where);
    for (int i = 0; i < packets.size(); i++) {
      assertArrayEquals(packets.get(i), receiver.packets.get(i), where);
    }
    assertEquals(List.of(), receiver.faults);
  }

  @Test
  void betweenHandshakeAndOpening_theStreamIsPaused_andNothingIsLost() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encode()));
    byte[] packet = TestPackets.v6(60, 7);
    emit(Buffer.buffer(packet));
    assertEquals(1, in.waiting());
    RecordingReceiver receiver = new RecordingReceiver(context);
    OnContext.run(context, () -> shaken.result().transport().open(context, receiver));
    OnContext.settle(context);
    assertArrayEquals(packet, receiver.packets.get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "1280, 1400, 1280",
    "16000, 1400, 1400",
    "16000, 4000, 4000",
    "8000, 9000, 8000",
    "65535, 65535, 8192"
  })
  void sendMtu_isTheOptions_butNeverMoreThanGranted_norThan8192(int granted, int option, int sent)
      throws Exception {
    Future<CdTunnel> shaken = shake(options().setSendMtu(option));
    JsonObject answer = answer();
    answer.getJsonObject("clientParameters").put("mtu", granted);
    emit(framed(answer.encode()));
    assertEquals(sent, shaken.result().transport().capabilities().mtu());
    assertEquals(granted, shaken.result().transport().capabilities().receiveMtu());
  }

  @Test
  void batchOfPackets_leavesAsOneWriteEach_eachAfterTheOneBefore() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encode()));
    PacketTransport transport = shaken.result().transport();
    out.written.clear();
    out.holdWrites = true;
    byte[][] packets = {TestPackets.v6(60, 1), TestPackets.v6(1400, 2), TestPackets.v6(80, 3)};
    OnContext.run(
        context,
        () -> {
          transport.open(context, new RecordingReceiver(context));
          transport.send(TestPackets.batch(new PacketBatchPool(), packets));
        });
    for (int i = 0; i < packets.length; i++) {
      assertEquals(i + 1, out.written.size());
      assertArrayEquals(packets[i], out.written.get(i).getBytes());
      OnContext.run(context, out::completeOne);
    }
  }

  @Test
  void transportClosed_closesTheStreamsOnce() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encode()));
    PacketTransport transport = shaken.result().transport();
    OnContext.run(context, () -> transport.open(context, new RecordingReceiver(context)));
    OnContext.run(context, transport::close);
    OnContext.run(context, transport::close);
    OnContext.settle(context);
    assertEquals(1, closes);
  }

  @Test
  void hangUpAfterTheHandshake_endsTheTransport() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encode()));
    RecordingReceiver receiver = new RecordingReceiver(context);
    OnContext.run(context, () -> shaken.result().transport().open(context, receiver));
    OnContext.run(context, in::end);
    OnContext.settle(context);
    assertEquals("clean", receiver.onlyCause());
    assertEquals(1, closes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type                     |                 | lacks type",
        "type                     | 7               | type in the answer is no text: 7",
        "type                     | 'hello'         | type in the answer is not"
            + " serverHandshakeResponse: hello",
        "clientParameters         |                 | lacks clientParameters",
        "clientParameters         | []              | clientParameters in the answer is no object:"
            + " []",
        "serverAddress            |                 | lacks serverAddress",
        "serverAddress            | 'fd66::x'       | serverAddress in the answer is no IPv6"
            + " address: fd66::x",
        "serverAddress            | '10.0.0.1'      | serverAddress in the answer is no IPv6"
            + " address: 10.0.0.1",
        "serverAddress            | 'ff02::1'       | serverAddress in the answer is no unicast"
            + " address: ff02::1",
        "serverAddress            | '::'            | serverAddress in the answer is no unicast"
            + " address: ::",
        "serverAddress            | 'fd66::2'       | serverAddress in the answer is this side's"
            + " own address: fd66::2",
        "serverRSDPort            |                 | lacks serverRSDPort",
        "serverRSDPort            | '49160'         | serverRSDPort in the answer is no integer:"
            + " 49160",
        "serverRSDPort            | 0               | serverRSDPort in the answer is outside"
            + " 1..65535: 0",
        "serverRSDPort            | 65536           | serverRSDPort in the answer is outside"
            + " 1..65535: 65536",
        "clientParameters.address |                 | lacks clientParameters.address",
        "clientParameters.address | true            | clientParameters.address in the answer is no"
            + " text: true",
        "clientParameters.address | 'fd66::2%' | clientParameters.address in the answer is no"
            + " IPv6 address: fd66::2%",
        "clientParameters.netmask |                 | lacks clientParameters.netmask",
        "clientParameters.netmask | 64              | clientParameters.netmask in the answer is no"
            + " text: 64",
        "clientParameters.mtu     |                 | lacks clientParameters.mtu",
        "clientParameters.mtu     | 1500.5          | clientParameters.mtu in the answer is no"
            + " integer: 1500.5",
        "clientParameters.mtu     | 99999999999     | clientParameters.mtu in the answer is no"
            + " integer: 99999999999",
        "clientParameters.mtu     | 1279            | clientParameters.mtu in the answer is outside"
            + " 1280..65535: 1279",
        "clientParameters.mtu     | 65536           | clientParameters.mtu in the answer is outside"
            + " 1280..65535: 65536",
        "clientParameters.mtu     | null            | lacks clientParameters.mtu"
      },
      quoteCharacter = '`')
  void fieldMissingOrWrong_isNamedInOneLine(String path, String value, String message)
      throws Exception {
    JsonObject answer = answer();
    JsonObject holder = path.contains(".") ? answer.getJsonObject("clientParameters") : answer;
    String name = path.substring(path.indexOf('.') + 1);
    holder.remove(name);
    if (value != null) {
      String json = "{\"value\":" + value.replace('\'', '"') + "}";
      holder.put(name, new JsonObject(json).getValue("value"));
    }
    String expected = message.startsWith("lacks") ? "the answer " + message : message;
    assertRefused("cdtunnel: " + expected, framed(answer.encode()));
  }

  @Test
  void textOfTheDevice_isQuotedShortAndOnOneLine() throws Exception {
    String type = "a\nb" + "x".repeat(100);
    assertRefused(
        "cdtunnel: type in the answer is not serverHandshakeResponse: a?b" + "x".repeat(61) + "...",
        framed(answer().put("type", type).encode()));
  }

  @Test
  void wrongMagic_isRefusedAtItsFirstWrongByte() throws Exception {
    String message =
        "cdtunnel: the answer does not begin with CDTunnel; is this the tunnel's stream?";
    assertRefused(message, Buffer.buffer("H"));
    assertRefused(message, Buffer.buffer("CDTunne"), Buffer.buffer("L"));
  }

  @Test
  void answerAboveTheLimit_isRefusedBeforeItIsRead() throws Exception {
    assertRefused(
        "cdtunnel: the answer announces 8193 bytes, the limit is 8192",
        Buffer.buffer("CDTunnel").appendUnsignedShort(8193));
  }

  @Test
  void answerAtTheLimit_isRead() throws Exception {
    String json = answer().encode();
    Future<CdTunnel> shaken = shake(options().setMaxAnswerBytes(json.length()));
    emit(framed(json));
    assertTrue(shaken.succeeded());
  }

  @Test
  void answerThatIsNoJson_isRefused() throws Exception {
    assertRefused("cdtunnel: the answer is no JSON", framed("{\"type\":"));
    assertRefused("cdtunnel: the answer is no JSON", framed("[".repeat(8000)));
    assertRefused("cdtunnel: the answer is no JSON", framed(""));
    Buffer notUtf8 = Buffer.buffer("CDTunnel").appendUnsignedShort(4);
    notUtf8.appendBytes(new byte[] {'"', (byte) 0xff, (byte) 0xfe, '"'});
    assertRefused("cdtunnel: the answer is no JSON", notUtf8);
  }

  @Test
  void answerThatIsNoObject_isRefused() throws Exception {
    for (String json : List.of("null", "7", "[{}]", "\"x\"")) {
      assertRefused("cdtunnel: the answer is no JSON object", framed(json));
    }
  }

  private void assertRefused(String message, Buffer... answer) throws Exception {
    freshStreams();
    Future<CdTunnel> shaken = shake();
    emit(answer);
    assertFails(message, shaken);
  }

  private void assertFails(String message, Future<CdTunnel> shaken) {
    assertTrue(shaken.failed(), "still waiting for: " + message);
    assertEquals(TransportException.class, shaken.cause().getClass());
    assertEquals(message, shaken.cause().getMessage());
    assertEquals(1, closes);
    assertEquals(0, clock.timers());
    assertNull(in.handler);
  }

  @Test
  void hangUpInsteadOfAnAnswer_isNamed() throws Exception {
    Future<CdTunnel> shaken = shake();
    OnContext.run(context, in::end);
    assertFails("cdtunnel: the peer hung up before its answer", shaken);
  }

  @Test
  void hangUpInTheMiddleOfTheAnswer_isNamed() throws Exception {
    Future<CdTunnel> shaken = shake();
    emit(framed(answer().encode()).getBuffer(0, 50));
    OnContext.run(context, in::end);
    assertFails("cdtunnel: the peer hung up before its answer", shaken);
  }

  @Test
  void streamFailure_isPassedOn() throws Exception {
    Future<CdTunnel> shaken = shake();
    OnContext.run(context, () -> in.fail(new IOException("Connection reset by peer")));
    assertFails("cdtunnel: no answer: Connection reset by peer", shaken);
  }

  @Test
  void requestThatCannotBeSent_fails() throws Exception {
    out.failWrites = new IOException("Broken pipe");
    assertFails("cdtunnel: no answer: Broken pipe", shake());
  }

  @Test
  void noAnswer_failsAfterTenSeconds_andALateOneChangesNothing() throws Exception {
    Future<CdTunnel> shaken = shake();
    OnContext.run(context, () -> clock.advanceMs(9_999));
    assertFalse(shaken.isComplete());
    OnContext.run(context, () -> clock.advanceMs(1));
    assertFails("cdtunnel: no answer within 10000 ms", shaken);
    emit(framed(answer().encode()));
    assertFails("cdtunnel: no answer within 10000 ms", shaken);
  }

  @Test
  void withoutACloser_failureEndsTheWriteStream() throws Exception {
    Future<CdTunnel> shaken = shake(new CdTunnelOptions().setClock(clock));
    assertFalse(out.ended);
    OnContext.run(context, in::end);
    assertTrue(shaken.failed());
    assertTrue(out.ended);
  }

  @Test
  void realTime_isTheDefault() throws Exception {
    Future<CdTunnel> shaken = shake(new CdTunnelOptions().setTimeout(Duration.ofMillis(1)));
    Throwable cause =
        assertThrows(
                ExecutionException.class,
                () -> shaken.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS))
            .getCause();
    assertEquals("cdtunnel: no answer within 1 ms", cause.getMessage());
  }

  @Test
  void outsideAContext_isAMistakeOfTheCallers() {
    assertThrows(
        IllegalStateException.class, () -> CdTunnel.handshake(in, out, new CdTunnelOptions()));
  }

  @Test
  void optionsOutOfRange_areRefused() {
    CdTunnelOptions options = new CdTunnelOptions();
    assertThrows(IllegalArgumentException.class, () -> options.setSendMtu(1279));
    assertThrows(IllegalArgumentException.class, () -> options.setRequestedMtu(65_536));
    assertThrows(IllegalArgumentException.class, () -> options.setTimeout(Duration.ofMillis(0)));
    assertThrows(IllegalArgumentException.class, () -> options.setMaxAnswerBytes(0));
  }
}
