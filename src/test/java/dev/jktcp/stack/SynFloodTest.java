package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Figures;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SYNs from invented addresses come to a listener beside honest clients on IPv4 and IPv6, 20 ms
 * away, in virtual time. A client counts when within 3 s it is connected, its server has answered
 * one byte with another, and both have ended.
 */
@Timeout(300)
class SynFloodTest {
  private static final long PATIENCE_NS = 3 * SECOND;
  private static final long ONE_WAY_NS = 10 * MS;
  private static final int PORT = 80;
  private static final IpAddress SERVER_V4 = IpAddress.parse("10.0.0.1");
  private static final IpAddress SERVER_V6 = IpAddress.parse("fd00::1");
  private static final IpAddress CLIENT_V4 = IpAddress.parse("10.0.0.2");
  private static final IpAddress CLIENT_V6 = IpAddress.parse("fd00::2");

  private record Flying(long arrivesNs, byte[] packet) {}

  /** One honest attempt. */
  private static final class Honest {
    final long beganNs;
    long doneNs;

    Honest(long nowNs) {
      beganNs = nowNs;
    }
  }

  private final SimRandom random = new SimRandom(4987);
  private final Deque<Flying> toServer = new ArrayDeque<>();
  private final Deque<Flying> toClient = new ArrayDeque<>();
  private final List<Honest> clients = new ArrayList<>();
  private final byte[] buffer = new byte[1500];
  private final long startNs = random.nextLong() >> 3;
  private long nowNs = startNs;
  private IpStack server;
  private IpStack client;
  private long mostHalfOpen;

  static Stream<TcpProfile> profiles() {
    return Stream.of(TcpProfile.STOP_AND_WAIT, TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET);
  }

  private void begin(TcpProfile profile) throws StackException {
    server = new IpStack(options(SERVER_V4, SERVER_V6, profile), 1, 2);
    client = new IpStack(options(CLIENT_V4, CLIENT_V6, profile), 3, 4);
    server.listen(null, PORT, 0);
  }

  private static StackOptions options(IpAddress v4, IpAddress v6, TcpProfile profile) {
    return new StackOptions().addAddress(v4).addAddress(v6).profile(profile).timeWaitNs(SECOND);
  }

  /** 200,000 SYNs in 20 s. */
  @ParameterizedTest
  @MethodSource("profiles")
  void flood_keepsHonestClientsOutInOneOfAHundredCasesAtMost(TcpProfile profile) throws Exception {
    begin(profile);
    runMs(20_000, 10, 1);
    runMs(4_000, 0, 0);
    assertTrue(server.counters().cookiesSent() > 150_000, "no flood");
    assertServed("a flood of 200,000 SYNs in 20 s, " + profile);
  }

  /** What one read of the transport brings is looked at before anything can be sent. */
  @ParameterizedTest
  @MethodSource("profiles")
  void flood_thatComesInBursts(TcpProfile profile) throws Exception {
    begin(profile);
    for (int burst = 0; burst < 50; burst++) {
      runMs(1, 3_000, 1);
      runMs(299, 0, 1);
    }
    runMs(4_000, 0, 0);
    assertServed("bursts of 3,000 SYNs, " + profile);
  }

  /** It once kept a listener half shut. */
  @ParameterizedTest
  @MethodSource("profiles")
  void trickleOf20SynsASecond_isNotNoticed(TcpProfile profile) throws Exception {
    begin(profile);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 20; i++) {
        runMs(1, 1, 1);
        runMs(49, 0, 10);
      }
    }
    runMs(4_000, 0, 0);
    assertServed("20 SYNs a second for a minute, " + profile);
    if (profile != TcpProfile.INTERNET) { // 63 s each would need 1,260 places
      assertEquals(0, server.counters().cookiesSent());
    }
  }

  /** 200 SYNs in 3 s, then nothing: they once shut a listener for three minutes. */
  @ParameterizedTest
  @MethodSource("profiles")
  void fewSyns_areNotNoticed(TcpProfile profile) throws Exception {
    begin(profile);
    for (int i = 0; i < 200; i++) {
      runMs(1, 1, 1);
      runMs(14, 0, 1);
    }
    runMs(20_000, 0, 10);
    runMs(4_000, 0, 0);
    assertServed("200 SYNs in 3 s, " + profile);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void afterAFlood_handshakesHavePlacesAgain_andOfferAll(TcpProfile profile) throws Exception {
    begin(profile);
    runMs(1_000, 10, 1_000);
    assertEquals(1_024, server.halfOpen());
    runMs(64_000, 0, 1_000);
    assertEquals(0, server.halfOpen());
    assertEquals(0, server.connections());
    long cookies = server.counters().cookiesSent();
    TestPacket syn = syn(CLIENT_V4, 7, 9);
    syn.options = TestPacket.parseOptions("mss 1460,nop,wscale 7");
    deliver(syn);
    assertEquals(3, poll().get(0).option("wscale"));
    assertEquals(cookies, server.counters().cookiesSent());
  }

  /** One copy of the SYN found no place, the other did, and the peer heard of the cookie. */
  @Test
  @Rfc("4987 §3.6")
  void ackOfACookie_endsTheHandshakeThatHadAPlace() throws Exception {
    server = new IpStack(options(SERVER_V4, SERVER_V6, TcpProfile.INTERNET).maxHalfOpen(1), 1, 2);
    server.listen(null, PORT, 0);
    deliver(syn(CLIENT_V4, 7, 100));
    TestPacket other = poll().get(0);
    TestPacket mine = syn(CLIENT_V4, 8, 200);
    deliver(mine);
    TestPacket cookie = poll().get(0);
    TestPacket reset = ack(CLIENT_V4, 7, 101, other.seq + 1);
    reset.flags = TestPacket.RST;
    deliver(reset);
    deliver(mine);
    TestPacket withPlace = poll().get(0);
    assertTrue(withPlace.seq != cookie.seq);
    assertEquals(1, server.halfOpen());

    deliver(ack(CLIENT_V4, 8, 201, cookie.seq + 2_000_000_000)); // neither
    assertTrue(poll().get(0).has(TestPacket.RST));
    assertEquals(1, server.halfOpen());
    deliver(ack(CLIENT_V4, 8, 201, cookie.seq + 1));
    assertEquals(0, server.halfOpen());
    TcpConnection accepted = server.pollEvent();
    assertEquals(TcpConnection.ACCEPTED, accepted.takeEvents() & TcpConnection.ACCEPTED);
    assertEquals(1, server.counters().cookiesAccepted());
    assertEquals(List.of(), poll());
  }

  /** MAY-2 (1) asks for an ISS above the past, which a cookie cannot promise. */
  @Test
  @Rfc("4987 §3.6")
  void synForATupleInTimeWait_hasAPlaceEvenBeyondTheLimit() throws Exception {
    StackOptions options = options(SERVER_V4, SERVER_V6, TcpProfile.INTERNET).maxHalfOpen(0);
    server = new IpStack(options, 1, 2);
    server.listen(null, PORT, 0);
    deliver(syn(CLIENT_V4, 7, 100));
    int iss = poll().get(0).seq;
    deliver(ack(CLIENT_V4, 7, 101, iss + 1));
    server.pollEvent().end();
    poll();
    TestPacket fin = ack(CLIENT_V4, 7, 101, iss + 2);
    fin.flags |= TestPacket.FIN;
    deliver(fin);
    poll();
    assertEquals(1, server.timeWaits());
    deliver(syn(CLIENT_V4, 7, 5_000));
    assertTrue(poll().get(0).seq - iss > 0);
    assertEquals(1, server.halfOpen());
    assertEquals(1, server.counters().cookiesSent());
  }

  @Test
  @Rfc("4987 §3.6")
  void unacceptedConnections_areBounded_whateverTheHandshake() throws Exception {
    StackOptions options = options(SERVER_V4, SERVER_V6, TcpProfile.INTERNET).maxHalfOpen(10);
    server = new IpStack(options, 1, 2);
    server.listen(null, PORT, 5);
    List<TestPacket> synAcks = new ArrayList<>();
    for (int port = 1; port <= 20; port++) {
      deliver(syn(CLIENT_V6, port, port));
      synAcks.add(poll().get(0));
    }
    for (int port = 1; port <= 20; port++) {
      deliver(ack(CLIENT_V6, port, port + 1, synAcks.get(port - 1).seq + 1));
    }
    assertEquals(5, server.connections() - server.halfOpen());
    assertEquals(5, server.halfOpen());
    assertEquals(15, server.counters().backlogDrops());
  }

  private void assertServed(String what) {
    int served = 0;
    for (Honest honest : clients) {
      served += honest.doneNs != 0 && honest.doneNs - honest.beganNs <= PATIENCE_NS ? 1 : 0;
    }
    Figures.note(what + ": " + served + " of " + clients.size() + " honest clients served in 3 s");
    assertTrue(clients.size() >= 100, "hardly any clients");
    assertTrue(served * 100L >= clients.size() * 99L, served + " of " + clients.size());
    assertTrue(mostHalfOpen <= 1_024, mostHalfOpen + " half-open");
  }

  // --- the world

  /** Each millisecond so many SYNs, and an honest client every so many milliseconds. */
  private void runMs(int ms, int synsAMs, int honestEveryMs) throws StackException {
    for (int i = 0; i < ms; i++) {
      nowNs += MS;
      server.onTick(nowNs);
      client.onTick(nowNs);
      for (int n = 0; n < synsAMs; n++) {
        giveInventedSyn();
        if (n == synsAMs / 2) {
          arrive(); // honest SYNs come in the midst of them
        }
      }
      if (honestEveryMs > 0 && (nowNs - startNs) / MS % (10L * honestEveryMs) == 0) {
        connect();
      }
      arrive();
      serve();
      hear();
      send(server, toClient);
      send(client, toServer);
      mostHalfOpen = Math.max(mostHalfOpen, server.halfOpen());
    }
  }

  private void connect() throws StackException {
    IpAddress to = random.chance(0.5) ? SERVER_V4 : SERVER_V6;
    Honest honest = new Honest(nowNs);
    clients.add(honest);
    client.connect(ConnectRequest.to(to, PORT), nowNs).attach(honest);
  }

  private void arrive() {
    for (Flying next; (next = toServer.peek()) != null && next.arrivesNs - nowNs <= 0; ) {
      toServer.poll();
      server.onPacket(next.packet, 0, next.packet.length, nowNs);
    }
    for (Flying next; (next = toClient.peek()) != null && next.arrivesNs - nowNs <= 0; ) {
      toClient.poll();
      client.onPacket(next.packet, 0, next.packet.length, nowNs);
    }
  }

  /** Answers a byte with a byte. */
  private void serve() {
    for (TcpConnection c; (c = server.pollEvent()) != null; ) {
      if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
        c.accept();
      }
      if (c.read(10, nowNs) != null) {
        c.write(new byte[1], 0, 1, nowNs);
      }
      if (c.finReceived()) {
        c.close(nowNs);
      }
    }
  }

  private void hear() {
    for (TcpConnection c; (c = client.pollEvent()) != null; ) {
      int events = c.takeEvents();
      Honest honest = (Honest) c.attachment();
      if ((events & TcpConnection.CONNECTED) != 0) {
        c.write(new byte[1], 0, 1, nowNs);
      }
      Slice answer = c.read(10, nowNs);
      if (answer != null) {
        honest.doneNs = nowNs;
        c.close(nowNs);
      }
    }
  }

  private void send(IpStack from, Deque<Flying> to) {
    for (int length; (length = from.pollPacket(buffer, 0, nowNs)) > 0; ) {
      if (isForHonest()) { // the rest goes to those who were invented
        to.add(new Flying(nowNs + ONE_WAY_NS, Arrays.copyOf(buffer, length)));
      }
    }
  }

  private boolean isForHonest() {
    return TestPacket.isV6(buffer) ? buffer[24] == (byte) 0xfd : buffer[16] == 10;
  }

  private void giveInventedSyn() {
    boolean v6 = random.chance(0.5);
    byte[] from = new byte[v6 ? 16 : 4];
    TestPacket.put32(from, 0, v6 ? 0x20010db8 : 0x64000000 | random.below(1 << 24));
    if (v6) {
      TestPacket.put32(from, 12, (int) random.nextLong());
    }
    IpAddress to = v6 ? SERVER_V6 : SERVER_V4;
    OutSegment syn =
        new OutSegment()
            .begin(IpAddress.of(from), 1 + random.below(65_535), to, PORT)
            .ip(64, 0)
            .tcp(TcpSegment.SYN, (int) random.nextLong(), 0)
            .window(65_535);
    int length = PacketWriter.tcp(buffer, 0, syn);
    server.onPacket(buffer, 0, length, nowNs);
  }

  private static TestPacket syn(IpAddress from, int port, int seq) {
    TestPacket p = new TestPacket();
    p.src = from.toBytes();
    p.dst = (from.isV6() ? SERVER_V6 : SERVER_V4).toBytes();
    p.srcPort = port;
    p.dstPort = PORT;
    p.seq = seq;
    p.flags = TestPacket.SYN;
    p.window = 65_535;
    p.options = TestPacket.parseOptions("mss 1460");
    return p;
  }

  private static TestPacket ack(IpAddress from, int port, int seq, int ack) {
    TestPacket p = syn(from, port, seq);
    p.flags = TestPacket.ACK;
    p.ack = ack;
    p.options = new byte[0];
    return p;
  }

  private void deliver(TestPacket packet) {
    byte[] bytes = packet.encode();
    server.onPacket(bytes, 0, bytes.length, nowNs);
  }

  private List<TestPacket> poll() {
    List<TestPacket> sent = new ArrayList<>();
    for (int length; (length = server.pollPacket(buffer, 0, nowNs)) > 0; ) {
      sent.add(TestPacket.decode(buffer, 0, length));
    }
    return sent;
  }
}
