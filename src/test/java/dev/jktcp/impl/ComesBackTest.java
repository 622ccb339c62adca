package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.EchoedStream;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.ReconnectOptions;
import dev.jktcp.transport.ReconnectingTransport;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Adapters whose transport is lost and comes back, in virtual time. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ComesBackTest {
  private static final int PORT = 80;
  private static final int ROUNDS = 100;
  private static final int STREAMS = 8;

  private final CutCable cable = new CutCable();
  private final ReconnectOptions reconnect = new ReconnectOptions().setJitter(0);
  private Lab lab;
  private AdapterImpl left;
  private AdapterImpl right;
  private final List<TransportStatus> told = new ArrayList<>();

  @BeforeEach
  void lab(Vertx vertx) {
    lab = new Lab(vertx);
  }

  private void open() throws Exception {
    open(new AdapterOptions());
  }

  private void open(AdapterOptions options) throws Exception {
    lab.run(
        () -> {
          left = adapter(options, true);
          right = adapter(options, false);
          left.transportHandler(told::add);
        });
    lab.settle();
  }

  private AdapterImpl adapter(AdapterOptions options, boolean isLeft) {
    ReconnectingTransport transport =
        new ReconnectingTransport(
            isLeft ? "left" : "right", isLeft ? cable::left : cable::right, reconnect, lab.clock);
    AdapterOptions own =
        new AdapterOptions(options)
            .setLocalAddresses(isLeft ? AdapterPair.LEFT : AdapterPair.RIGHT)
            .setPeerAddresses(isLeft ? AdapterPair.RIGHT.subList(0, 1) : List.of());
    // A wire that takes time: packets are under way when it is cut.
    FaultSpec wire = FaultSpec.parse("delay=5ms,rate=5mbit,seed=" + (isLeft ? 1 : 2));
    return lab.adapter(new FaultyTransport(transport, wire, lab.clock), own);
  }

  private static void fill(EchoedStream one) {
    while (one.failure() == null && !one.stream().writeQueueFull()) {
      if (one.write(4_096).failed()) return; // its handler says why
    }
  }

  private static EchoedStream filled(TcpStream stream) {
    EchoedStream one = new EchoedStream(stream, 1_000 + stream.localAddress().port());
    stream.drainHandler(v -> fill(one));
    return one;
  }

  private List<EchoedStream> echoed(int count) throws Exception {
    lab.result(right.listen(PORT, stream -> Pump.pump(stream, stream).start()));
    List<EchoedStream> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Future<TcpStream> connected = left.connect(AdapterPair.RIGHT.get(i % 2), PORT);
      lab.advanceMs(50);
      TcpStream stream = lab.result(connected);
      all.add(lab.call(() -> filled(stream)));
    }
    return all;
  }

  @Test
  void lostAndBackAHundredTimes_underLoad_everyStreamGoesOnByteForByte() throws Exception {
    open();
    List<EchoedStream> all = echoed(STREAMS);
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < ROUNDS; round++) {
      lab.run(() -> all.forEach(ComesBackTest::fill));
      lab.drive(1 + random.nextInt(200), () -> false);
      lab.run(cable::cut);
      long had = lab.call(() -> received(all));
      assertEquals(TransportState.WAITING, left.transportStatus().state());
      lab.drive(random.nextInt(16_000), () -> false); // beyond the 12.6 s of the profile
      lab.run(cable::join);
      assertTrue(
          lab.drive(20_000, () -> received(all) > had),
          "nothing came back in round " + round + ": " + show(all));
      for (EchoedStream one : all) assertNull(one.failure(), "round " + round);
    }
    assertEquals(ROUNDS, left.transportStatus().losses());
    lab.run(() -> all.forEach(one -> one.stream().end()));
    assertTrue(lab.drive(60_000, () -> all.stream().allMatch(one -> one.isEnded())));
    for (EchoedStream one : all) {
      assertNull(one.failure());
      assertEquals(one.written(), one.received());
      assertTrue(
          one.received() > ROUNDS * 4_096, one.received() + " bytes in " + ROUNDS + " rounds");
    }
    assertNothingLeft();
  }

  private String show(List<EchoedStream> all) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(left.transportStatus()).append(right.transportStatus());
    for (EchoedStream one : all) {
      text.append('\n').append(one.written() + " " + one.received() + " " + one.failure() + " ");
      text.append(lab.result(one.stream().info()));
    }
    return text.toString();
  }

  private static long received(List<EchoedStream> all) {
    return all.stream().mapToLong(one -> one.received()).sum();
  }

  private void assertNothingLeft() throws Exception {
    lab.drive(90_000, () -> false); // TIME-WAIT
    for (AdapterImpl adapter : List.of(left, right)) {
      assertEquals(0, lab.result(adapter.stats()).connections());
      assertEquals(0, lab.result(adapter.stats()).bytesHeld());
      lab.run(adapter::close);
    }
    lab.settle();
    assertEquals(0, lab.timers());
    assertEquals(0, lab.periodics());
  }

  @Test
  void theGapIsOver_theStreamEndsAndSaysWhy_andTheAdapterLivesOn() throws Exception {
    reconnect.setGap(Duration.ofMillis(5_000));
    open();
    EchoedStream one = echoed(1).get(0);
    lab.run(cable::cut);
    lab.advanceMs(4_999);
    assertNull(one.failure());
    lab.advanceMs(2);
    TcpException failure = (TcpException) one.failure();
    assertEquals(CloseReason.TRANSPORT_AWAY, failure.reason());
    assertEquals(
        "transport away for too long: the connection to 10.0.0.2:80 has waited for its gap or its"
            + " own timeout (the cable was cut)",
        failure.getMessage());
    lab.run(cable::join);
    lab.advanceMs(10_000);
    Future<TcpStream> anew = left.connect(AdapterPair.RIGHT.get(0), PORT);
    lab.advanceMs(50);
    lab.result(anew);
  }

  @Test
  void statesAreTold_inOrder() throws Exception {
    open();
    lab.run(cable::cut);
    lab.advanceMs(100);
    lab.run(cable::join);
    lab.advanceMs(10_000);
    lab.run(left::close);
    lab.settle();
    assertEquals(
        List.of(
            new TransportStatus(TransportState.UP, null, 0),
            new TransportStatus(TransportState.WAITING, "the cable was cut", 1),
            new TransportStatus(TransportState.UP, null, 1),
            new TransportStatus(TransportState.ENDED, null, 1)),
        told);
  }

  @Test
  void anAdapterBeforeItsTransport_connectsWhenThatIsThere() throws Exception {
    cable.cut();
    open();
    assertEquals(TransportState.WAITING, left.transportStatus().state());
    lab.result(left.opened());
    lab.result(right.listen(PORT, stream -> {}));
    Future<TcpStream> stream = left.connect(AdapterPair.RIGHT.get(0), PORT);
    lab.advanceMs(15_000);
    assertTrue(!stream.isComplete());
    lab.run(cable::join);
    assertTrue(lab.drive(10_000, stream::succeeded));
  }

  @Test
  void aConnectMeanwhile_endsByItsOwnTime() throws Exception {
    open();
    lab.run(cable::cut);
    Future<TcpStream> stream =
        left.connect(
            new TcpConnectOptions()
                .setHost(AdapterPair.RIGHT.get(0))
                .setPort(PORT)
                .setTuning(
                    TcpTuning.DEFAULT.with(
                        t -> t.connectTimeout(Duration.ofNanos(3_000_000_000L)))));
    lab.advanceMs(2_999);
    assertTrue(!stream.isComplete());
    lab.advanceMs(2);
    assertEquals(CloseReason.TRANSPORT_AWAY, ((TcpException) stream.cause()).reason());
  }

  @Test
  void attemptsUsedUp_endTheAdapterWithTheirNumberAndTheCause() throws Exception {
    reconnect.setAttempts(3);
    open();
    EchoedStream one = echoed(1).get(0);
    lab.run(cable::cut);
    lab.advanceMs(5_000);
    String line = "transport lost: reconnect+left: gave up after 3 attempts: the cable is cut";
    assertEquals(line, one.failure().getMessage());
    assertEquals(line, left.outcome().getMessage());
    assertEquals(TransportState.ENDED, left.transportStatus().state());
  }

  @Test
  void anotherMtuAtTheReturn_isHeeded() throws Exception {
    cable.mtu = 9_000;
    open();
    EchoedStream one = echoed(1).get(0);
    lab.run(() -> fill(one));
    lab.drive(1, () -> false);
    cable.mtu = 1_300;
    lab.run(cable::cut);
    lab.advanceMs(1_000);
    lab.run(cable::join);
    lab.run(one.stream()::end);
    assertTrue(lab.drive(20_000, () -> one.isEnded()), "" + one.received());
    assertEquals(one.written(), one.received());
  }

  @Test
  void anMtuThatIsTooSmall_endsTheAdapter_andSaysSo() throws Exception {
    open();
    cable.mtu = 600;
    lab.run(cable::cut);
    lab.run(cable::join);
    lab.advanceMs(1_000);
    assertEquals(
        "transport lost: the transport's mtu: 600 is not from 1280 to 65535",
        left.outcome().getMessage());
  }

  @Test
  void shutdownWhileAway_waitsNoLongerThanItsTime() throws Exception {
    open();
    EchoedStream one = echoed(1).get(0);
    lab.run(() -> fill(one));
    lab.run(cable::cut);
    Future<Void> ended = left.shutdown(Duration.ofSeconds(2));
    lab.advanceMs(1_999);
    assertTrue(!ended.isComplete());
    lab.advanceMs(10);
    assertTrue(ended.succeeded());
  }
}
