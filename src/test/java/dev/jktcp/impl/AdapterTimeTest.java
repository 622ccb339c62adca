package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStream;
import dev.jktcp.ConnectionInfo;
import dev.jktcp.EndOf;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The shell's own time: it wakes when something is due, and not when nothing is. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AdapterTimeTest {
  private static final int PORT = 80;

  private Lab lab;
  private WireTap leftWire;
  private WireTap rightWire;
  private AdapterImpl left;
  private AdapterImpl right;
  private TcpStream client;
  private TcpStream server;

  @BeforeEach
  void makeLab(Vertx vertx) {
    lab = new Lab(vertx);
  }

  private static AdapterOptions leftOptions() {
    return new AdapterOptions()
        .setLocalAddresses(AdapterPair.LEFT)
        .addPeerAddress(AdapterPair.RIGHT.get(0));
  }

  private static AdapterOptions rightOptions() {
    return new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT);
  }

  private void join(TcpProfile profile) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    leftWire = new WireTap(lab, pipe.left());
    rightWire = new WireTap(lab, pipe.right());
    left = lab.adapter(leftWire, leftOptions().setProfile(profile));
    right = lab.adapter(rightWire, rightOptions().setProfile(profile));
  }

  private void connect() throws Exception {
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(right.listen(PORT, accepted::add));
    client = lab.result(left.connect(PORT));
    lab.settle();
    server = accepted.get(0);
  }

  /** Long enough for idle ends to fold, and for a tick to stop itself. */
  private void quieten() throws Exception {
    lab.advanceMs(4_000);
  }

  @Test
  void newAdapter_hasNoTimer() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    assertEquals(0, lab.timers());
    lab.result(right.listen(PORT, stream -> {}));
    assertEquals(0, lab.timers());
  }

  /** Fault 20 of the seed: its 1 ms tick never stopped. */
  @Test
  void fault20_idleConnections_haveNoTimer() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    Recorder atServer = Recorder.of(server);
    lab.result(client.write(Buffer.buffer("hello")));
    quieten();
    assertEquals("hello", atServer.bytes().toString());
    assertEquals(0, lab.timers());
  }

  /** Of an idle adapter, whose stack hears of no time. */
  @Test
  void age_goesOnWhileNothingHappens_andLookingWakesNothing() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    quieten();
    lab.advanceMs(3_600_000);
    ConnectionInfo info = lab.result(left.connections()).connections().get(0);
    assertEquals(3_604, info.age().toSeconds());
    lab.settle();
    assertEquals(0, lab.timers());
  }

  @Test
  void timeWait_isOneTimer_andNoTick() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    lab.result(client.end());
    lab.result(server.end());
    quieten();
    assertEquals(CloseReason.CLOSED, client.closeReason());
    assertEquals(1, lab.result(left.stats()).timeWaits());
    assertEquals(1, lab.timers());
    assertEquals(0, lab.periodics());
    lab.advanceMs(60_000);
    assertEquals(0, lab.result(left.stats()).timeWaits());
    assertEquals(0, lab.timers());
  }

  /** Fault 19 of the seed: a SYN came again only when a 500 ms poll or a packet woke it. */
  @Test
  void fault19_unansweredSyn_isPunctual_andTimesOut() throws Exception {
    leftWire = new WireTap(lab, null);
    left = lab.adapter(leftWire, leftOptions().setProfile(TcpProfile.STOP_AND_WAIT));
    Future<TcpStream> connecting = left.connect(PORT);
    lab.advanceMs(12_599);
    assertEquals(List.of(0L, 200L, 600L, 1400L, 3000L, 6200L), leftWire.times());
    assertTrue(!connecting.isComplete());
    lab.advanceMs(1);
    TcpException failure = assertInstanceOf(TcpException.class, lab.failure(connecting));
    assertEquals(CloseReason.TIMED_OUT, failure.reason());
    assertEquals("connection timed out: no answer from 10.0.0.2:80", failure.getMessage());
    lab.advanceMs(1);
    assertEquals(0, lab.timers());
  }

  /** The seed's ephemeral ports began anywhere, port 0 and the privileged ones included. */
  @Test
  void fault19_firstEphemeralPort_isNeitherZeroNorPrivileged() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    assertTrue(client.localAddress().port() >= 49152);
  }

  /** The seed's exclusive pattern retransmitted only while somebody wrote. */
  @Test
  void exclusiveStreamThatOnlyReads_retransmitsPunctually() throws Exception {
    join(TcpProfile.STOP_AND_WAIT);
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(right.listen(PORT, accepted::add));
    AdapterStream stream = lab.result(AdapterStream.connect(left, PORT));
    Recorder reader = Recorder.of(stream);
    lab.settle();
    lab.run(
        () -> {
          leftWire.forget();
          leftWire.cut(true);
        });
    long startMs = lab.nowMs();
    lab.result(stream.write(Buffer.buffer("request")));
    lab.advanceMs(12_600);
    List<Long> sentAfterMs = leftWire.times().stream().map(at -> at - startMs).toList();
    assertEquals(List.of(0L, 200L, 600L, 1400L, 3000L, 6200L), sentAfterMs.subList(0, 6));
    assertEquals(List.of("error", "close"), reader.events());
    assertEquals(CloseReason.TIMED_OUT, stream.closeReason());
    assertInstanceOf(TcpException.class, lab.failure(stream.write(Buffer.buffer("more"))));
  }

  @Test
  void deadlineMoreThan100MsAway_isNoTick() throws Exception {
    join(TcpProfile.STOP_AND_WAIT);
    connect();
    quieten();
    lab.run(() -> leftWire.cut(true));
    client.write(Buffer.buffer("lost"));
    assertEquals(1, lab.timers());
    assertEquals(0, lab.periodics());
    lab.advanceMs(99);
    assertEquals(0, lab.periodics());
  }

  @Test
  void closedAdapter_endsItsStreams_andLeavesNoTimer() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    Recorder atClient = Recorder.of(client);
    Recorder atServer = Recorder.of(server);
    Future<TcpStream> connecting = left.connect("10.0.0.9", PORT);
    lab.run(() -> rightWire.cut(true));
    client.write(Buffer.buffer("never acknowledged"));
    lab.settle();
    assertTrue(lab.timers() > 0);
    lab.run(() -> rightWire.cut(false));
    List<Throwable> ended = new ArrayList<>();
    EndOf.adapter(left, ended::add);
    lab.result(left.close());
    lab.result(left.close());
    assertEquals(List.of("error", "close"), atClient.events());
    assertEquals(CloseReason.ADAPTER_CLOSED, client.closeReason());
    assertEquals("adapter closed", atClient.error().getMessage());
    assertEquals("adapter closed", lab.failure(connecting).getMessage());
    assertEquals("adapter closed", lab.failure(left.connect(PORT)).getMessage());
    assertEquals(1, ended.size());
    assertNull(ended.get(0));
    assertTrue(leftWire.isClosed());
    // The peer was told by RST, before its transport ended.
    assertEquals(List.of("data", "error", "close"), atServer.events());
    assertEquals(CloseReason.RESET, server.closeReason());
    assertEquals(0, lab.timers());
  }

  @Test
  void adapter_makesNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    join(TcpProfile.RELIABLE_LINK);
    connect();
    lab.result(left.close());
    Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
    after.removeAll(before);
    after.removeIf(thread -> thread.getName().startsWith("vert.x-eventloop-thread-"));
    assertEquals(Set.of(), after);
  }

  /** More streams than one turn may serve, and the end comes in the midst of a turn. */
  @Test
  void adapterClosedByAHandler_endsEveryStream() throws Exception {
    int streams = 3000;
    join(TcpProfile.RELIABLE_LINK);
    List<TcpStream> accepted = new ArrayList<>();
    List<CloseReason> ends = new ArrayList<>();
    TcpListenOptions options = new TcpListenOptions().setPort(PORT).setBacklog(streams);
    lab.result(
        right.listen(
            options,
            stream -> {
              accepted.add(stream);
              stream.closeHandler(v -> ends.add(stream.closeReason()));
              stream.handler(data -> right.close());
            }));
    List<TcpStream> connected = new ArrayList<>();
    for (int i = 0; i < streams; i++) left.connect(PORT).onSuccess(connected::add);
    lab.until(() -> accepted.size() == streams && connected.size() == streams);
    lab.run(() -> connected.get(0).write(Buffer.buffer("the end")));
    lab.result(right.close());
    assertEquals(Collections.nCopies(streams, CloseReason.ADAPTER_CLOSED), ends);
    assertEquals(0, lab.result(right.stats()).connections());
    lab.result(left.close());
    assertEquals(0, lab.timers());
  }

  @Test
  void lostTransport_endsItsStreams_andLeavesNoTimer() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    Recorder atClient = Recorder.of(client);
    Future<TcpStream> connecting = left.connect("10.0.0.9", PORT);
    lab.settle();
    List<Throwable> ended = new ArrayList<>();
    EndOf.adapter(left, ended::add);
    RuntimeException unplugged = new RuntimeException("unplugged");
    lab.run(() -> leftWire.endBecause(unplugged));
    assertEquals("transport lost: unplugged", lab.failure(connecting).getMessage());
    assertEquals(List.of("error", "close"), atClient.events());
    assertEquals("transport lost: unplugged", atClient.error().getMessage());
    assertEquals(CloseReason.TRANSPORT_LOST, client.closeReason());
    assertEquals(List.of(unplugged), ended);
    assertTrue(leftWire.isClosed());
    lab.result(right.close());
    assertEquals(0, lab.timers());
  }

  @Test
  void lostTransport_leavesWhatAPausedReaderHasNotRead() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    client.pause();
    Recorder atClient = Recorder.of(client);
    lab.result(server.write(Buffer.buffer("came through")));
    lab.run(() -> leftWire.endBecause(null));
    lab.settle();
    assertEquals(List.of(), atClient.events());
    client.fetch(1);
    lab.settle();
    assertEquals(List.of("data", "error", "close"), atClient.events());
    assertEquals("transport lost: the other side left", atClient.error().getMessage());
  }

  @Test
  void closedAdapter_dropsWhatAPausedReaderHasNotRead() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    client.pause();
    Recorder atClient = Recorder.of(client);
    lab.result(server.write(Buffer.buffer("never read")));
    lab.result(left.close());
    assertEquals(List.of("error", "close"), atClient.events());
    lab.result(right.close());
    assertEquals(0, lab.timers());
  }

  @Test
  void failedConnectionThatNobodyReads_isLetGo() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    client.pause();
    Recorder atClient = Recorder.of(client);
    lab.result(server.write(Buffer.buffer("never read")));
    lab.result(server.reset());
    quieten();
    assertEquals(List.of(), atClient.events());
    assertEquals(1, lab.timers());
    lab.advanceMs(AdapterOptions.DEFAULT_ORPHAN_TIMEOUT.toMillis());
    assertEquals(List.of("error", "close"), atClient.events());
    assertEquals(0, lab.timers());
  }

  @Test
  void closedStreamWhosePeerTakesNothing_timesOut() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    server.pause();
    Future<Void> write = client.write(Buffer.buffer(new byte[1 << 20]));
    Future<Void> close = client.close();
    lab.advanceMs(AdapterOptions.DEFAULT_ORPHAN_TIMEOUT.toMillis() - 1000);
    assertTrue(!close.isComplete());
    lab.advanceMs(10_000); // the last bits of a window are sent one by one, at longer distances
    assertEquals(
        "connection timed out: no answer from 10.0.0.2:80", lab.failure(close).getMessage());
    assertEquals(lab.failure(close), lab.failure(write));
    assertEquals(CloseReason.TIMED_OUT, client.closeReason());
  }

  private void linger(long ms) throws Exception {
    TcpTuning tuning =
        TcpTuning.DEFAULT.with(t -> t.linger(Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(ms))));
    lab.result(TcpControl.of(client).tune(tuning));
  }

  /** What waits for the send buffer counts like what is in it. */
  @Test
  void closedStreamThatLingers_isResetBehindItsTime() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    server.pause();
    Future<Void> write = client.write(Buffer.buffer(new byte[1 << 20]));
    linger(2_000);
    Future<Void> close = client.close();
    lab.advanceMs(1_900);
    assertTrue(!close.isComplete());
    lab.advanceMs(200);
    assertEquals(lab.failure(close), lab.failure(write));
    assertEquals(CloseReason.TIMED_OUT, client.closeReason());
    assertEquals(CloseReason.RESET, server.closeReason());
  }

  @Test
  void closedStreamThatDoesNotLinger_isResetAtOnce() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    server.pause();
    Future<Void> write = client.write(Buffer.buffer(new byte[1 << 20]));
    linger(0);
    Future<Void> close = client.close();
    lab.settle();
    assertEquals(lab.failure(close), lab.failure(write));
    assertEquals(CloseReason.ABORTED, client.closeReason());
    assertEquals(CloseReason.RESET, server.closeReason());
  }

  @Test
  void closeBeforeTheTransportOpened_failsWhatWaited_andClosesItLater() throws Exception {
    leftWire = new WireTap(lab, null);
    var open = leftWire.holdOpen();
    left = lab.adapter(leftWire, leftOptions());
    Future<TcpStream> connecting = left.connect(PORT);
    lab.settle();
    lab.result(left.close());
    assertEquals("adapter closed", lab.failure(connecting).getMessage());
    assertEquals("adapter closed", lab.failure(left.opened()).getMessage());
    lab.run(open::complete);
    lab.settle();
    assertTrue(leftWire.isClosed());
    assertEquals(0, lab.timers());
  }

  /** A user's transport may know nothing of contexts. */
  @Test
  void transportThatOpensOnAnotherThread_isNoMatter() throws Exception {
    leftWire = new WireTap(lab, null);
    var open = leftWire.holdOpen();
    left = lab.adapter(leftWire, leftOptions());
    left.connect(PORT);
    lab.settle();
    open.complete();
    lab.result(left.opened());
    assertEquals(1, lab.call(leftWire::packets).size());
  }

  @Test
  void transportThatDoesNotOpen_failsWhatWaited() throws Exception {
    leftWire = new WireTap(lab, null);
    var open = leftWire.holdOpen();
    left = lab.adapter(leftWire, leftOptions());
    Future<TcpStream> connecting = left.connect(PORT);
    lab.settle();
    lab.run(() -> open.fail("no such device"));
    assertEquals("no such device", lab.failure(left.opened()).getMessage());
    assertEquals("no such device", lab.failure(connecting).getMessage());
    assertEquals("no such device", lab.failure(left.connect(PORT)).getMessage());
    lab.result(left.close());
    assertEquals(0, lab.timers());
  }

  @Test
  void datagramsBeforeTheTransportIsOpen_areBoundedAsThoseBehindIt() throws Exception {
    leftWire = new WireTap(lab, null);
    var open = leftWire.holdOpen();
    left = lab.adapter(leftWire, leftOptions().setUdpSendBuffer(10_000));
    DatagramSocket socket = left.udp();
    Future<Void> first = socket.send(Buffer.buffer(new byte[6_000]), 53, null);
    lab.settle(); // it is with the adapter
    Future<Void> second = socket.send(Buffer.buffer(new byte[6_000]), 53, null);
    lab.settle();
    String line = lab.failure(second).getMessage();
    assertTrue(line.startsWith("too many datagrams wait for the transport to open"), line);
    open.complete();
    lab.result(left.opened());
    lab.settle();
    assertTrue(first.isComplete(), "it has been told of, sent or refused");
    lab.result(left.close());
  }

  @Test
  void fullTransport_isNotSentTo_andResumes() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    Recorder atServer = Recorder.of(server);
    lab.run(
        () -> {
          leftWire.forget();
          leftWire.full(true);
        });
    Future<Void> written = client.write(Buffer.buffer(new byte[1 << 20]));
    lab.advanceMs(5000);
    assertEquals(0, leftWire.packets().size());
    assertTrue(!written.isComplete());
    assertTrue(client.writeQueueFull());
    lab.run(() -> leftWire.full(false));
    lab.advanceMs(1000);
    lab.result(written);
    assertEquals(1 << 20, atServer.bytes().length());
  }

  @Test
  void writesOfOneTurn_areOneFlush() throws Exception {
    join(TcpProfile.RELIABLE_LINK);
    connect();
    lab.run(leftWire::forget);
    lab.run(
        () -> {
          for (int i = 0; i < 100; i++) client.write(Buffer.buffer("0123456789"));
          assertEquals(0, leftWire.packets().size());
        });
    lab.settle();
    assertEquals(1, leftWire.packets().size(), "packets for 1000 bytes");
  }
}
