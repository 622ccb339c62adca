package dev.jktcp.impl.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.impl.frame.Detail.Ended;
import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames on the wire of the event bus: what is written reads the same, anything else is refused.
 */
class FrameCodecTest {
  private static final TcpTuning TUNING =
      new TcpTuning(
          false, true, 1L << 40, 1L << 41, 3, 1L << 42, 1L << 43, 8, 9, 1_000, 1L << 44, true);

  private static final int HEADER = 65;
  private static final FrameCodec CODEC = new FrameCodec();
  private static final TcpInfo INFO =
      new TcpInfo(
          TcpState.FIN_WAIT_2,
          1,
          2,
          3L << 40,
          4,
          5,
          Integer.MAX_VALUE,
          7,
          8,
          9,
          10,
          11,
          12,
          13,
          14L << 40,
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

  static Buffer wire(Frame frame) {
    Buffer wire = Buffer.buffer();
    CODEC.encodeToWire(wire, frame);
    return wire;
  }

  static Frame copy(Frame frame) {
    return CODEC.decodeFromWire(0, wire(frame));
  }

  private static Frame with(Buffer payload, Detail detail) {
    return new Frame(-7, 1L << 40, 3, 1 << 14, 5, payload, 6, 7, Long.MAX_VALUE, detail);
  }

  private static Frame with(Detail detail) {
    return with(null, detail);
  }

  @Test
  void frame_isTheSameAfterTheWire() {
    for (Buffer payload : new Buffer[] {null, Buffer.buffer(), Buffer.buffer("bytes")}) {
      Frame frame = with(payload, null);
      assertEquals(frame, copy(frame));
    }
  }

  @Test
  void wireForm_isAsDocumented() {
    Buffer wire = wire(with(Buffer.buffer("xyz"), null));
    assertEquals(HEADER + 3, wire.length());
    assertEquals(1, wire.getByte(0));
    assertEquals(-7, wire.getLong(1));
    assertEquals(1L << 40, wire.getLong(9));
    assertEquals(3, wire.getLong(17));
    assertEquals(1 << 14, wire.getInt(25));
    assertEquals(5, wire.getLong(29));
    assertEquals(6, wire.getLong(37));
    assertEquals(7, wire.getLong(45));
    assertEquals(Long.MAX_VALUE, wire.getLong(53));
    assertEquals(3, wire.getInt(61));
    assertEquals("xyz", wire.getString(65, 68));
    assertEquals(-1, wire(with(null, null)).getInt(61));
  }

  @Test
  void frameBehindOtherBytes_isReadFromItsPosition() {
    Frame frame = with(Buffer.buffer("xyz"), new Detail.Listening(address("fd00::1", 443)));
    Buffer wire = Buffer.buffer("before");
    CODEC.encodeToWire(wire, frame);
    assertEquals(frame, CODEC.decodeFromWire(6, wire));
  }

  static List<Detail> details() {
    return List.of(
        new Detail.Opened(address("10.0.0.1", 1), address("10.0.0.2", 65_535), 0),
        new Detail.Opened(address("fd00::1", 50_000), address("fd00::2", 443), 12),
        new Detail.Listening(address("0.0.0.0", 80)),
        new Detail.Bind(null, 0),
        new Detail.Bind("fd00::1", 65_535),
        Detail.News.NONE,
        new Detail.News(1L << 40, SoftError.TIME_EXCEEDED, 1L << 41),
        new Ended(Ended.Kind.NONE, CloseReason.CLOSED, null, INFO),
        new Ended(Ended.Kind.TCP, null, "no port is free", null),
        new Ended(Ended.Kind.ARGUMENT, null, "port: 0 is not from 1 to 65535", null),
        new Ended(Ended.Kind.STATE, null, "used up", null),
        Ended.of(new TcpException(CloseReason.RESET, "reset \"by\" ü"), CloseReason.CLOSED, INFO));
  }

  private static SocketAddress address(String host, int port) {
    return SocketAddress.inetSocketAddress(port, host);
  }

  @ParameterizedTest
  @MethodSource("details")
  void detail_isTheSameAfterTheWire(Detail detail) {
    for (Buffer payload : new Buffer[] {null, Buffer.buffer(), Buffer.buffer("{}")}) {
      Frame frame = with(payload, detail);
      assertEquals(frame, copy(frame));
    }
  }

  @Test
  void connectOptions_areTheSameAfterTheWire() {
    TcpConnectOptions all =
        new TcpConnectOptions()
            .setHost("fd00::2")
            .setPort(443)
            .setLocalAddress("fd00::1")
            .setLocalPort(1234)
            .setIdleTimeout(Duration.ofSeconds(9))
            .setProfile(TcpProfile.INTERNET)
            .setTuning(TUNING);
    TcpConnectOptions read =
        ((Detail.Connect) copy(with(new Detail.Connect(all))).detail()).options();
    assertEquals("fd00::2", read.getHost());
    assertEquals(443, read.getPort());
    assertEquals("fd00::1", read.getLocalAddress());
    assertEquals(1234, read.getLocalPort());
    assertEquals(Duration.ofSeconds(9), read.getIdleTimeout());
    assertSame(TcpProfile.INTERNET, read.getProfile());
    assertEquals(TUNING, read.getTuning());

    Detail least = new Detail.Connect(new TcpConnectOptions());
    read = ((Detail.Connect) copy(with(least)).detail()).options();
    assertNull(read.getHost());
    assertEquals(0, read.getPort());
    assertNull(read.getLocalAddress());
    assertNull(read.getProfile());
    assertNull(read.getTuning());
  }

  @Test
  void listenOptions_areTheSameAfterTheWire() {
    TcpListenOptions all =
        new TcpListenOptions()
            .setPort(80)
            .setLocalAddress("10.0.0.1")
            .setBacklog(3)
            .setIdleTimeout(Duration.ofSeconds(8))
            .setTuning(TUNING);
    TcpListenOptions read = ((Detail.Listen) copy(with(new Detail.Listen(all))).detail()).options();
    assertEquals(80, read.getPort());
    assertEquals("10.0.0.1", read.getLocalAddress());
    assertEquals(3, read.getBacklog());
    assertEquals(Duration.ofSeconds(8), read.getIdleTimeout());
    assertEquals(TUNING, read.getTuning());
    Detail least = new Detail.Listen(new TcpListenOptions());
    assertNull(((Detail.Listen) copy(with(least)).detail()).options().getLocalAddress());
  }

  @Test
  void info_isTheSameAfterJsonText() {
    String text = TcpInfoJson.write(INFO).encode();
    assertEquals(INFO, TcpInfoJson.read(new JsonObject(text)));
  }

  @Test
  void incompleteInfo_isRefused() {
    for (String name : TcpInfoJson.write(INFO).fieldNames()) {
      JsonObject json = TcpInfoJson.write(INFO);
      json.remove(name);
      assertThrows(IllegalArgumentException.class, () -> TcpInfoJson.read(json), name);
      json.put(name, name.equals("congestion") ? 1 : "x");
      assertThrows(IllegalArgumentException.class, () -> TcpInfoJson.read(json), name);
    }
  }

  @Test
  void exception_isOfTheSameKindAtTheOtherEnd() {
    assertNull(Ended.of(null, CloseReason.CLOSED, null).exception());
    assertEquals(
        IllegalArgumentException.class,
        Ended.of(new NumberFormatException("bad"), null, null).exception().getClass());
    assertEquals(
        IllegalStateException.class,
        Ended.of(new IllegalStateException("late"), null, null).exception().getClass());
    TcpException tcp =
        (TcpException)
            Ended.of(new TcpException(CloseReason.RESET, "by x"), null, null).exception();
    assertEquals(CloseReason.RESET, tcp.reason());
    assertEquals("by x", tcp.getMessage());
    assertTrue(Ended.of(new Exception(), null, null).exception() instanceof TcpException);
  }

  // Malformed.

  @Test
  void cutFrame_isRefused() {
    Detail detail = new Detail.Opened(address("10.0.0.1", 1), address("10.0.0.2", 2), 0);
    Buffer wire = wire(with(Buffer.buffer("xyz"), detail));
    for (int length = 0; length < wire.length(); length++) {
      if (length == HEADER + 3) continue; // a whole frame without detail
      Buffer cut = wire.getBuffer(0, length);
      assertThrows(
          RuntimeException.class, () -> CODEC.decodeFromWire(0, cut), () -> "" + cut.length());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, Integer.MIN_VALUE, 4, Integer.MAX_VALUE, Integer.MAX_VALUE - HEADER})
  void payloadLengthThatCannotBe_isRefused(int length) {
    Buffer wire = wire(with(Buffer.buffer("xyz"), null)).setInt(61, length);
    assertThrows(IllegalArgumentException.class, () -> CODEC.decodeFromWire(0, wire));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 127, -1})
  void anotherVersion_isRefused(int version) {
    Buffer wire = wire(with(null, null)).setByte(0, (byte) version);
    assertThrows(IllegalArgumentException.class, () -> CODEC.decodeFromWire(0, wire));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "[]",
        "{}",
        "null",
        "{\"is\":null}",
        "{\"is\":7}",
        "{\"is\":\"open\"}",
        "{\"is\":\"connect\"}",
        "{\"is\":\"connect\",\"port\":\"80\",\"localPort\":0}",
        "{\"is\":\"connect\",\"port\":80,\"localPort\":0,\"profile\":\"none\"}",
        "{\"is\":\"listen\",\"port\":80}",
        "{\"is\":\"opened\",\"server\":0}",
        "{\"is\":\"listening\",\"local\":{}}",
        "{\"is\":\"listening\",\"local\":{\"host\":\"::1\",\"port\":65536}}",
        "{\"is\":\"listening\",\"local\":\"::1\"}",
        "{\"is\":\"news\",\"urgentEnd\":1}",
        "{\"is\":\"news\",\"softErrors\":1,\"urgentEnd\":0,\"softError\":\"ODD\"}",
        "{\"is\":\"ended\"}",
        "{\"is\":\"ended\",\"kind\":\"ODD\"}",
        "{\"is\":\"ended\",\"kind\":\"TCP\",\"reason\":\"ODD\"}",
        "{\"is\":\"ended\",\"kind\":\"TCP\",\"info\":{}}"
      })
  void detailThatIsNone_isRefused(String detail) {
    Buffer wire = wire(with(Buffer.buffer("xyz"), null)).appendString(detail);
    assertThrows(RuntimeException.class, () -> CODEC.decodeFromWire(0, wire));
  }

  @Test
  void deeplyNestedDetail_isRefused() {
    Buffer wire = wire(with(null, null)).appendString("{\"is\":" + "[".repeat(100_000));
    assertThrows(RuntimeException.class, () -> CODEC.decodeFromWire(0, wire));
  }

  @Test
  void flippedBits_giveAFrameOrARefusal() {
    Random random = new Random(1);
    Detail detail = Ended.of(new TcpException(CloseReason.RESET, "x"), null, INFO);
    Buffer wire = wire(with(Buffer.buffer("xyz"), detail));
    for (int i = 0; i < 5_000; i++) {
      Buffer broken = wire.copy();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        int at = random.nextInt(broken.length());
        broken.setByte(at, (byte) (broken.getByte(at) ^ 1 << random.nextInt(8)));
      }
      try {
        CODEC.decodeFromWire(0, broken);
      } catch (RuntimeException refused) {
        // As it should be: an Error would not be caught.
      }
    }
  }

  @Test
  @ExtendWith(VertxExtension.class)
  void registeredTwice_isRegistered(Vertx vertx) {
    FrameCodec.register(vertx);
    FrameCodec.register(vertx);
    Frame frame = with(null, null);
    assertSame(frame, CODEC.transform(frame));
    assertEquals(-1, CODEC.systemCodecID());
  }
}
