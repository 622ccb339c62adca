package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The device's side of a CDTunnel handshake, over streams played by hand. */
class CdTunnelDeviceTest {
  private static Vertx vertx;
  private static Context context;

  private FakeReadStream in = new FakeReadStream();
  private FakeWriteStream out = new FakeWriteStream();
  private final ManualClock clock = new ManualClock();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterAll
  static void stop() {
    vertx.close();
  }

  private Future<CdTunnelDevice> accept() throws Exception {
    return accept(new CdTunnelDeviceOptions());
  }

  private Future<CdTunnelDevice> accept(CdTunnelDeviceOptions options) throws Exception {
    return OnContext.call(context, () -> CdTunnelDevice.accept(in, out, options.setClock(clock)));
  }

  private void emit(Buffer bytes) throws Exception {
    OnContext.run(context, () -> in.emit(bytes));
  }

  private static Buffer request(Object type, Object mtu) {
    return CdTunnelFrame.encode(new JsonObject().put("type", type).put("mtu", mtu));
  }

  @ParameterizedTest
  @CsvSource({"16000, 16000", "1280, 1280", "65535, 16000"})
  void request_isAnsweredWithWhatIsGranted(int asked, int granted) throws Exception {
    Future<CdTunnelDevice> accepted =
        accept(
            new CdTunnelDeviceOptions()
                .setClientAddress("fd66:1::2")
                .setServerAddress("fd66:1::1")
                .setRsdPort(50_000));
    emit(request("clientHandshakeRequest", asked));
    String json =
        "{\"clientParameters\":{\"address\":\"fd66:1::2\",\"mtu\":"
            + granted
            + ",\"netmask\":\"ffff:ffff:ffff:ffff::\"},\"serverAddress\":\"fd66:1::1\","
            + "\"serverRSDPort\":50000,\"type\":\"serverHandshakeResponse\"}";
    assertEquals(
        Buffer.buffer("CDTunnel").appendUnsignedShort(json.length()).appendString(json),
        out.written.get(0));
    assertEquals(asked, accepted.result().requestedMtu());
    assertEquals(granted, accepted.result().grantedMtu());
    assertEquals(
        new TransportCapabilities("cdtunnel-device", granted, granted, true, true),
        accepted.result().transport().capabilities());
    assertEquals(0, clock.timers());
  }

  @Test
  void requestAndAPacketBehindIt_cutAnywhere_loseNoByte() throws Exception {
    byte[] packet = TestPackets.v6(60, 1);
    Buffer all = request("clientHandshakeRequest", 16_000).appendBytes(packet);
    for (int cut = 1; cut < all.length(); cut++) {
      in = new FakeReadStream();
      out = new FakeWriteStream();
      Future<CdTunnelDevice> accepted = accept();
      emit(all.getBuffer(0, cut));
      emit(all.getBuffer(cut, all.length()));
      RecordingReceiver receiver = new RecordingReceiver(context);
      OnContext.run(context, () -> accepted.result().transport().open(context, receiver));
      OnContext.settle(context);
      assertEquals(1, receiver.packets.size(), "cut at " + cut);
      assertArrayEquals(packet, receiver.packets.get(0), "cut at " + cut);
    }
  }

  @Test
  void hostAndDevice_understandEachOther() throws Exception {
    FakeReadStream hostIn = new FakeReadStream();
    FakeWriteStream hostOut = new FakeWriteStream();
    Future<CdTunnelDevice> accepted = accept();
    Future<CdTunnel> shaken =
        OnContext.call(
            context,
            () -> CdTunnel.handshake(hostIn, hostOut, new CdTunnelOptions().setRequestedMtu(1280)));
    emit(hostOut.written.get(0));
    OnContext.run(context, () -> hostIn.emit(out.written.get(0)));
    assertEquals("fd66::2", shaken.result().clientAddress());
    assertEquals("fd66::1", shaken.result().serverAddress());
    assertEquals(1280, shaken.result().grantedMtu());
    assertEquals(1280, shaken.result().transport().capabilities().mtu());
    assertEquals(1280, accepted.result().grantedMtu());
  }

  @ParameterizedTest
  @CsvSource({
    "hello, 16000, type in the request is not clientHandshakeRequest: hello",
    ", 16000, the request lacks type",
    "clientHandshakeRequest, 1279, mtu in the request is outside 1280..65535: 1279",
    "clientHandshakeRequest, , the request lacks mtu"
  })
  void requestOfNoUse_isRefused_andTheStreamEnded(String type, Integer mtu, String message)
      throws Exception {
    Future<CdTunnelDevice> accepted = accept();
    emit(request(type, mtu));
    assertEquals("cdtunnel: " + message, accepted.cause().getMessage());
    assertTrue(out.written.isEmpty());
    assertTrue(out.ended);
  }

  @Test
  void requestBeyondTheLimit_isRefusedBeforeItIsRead() throws Exception {
    Buffer request = request("clientHandshakeRequest", 16_000);
    int json = request.length() - "CDTunnel".length() - 2;
    Future<CdTunnelDevice> fits = accept(new CdTunnelDeviceOptions().setMaxRequestBytes(json));
    emit(request);
    assertTrue(fits.succeeded());
    in = new FakeReadStream();
    out = new FakeWriteStream();
    Future<CdTunnelDevice> accepted =
        accept(new CdTunnelDeviceOptions().setMaxRequestBytes(json - 1));
    emit(request.getBuffer(0, request.length() - json));
    assertEquals(
        "cdtunnel: the request announces " + json + " bytes, the limit is " + (json - 1),
        accepted.cause().getMessage());
    assertTrue(out.ended);
  }

  @Test
  void hostThatHangsUp_isNamed() throws Exception {
    Future<CdTunnelDevice> accepted = accept();
    OnContext.run(context, in::end);
    assertEquals("cdtunnel: the peer hung up before its request", accepted.cause().getMessage());
  }

  @Test
  void hostThatAsksNothing_isGivenUpAfterTheTimeout() throws Exception {
    Future<CdTunnelDevice> accepted =
        accept(new CdTunnelDeviceOptions().setTimeout(Duration.ofMillis(500)));
    OnContext.run(context, () -> clock.advanceMs(499));
    assertFalse(accepted.isComplete());
    OnContext.run(context, () -> clock.advanceMs(1));
    assertEquals("cdtunnel: no request within 500 ms", accepted.cause().getMessage());
    assertTrue(out.ended);
  }

  /** The request waits in the socket when the device goes on, behind a timer that is late. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoSilence(long stopMs) throws Exception {
    Future<CdTunnelDevice> accepted =
        accept(new CdTunnelDeviceOptions().setTimeout(Duration.ofMillis(10_000)));
    OnContext.run(context, () -> clock.advanceMs(9_000));
    clock.stopMs(stopMs);
    OnContext.run(context, () -> clock.advanceMs(4_999));
    assertFalse(accepted.isComplete());
    emit(request("clientHandshakeRequest", 16_000));
    assertTrue(accepted.succeeded());
    assertEquals(0, clock.timers());
  }

  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void hostThatDiedMeanwhile_isGivenUp(long stopMs) throws Exception {
    Future<CdTunnelDevice> accepted =
        accept(new CdTunnelDeviceOptions().setTimeout(Duration.ofMillis(10_000)));
    OnContext.run(context, () -> clock.advanceMs(9_000));
    clock.stopMs(stopMs);
    OnContext.run(context, () -> clock.advanceMs(5_000));
    assertEquals("cdtunnel: no request within 10000 ms", accepted.cause().getMessage());
  }

  @Test
  void answerThatCannotBeSent_fails() throws Exception {
    Future<CdTunnelDevice> accepted = accept();
    out.failWrites = new IOException("Broken pipe");
    emit(request("clientHandshakeRequest", 16_000));
    assertEquals("cdtunnel: sending the answer: Broken pipe", accepted.cause().getMessage());
    assertTrue(out.ended);
  }

  @Test
  void optionsOutOfRange_areRefused() {
    CdTunnelDeviceOptions options = new CdTunnelDeviceOptions();
    assertThrows(IllegalArgumentException.class, () -> options.setClientAddress("10.0.0.1"));
    assertThrows(IllegalArgumentException.class, () -> options.setServerAddress("device"));
    assertThrows(IllegalArgumentException.class, () -> options.setRsdPort(0));
    assertThrows(IllegalArgumentException.class, () -> options.setMaxMtu(1279));
  }
}
