package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStream;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.pump.PumpedStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter that is shut down: what was written arrives, and what is broken off looks broken. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ShutdownTest {
  private static final int PORT = 80;
  private static final Duration BOUND = Duration.ofSeconds(5);

  private Lab lab;
  private WireTap wire;
  private AdapterImpl left;
  private AdapterImpl right;
  private final List<TcpStream> accepted = new ArrayList<>();

  @BeforeEach
  void makeLab(Vertx vertx) {
    lab = new Lab(vertx);
  }

  private void join(PacketTransport leftWire, PacketTransport rightWire) throws Exception {
    wire = new WireTap(lab, leftWire);
    left = lab.adapter(wire, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    right =
        lab.adapter(
            rightWire,
            new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT).setReceiveBuffer(16_384));
    lab.result(right.listen(PORT, accepted::add));
  }

  private void join() throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    join(pipe.left(), pipe.right());
  }

  private TcpStream connect() throws Exception {
    TcpStream stream = lab.result(left.connect(AdapterPair.RIGHT.get(0), PORT));
    lab.settle();
    return stream;
  }

  private TcpStream peer() {
    return accepted.get(accepted.size() - 1);
  }

  /** Reads all, and answers the end with an end, as programs do. */
  private Recorder endingPeer() throws Exception {
    TcpStream peer = peer();
    Recorder recorder = lab.call(() -> Recorder.of(peer));
    recorder.ended().onSuccess(v -> peer.end());
    return recorder;
  }

  private static Buffer bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private void assertNothingLeft(Future<Void> over) throws Exception {
    assertTrue(over.succeeded());
    assertTrue(wire.isClosed());
    lab.result(right.close());
    lab.advanceMs(150); // a tick stops itself
    assertEquals(0, lab.timers());
  }

  private static void assertReason(CloseReason reason, Throwable failure) {
    assertEquals(reason, assertInstanceOf(TcpException.class, failure).reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 200 * 1024, 3_000_000})
  void whatWasWritten_arrives_thenTheFin(int length) throws Exception {
    join();
    TcpStream stream = connect();
    Recorder atPeer = endingPeer();
    Recorder here = lab.call(() -> Recorder.of(stream));
    Buffer sent = bytes(length);
    Future<Void> written = lab.call(() -> stream.write(sent)); // mostly waiting, if it is large
    Future<Void> over = lab.call(() -> left.shutdown(BOUND));
    lab.drive(4_000, over::isComplete);
    assertEquals(sent, atPeer.bytes());
    assertEquals(List.of("data", "end", "close"), atPeer.events());
    assertTrue(written.succeeded());
    assertEquals(CloseReason.CLOSED, stream.closeReason());
    assertEquals(List.of("end", "close"), here.events());
    assertNothingLeft(over);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void onALossyPath_itArrivesToo(int seed) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    FaultSpec loss = FaultSpec.parse("loss=0.05,delay=5ms,reorder=0.05,seed=" + seed);
    join(new FaultyTransport(pipe.left(), loss, lab.clock), pipe.right());
    Future<TcpStream> connecting = left.connect(AdapterPair.RIGHT.get(0), PORT);
    lab.until(() -> connecting.isComplete() && !accepted.isEmpty());
    Recorder atPeer = endingPeer();
    Buffer sent = bytes(200 * 1024);
    lab.call(() -> connecting.result().write(sent));
    Future<Void> over = left.shutdown(Duration.ofSeconds(30));
    assertTrue(lab.drive(30_000, over::isComplete));
    assertEquals(sent, atPeer.bytes());
    assertEquals("end", atPeer.events().get(1));
  }

  @Test
  void peerThatDoesNotEnd_isWaitedForHalfASecond_onceItHasAll() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder atPeer = lab.call(() -> Recorder.of(peer()));
    Recorder here = lab.call(() -> Recorder.of(stream));
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(499);
    assertFalse(over.isComplete());
    assertEquals(List.of("data", "end"), atPeer.events());
    assertEquals(bytes(100_000), atPeer.bytes());
    lab.advanceMs(1);
    assertEquals(List.of("data", "end", "error", "close"), atPeer.events());
    assertReason(CloseReason.ADAPTER_CLOSED, here.error());
    assertNothingLeft(over);
  }

  @Test
  void peerThatTakesNothing_isResetPastTheBound() throws Exception {
    join();
    TcpStream stream = connect();
    peer().pause();
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(4_999);
    assertFalse(over.isComplete());
    lab.advanceMs(1);
    Recorder atPeer = lab.call(() -> Recorder.of(peer()));
    lab.run(() -> peer().resume());
    lab.settle();
    assertReason(CloseReason.RESET, atPeer.error());
    assertFalse(atPeer.events().contains("end"));
    assertNothingLeft(over);
  }

  @Test
  void unreadData_makesTheEndAReset_behindTheLastByteWritten() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder here = lab.call(() -> Recorder.watching(stream)); // no handler
    Recorder atPeer = endingPeer();
    lab.call(() -> peer().write(bytes(1000)));
    lab.settle();
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.drive(4_000, over::isComplete);
    assertEquals(bytes(100_000), atPeer.bytes());
    assertEquals(List.of("data", "error", "close"), atPeer.events());
    assertReason(CloseReason.RESET, atPeer.error());
    assertReason(CloseReason.ADAPTER_CLOSED, here.error());
    assertEquals(CloseReason.ADAPTER_CLOSED, stream.closeReason());
    assertNothingLeft(over);
  }

  @Test
  void nothingIsOpen_itIsOverAtOnce() throws Exception {
    join();
    lab.result(left.listen(81, stream -> {}));
    Future<Void> over = left.shutdown(BOUND);
    lab.settle();
    assertNothingLeft(over);
  }

  @Test
  void meanwhile_nothingNewIsTaken() throws Exception {
    join();
    lab.result(left.listen(81, stream -> {}));
    TcpStream stream = connect();
    Recorder atPeer = lab.call(() -> Recorder.of(peer()));
    Future<TcpStream> unanswered = left.connect("10.0.0.9", PORT);
    lab.settle();
    Future<Void> over = left.shutdown(BOUND);
    lab.settle();
    assertReason(CloseReason.ADAPTER_CLOSED, lab.failure(unanswered));
    assertReason(CloseReason.ADAPTER_CLOSED, lab.failure(left.connect("10.0.0.2", PORT)));
    assertReason(CloseReason.ADAPTER_CLOSED, lab.failure(left.listen(82, s -> {})));
    assertReason(
        CloseReason.ADAPTER_CLOSED, lab.failure(lab.call(() -> stream.write(Buffer.buffer("x")))));
    assertReason(CloseReason.REFUSED, lab.failure(right.connect(AdapterPair.LEFT.get(0), 81)));
    peer().end();
    lab.settle();
    assertEquals(List.of("end", "close"), atPeer.events());
    assertNothingLeft(over);
  }

  @Test
  void connectionThatNobodyHasTaken_isReset() throws Exception {
    join();
    List<LocalStream> held = new ArrayList<>();
    lab.result(left.listenHolding(new TcpListenOptions().setPort(81), held::add));
    lab.run(() -> wire.cut(true)); // the SYN-ACK is lost
    Future<TcpStream> halfOpen = right.connect(AdapterPair.LEFT.get(0), 81);
    lab.settle();
    lab.run(() -> wire.cut(false));
    Future<Void> over = left.shutdown(BOUND);
    lab.settle();
    assertReason(CloseReason.REFUSED, lab.failure(halfOpen));
    assertNothingLeft(over);
  }

  @Test
  void exclusiveListen_failsAtOnce() throws Exception {
    join();
    Future<AdapterStream> waiting = AdapterStream.listen(left, 81);
    lab.settle();
    Future<Void> over = left.shutdown(BOUND);
    assertReason(CloseReason.ADAPTER_CLOSED, lab.failure(waiting));
    assertNothingLeft(over);
  }

  @Test
  void close_cutsItShort() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder atPeer = lab.call(() -> Recorder.watching(peer()));
    peer().pause();
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(1_000);
    left.close();
    lab.settle();
    assertFalse(atPeer.events().contains("end"));
    assertNothingLeft(over);
  }

  @Test
  void secondCall_onlyShortensIt() throws Exception {
    join();
    TcpStream stream = connect();
    peer().pause();
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(1_000);
    left.shutdown(Duration.ofSeconds(Long.MAX_VALUE));
    left.shutdown(Duration.ofSeconds(2));
    lab.advanceMs(1_999);
    assertFalse(over.isComplete());
    lab.advanceMs(1);
    assertNothingLeft(over);
  }

  @Test
  void zero_isAtOnce_andLessIsRefused() throws Exception {
    join();
    connect();
    Recorder atPeer = lab.call(() -> Recorder.of(peer()));
    var refused =
        assertThrows(IllegalArgumentException.class, () -> left.shutdown(Duration.ofMillis(-1)));
    assertEquals("timeout of PT-0.001S: must be 0 or more", refused.getMessage());
    Future<Void> over = left.shutdown(Duration.ZERO);
    lab.settle();
    assertEquals(List.of("error", "close"), atPeer.events());
    assertNothingLeft(over);
  }

  @Test
  void transportLostMeanwhile_isTheEnd() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder here = lab.call(() -> Recorder.of(stream));
    peer().pause();
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.settle();
    lab.run(() -> wire.endBecause(new RuntimeException("unplugged")));
    lab.settle();
    assertReason(CloseReason.TRANSPORT_LOST, here.error());
    assertNothingLeft(over);
  }

  @Test
  void transportThatIsFullForAWhile_losesNothing() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder atPeer = endingPeer();
    lab.run(() -> wire.full(true));
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(4_000);
    assertFalse(over.isComplete());
    lab.run(() -> wire.full(false));
    assertTrue(lab.drive(900, over::isComplete));
    assertEquals(bytes(100_000), atPeer.bytes());
    assertEquals(List.of("data", "end", "close"), atPeer.events());
    assertNothingLeft(over);
  }

  /** The bound, and the half second in which the resets may find room. */
  @Test
  void transportThatIsFullForEver_isNotWaitedFor() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder here = lab.call(() -> Recorder.of(stream));
    lab.run(() -> wire.full(true));
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(5_000);
    assertReason(CloseReason.ADAPTER_CLOSED, here.error());
    lab.advanceMs(499);
    assertFalse(over.isComplete());
    lab.advanceMs(1);
    assertNothingLeft(over);
  }

  @Test
  void incompleteStream_isResetAtOnce() throws Exception {
    join();
    TcpStream stream = connect();
    Recorder atPeer = lab.call(() -> Recorder.of(peer()));
    lab.run(() -> ((PumpedStream) stream).incomplete(true));
    lab.call(() -> stream.write(bytes(100_000)));
    Future<Void> over = left.shutdown(BOUND);
    lab.settle();
    assertReason(CloseReason.RESET, atPeer.error());
    assertFalse(atPeer.events().contains("end"));
    assertNothingLeft(over);
  }

  @Test
  void everyProfile_needsNoMoreThanTheDefault() throws Exception {
    for (TcpProfile profile :
        List.of(TcpProfile.STOP_AND_WAIT, TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET)) {
      join();
      TcpStream stream =
          lab.result(
              left.connect(
                  new dev.jktcp.TcpConnectOptions()
                      .setHost(AdapterPair.RIGHT.get(0))
                      .setPort(PORT)
                      .setProfile(profile)));
      lab.settle();
      Recorder atPeer = endingPeer();
      lab.call(() -> stream.write(bytes(200 * 1024)));
      Future<Void> over = left.shutdown(AdapterOptions.DEFAULT_SHUTDOWN_TIMEOUT);
      assertTrue(lab.drive(4_999, over::isComplete), profile.name());
      assertEquals(bytes(200 * 1024), atPeer.bytes());
      assertNothingLeft(over);
    }
  }
}
