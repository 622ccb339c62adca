package dev.jktcp.stack;

import static dev.jktcp.tcp.TcpTuning.DEFAULT;
import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.AcceptQueue;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the stack does around its connections: addresses, ports, limits, counters, strays,
 * deadlines.
 */
class IpStackTest {
  private static final IpAddress OURS = IpAddress.parse("10.0.0.1");
  private static final IpAddress ALSO_OURS = IpAddress.parse("10.0.0.77");
  private static final IpAddress OURS_V6 = IpAddress.parse("fd00::1");
  private static final IpAddress ALSO_OURS_V6 = IpAddress.parse("fd00::77");
  private static final IpAddress PEER = IpAddress.parse("10.0.0.2");
  private static final IpAddress PEER_V6 = IpAddress.parse("fd00::2");

  private final byte[] buffer = new byte[1500];
  private IpStack stack = newStack(options());
  private long nowNs = 5 * SECOND;

  private static StackOptions options() {
    return new StackOptions().addAddress(OURS).addAddress(ALSO_OURS).addAddress(OURS_V6);
  }

  private static IpStack newStack(StackOptions options) {
    return new IpStack(options, 1, 2);
  }

  // --- connect and listen

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 80, not a unicast address",
    "::, 80, not a unicast address",
    "224.0.0.1, 80, not a unicast address",
    "255.255.255.255, 80, not a unicast address",
    "ff02::1, 80, not a unicast address",
    "0.0.0.7, 80, not a unicast address of another host; give one",
    "127.0.0.1, 80, not a unicast address of another host; give one",
    "::1, 80, not a unicast address of another host; give one",
    "::ffff:10.0.0.2, 80, not a unicast address of another host; give one",
    "10.0.0.2, 0, must be 1 to 65535",
    "10.0.0.2, 65536, must be 1 to 65535"
  })
  @Rfc("9293 MUST-46")
  void connectToWhatCannotBe_isRefusedWithItsReason(String remote, int port, String reason) {
    IpAddress address = IpAddress.parse(remote);
    assertRefused(reason, () -> stack.connect(ConnectRequest.to(address, port), nowNs));
    assertEquals(0, stack.connections());
  }

  @Test
  void connectWithoutAnAddressOfTheFamily_isRefused() {
    stack = newStack(new StackOptions().addAddress(OURS));
    assertRefused("no local IPv6 address", () -> connect(PEER_V6, 0));
  }

  @Test
  void connectFromAForeignAddress_isRefused() {
    assertRefused(
        "not one of the local addresses",
        () -> stack.connect(ConnectRequest.to(PEER, 80).from(PEER), nowNs));
  }

  @Test
  @Rfc("9293 MUST-43")
  void connectTwiceFromOnePort_isRefusedForTheSameRemoteOnly() throws Exception {
    connect(PEER, 50_000);
    assertRefused("already has a connection", () -> connect(PEER, 50_000));
    stack.connect(ConnectRequest.to(PEER, 81).fromPort(50_000), nowNs);
    stack.connect(ConnectRequest.to(PEER, 80).from(ALSO_OURS).fromPort(50_000), nowNs);
    assertEquals(3, stack.connections());
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.77, 10.0.0.2", "fd00::77, fd00::2"})
  @Rfc("9293 MUST-43")
  void addressThatTheUserNames_isTheOneItConnectsFrom(String local, String remote)
      throws Exception {
    IpAddress named = IpAddress.parse(local);
    stack = newStack(options().addAddress(ALSO_OURS_V6));
    TcpConnection c =
        stack.connect(ConnectRequest.to(IpAddress.parse(remote), 80).from(named), nowNs);
    assertEquals(named, c.localAddress());
    assertEquals(named, IpAddress.of(poll().get(0).src));
  }

  @Test
  @Rfc("9293 MUST-44")
  void connect_takesTheFirstAddressOfTheFamily() throws Exception {
    assertEquals(OURS, connect(PEER, 0).localAddress());
    assertEquals(OURS_V6, connect(PEER_V6, 0).localAddress());
  }

  @Test
  void everyEphemeralPort_isUsedBeforeConnectIsRefused() throws Exception {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 16_384; i++) {
      assertTrue(ports.add(connect(PEER, 0).localPort()));
    }
    assertRefused("no ephemeral port is free", () -> connect(PEER, 0));
    stack.connect(ConnectRequest.to(PEER, 81), nowNs); // another remote has all of them
    assertTrue(ports.stream().allMatch(port -> port >= 49_152 && port <= 65_535));
  }

  @Test
  void connectBeyondTheLimit_isRefused_andSynsAreDroppedAndCounted() throws Exception {
    stack = newStack(options().maxConnections(1));
    stack.listen(null, 80, 0);
    connect(PEER, 0);
    assertRefused("too many connections", () -> connect(PEER, 0));
    deliver(syn(40_000, 80));
    assertEquals(1, poll().size()); // our own SYN only
    assertEquals(1, stack.counters().limitDrops());
  }

  @Test
  @Rfc({"9293 MUST-41", "9293 MUST-42"})
  void listenTwiceOnAPort_isRefusedWhereTheAddressesMeet() throws Exception {
    stack.listen(OURS, 80, 0);
    stack.listen(ALSO_OURS, 80, 0);
    assertRefused("already listened on", () -> stack.listen(OURS, 80, 0));
    TcpListener wild = stack.listen(null, 81, 0);
    assertRefused("already listened on", () -> stack.listen(null, 81, 0));
    wild.close();
    stack.listen(null, 81, 0);
    assertEquals(3, stack.listeners());
  }

  @Test
  void listenOnPortZero_getsAnEphemeralOne() throws Exception {
    TcpListener listener = stack.listen(null, 0, 0);
    assertTrue(listener.port() >= 49_152);
    deliver(syn(40_000, listener.port()));
    assertTrue(poll().get(0).has(TestPacket.SYN));
  }

  @Test
  @Rfc("9293 MUST-45")
  void listenerOfOneAddress_doesNotAnswerForAnother() throws Exception {
    stack.listen(OURS, 80, 0);
    TestPacket syn = syn(40_000, 80);
    syn.dst = ALSO_OURS.toBytes();
    deliver(syn);
    TestPacket reset = poll().get(0);
    assertTrue(reset.has(TestPacket.RST));
    assertEquals(ALSO_OURS, IpAddress.of(reset.src));
    deliver(syn(40_000, 80));
    TestPacket answer = poll().get(0);
    assertTrue(answer.has(TestPacket.SYN));
    assertEquals(OURS, IpAddress.of(answer.src));
  }

  @Test
  @Rfc("9293 MUST-45")
  void addressChosenAtOpen_isThatOfAllSegments() throws Exception {
    TcpConnection c = stack.connect(ConnectRequest.to(PEER, 80).from(ALSO_OURS), nowNs);
    List<TestPacket> all = new ArrayList<>(poll());
    TestPacket wrong = answer(all.get(0), TestPacket.ACK, 0);
    wrong.ack += 7;
    deliver(wrong);
    all.addAll(poll());
    deliver(answer(all.get(0), TestPacket.SYN | TestPacket.ACK, 0));
    all.addAll(poll());
    c.write(new byte[100], 0, 100, nowNs);
    all.addAll(poll());
    c.end();
    all.addAll(poll());
    c.reset();
    all.addAll(poll());
    assertEquals(6, all.size());
    for (TestPacket p : all) {
      assertEquals(ALSO_OURS, IpAddress.of(p.src));
    }
  }

  @Test
  @Rfc("9293 MUST-45")
  void timeWait_answersFromTheConnectionsAddress() throws Exception {
    TcpConnection c = stack.connect(ConnectRequest.to(PEER, 80).from(ALSO_OURS), nowNs);
    deliver(answer(poll().get(0), TestPacket.SYN | TestPacket.ACK, 0));
    poll();
    c.end();
    TestPacket fin = answer(poll().get(0), TestPacket.FIN | TestPacket.ACK, 1);
    deliver(fin);
    poll();
    assertEquals(1, stack.timeWaits());
    nowNs += SECOND;
    deliver(fin);
    List<TestPacket> again = poll();
    assertEquals(1, again.size());
    assertEquals(ALSO_OURS, IpAddress.of(again.get(0).src));
  }

  @Test
  @Rfc({"9293 MUST-41", "9293 MUST-42"})
  void listenersOfOnePort_getTheSynsToTheirOwnAddress() throws Exception {
    TcpListener one = stack.listen(OURS, 80, 0);
    TcpListener other = stack.listen(ALSO_OURS, 80, 0);
    TcpListener wild = stack.listen(null, 80, 0);
    assertSame(one, listenerThatAccepts(PEER, OURS));
    assertSame(other, listenerThatAccepts(PEER, ALSO_OURS));
    assertSame(wild, listenerThatAccepts(PEER_V6, OURS_V6));
  }

  @Test
  @Rfc("9293 MUST-42")
  void listenerForAll_takesNoSynsFromOneOfAnAddressThatCameLater() throws Exception {
    TcpListener wild = stack.listen(null, 80, 0);
    TcpListener one = stack.listen(OURS, 80, 0);
    assertSame(one, listenerThatAccepts(PEER, OURS));
    assertSame(wild, listenerThatAccepts(PEER, ALSO_OURS));
  }

  private AcceptQueue listenerThatAccepts(IpAddress from, IpAddress to) {
    TestPacket syn = syn(40_000, 80);
    syn.src = from.toBytes();
    syn.dst = to.toBytes();
    deliver(syn);
    deliver(answer(poll().get(0), TestPacket.ACK, 1));
    TcpConnection accepted = stack.pollEvent();
    assertEquals(to, accepted.localAddress());
    return accepted.acceptQueue();
  }

  @Test
  void backlogDrops_areCounted() throws Exception {
    stack.listen(null, 80, 1);
    deliver(syn(40_000, 80));
    TestPacket synAck = poll().get(0);
    TestPacket ack = syn(40_000, 80);
    ack.flags = TestPacket.ACK;
    ack.seq++;
    ack.ack = synAck.seq + 1;
    deliver(ack);
    deliver(syn(40_001, 80));
    assertEquals(0, poll().size());
    assertEquals(1, stack.counters().backlogDrops());
  }

  // --- what is dropped

  @ParameterizedTest
  @CsvSource({
    "TRUNCATED, 45",
    "TRUNCATED, 450000280000400040060000",
    "BAD_VERSION, 5500001400000000400600000a0000020a000001",
    "BAD_IP_HEADER, 4400001400000000400600000a0000020a000001",
    "BAD_IP_CHECKSUM, 450000280000400040060bad0a0000020a000001",
    "UNKNOWN_PROTOCOL,"
        + " 6000000000002f40fd000000000000000000000000000002fd000000000000000000000000000001",
    "BAD_UDP_HEADER,"
        + " 6000000000001140fd000000000000000000000000000002fd000000000000000000000000000001",
    "NOT_FOR_US, 6000000000000640fd000000000000000000000000000002fd000000000000000000000000000099",
    "MULTICAST, 6000000000000640fd000000000000000000000000000002ff020000000000000000000000000001",
    "BAD_SOURCE, 600000000000064000000000000000000000000000000000fd000000000000000000000000000001",
    "TRUNCATED, 6000000000140640fd000000000000000000000000000002fd000000000000000000000000000001"
  })
  void badPacket_isDroppedAndCountedByItsReason(DropReason reason, String hex) {
    byte[] start = HexFormat.of().parseHex(hex);
    byte[] packet = start;
    if (reason == DropReason.BAD_IP_CHECKSUM) { // whole but for that
      packet = new byte[40];
      System.arraycopy(start, 0, packet, 0, start.length);
    }
    stack.onPacket(packet, 0, packet.length, nowNs);
    assertEquals(1, stack.counters().dropped(reason), () -> "" + stack.counters().dropped());
    assertEquals(1, stack.counters().packetsReceived());
    assertEquals(0, poll().size());
  }

  @Test
  void badTcp_isDroppedAndCountedByItsReason() {
    byte[] checksum = syn(1, 80).encode();
    checksum[36] ^= 1;
    byte[] offset = syn(1, 80).encode();
    offset[32] = 0x40;
    TestPacket.fixChecksums(offset);
    byte[] option = with(syn(1, 80), "raw 02010000").encode();
    byte[] fragment = syn(1, 80).encode();
    fragment[6] = 0x20;
    TestPacket.fixChecksums(fragment);
    for (byte[] packet : List.of(checksum, offset, option, fragment)) {
      stack.onPacket(packet, 0, packet.length, nowNs);
    }
    assertEquals(1, stack.counters().dropped(DropReason.BAD_TCP_CHECKSUM));
    assertEquals(1, stack.counters().dropped(DropReason.BAD_TCP_HEADER));
    assertEquals(1, stack.counters().dropped(DropReason.BAD_TCP_OPTION));
    // Not the last fragment, and its 20 bytes are no multiple of 8.
    assertEquals(1, stack.counters().dropped(DropReason.FRAGMENT));
    assertEquals(0, poll().size());
  }

  /** It would be for UDP over IPv4. */
  @ParameterizedTest
  @CsvSource({"10.0.0.2, 10.0.0.1", "fd00::2, fd00::1"})
  @Rfc("9293 MUST-3")
  void checksumOfZero_isAsWrongAsAnyOther(String source, String destination) throws Exception {
    stack.listen(null, 80, 0);
    TestPacket syn = syn(40_000, 80);
    syn.src = IpAddress.parse(source).toBytes();
    syn.dst = IpAddress.parse(destination).toBytes();
    byte[] packet = syn.encode();
    int checksumAt = packet.length - 4;
    assertNotEquals(0, TestPacket.get16(packet, checksumAt));
    TestPacket.put16(packet, checksumAt, 0);
    stack.onPacket(packet, 0, packet.length, nowNs);
    assertEquals(1, stack.counters().dropped(DropReason.BAD_TCP_CHECKSUM));
    assertEquals(0, poll().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e0000009",
        "ffffffff",
        "00000000",
        "ff020000000000000000000000000001",
        "00000000000000000000000000000000",
        "00000000000000000000ffff0a000002",
        "00000001",
        "7f000001",
        "00000000000000000000000000000001"
      })
  @Rfc("9293 MUST-63")
  void segmentFromWhatNobodyCanBe_isNotAnswered(String source) throws Exception {
    stack.listen(null, 80, 0);
    TestPacket syn = syn(1, 80);
    syn.src = HexFormat.of().parseHex(source);
    syn.dst = (syn.src.length == 16 ? OURS_V6 : OURS).toBytes();
    deliver(syn);
    assertEquals(1, stack.counters().dropped(DropReason.BAD_SOURCE));
    assertEquals(0, poll().size());
  }

  /** RFC 1122 §3.2.1.3 (g): within a host, as between two stacks joined by a pipe. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.2", "127.0.0.2, 127.9.9.9"})
  @Rfc("9293 MUST-63")
  void loopback_isAPeerOfLoopback(String ours, String peer) throws Exception {
    stack = newStack(new StackOptions().addAddress(IpAddress.parse(ours)));
    stack.listen(null, 80, 0);
    TestPacket syn = syn(1, 80);
    syn.src = IpAddress.parse(peer).toBytes();
    syn.dst = IpAddress.parse(ours).toBytes();
    deliver(syn);
    assertTrue(poll().get(0).has(TestPacket.SYN | TestPacket.ACK));
    assertEquals(
        TcpState.SYN_SENT,
        stack.connect(ConnectRequest.to(IpAddress.parse(peer), 81), nowNs).state());
  }

  @ParameterizedTest
  @CsvSource({"224.0.0.9", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::99"})
  @Rfc("9293 MUST-57")
  void synToManyHosts_isNotAnswered(String destination) throws Exception {
    stack.listen(null, 80, 0);
    TestPacket syn = syn(1, 80);
    syn.dst = IpAddress.parse(destination).toBytes();
    syn.src = (syn.dst.length == 16 ? PEER_V6 : PEER).toBytes();
    deliver(syn);
    assertEquals(1, stack.counters().dropped(DropReason.MULTICAST));
    assertEquals(0, poll().size());
  }

  @Test
  void trailingBytesBehindThePacket_areIgnored() throws Exception {
    stack.listen(null, 80, 0);
    byte[] syn = syn(40_000, 80).encode();
    byte[] padded = new byte[syn.length + 20];
    System.arraycopy(syn, 0, padded, 0, syn.length);
    stack.onPacket(padded, 0, padded.length, nowNs);
    assertTrue(poll().get(0).has(TestPacket.SYN));
  }

  @Test
  @Rfc("9293 MUST-50")
  void ipOptions_areSkipped() throws Exception {
    stack.listen(null, 80, 0);
    byte[] plain = syn(40_000, 80).encode();
    byte[] packet = new byte[plain.length + 8];
    System.arraycopy(plain, 0, packet, 0, 20);
    packet[0] = 0x47;
    TestPacket.put16(packet, 2, packet.length);
    packet[20] = 7; // record route, one empty slot, and the end
    packet[21] = 7;
    packet[22] = 4;
    System.arraycopy(plain, 20, packet, 28, plain.length - 20);
    TestPacket.put16(packet, 10, 0);
    TestPacket.put16(packet, 10, TestPacket.checksum(0, packet, 0, 28));
    stack.onPacket(packet, 0, packet.length, nowNs);
    assertTrue(poll().get(0).has(TestPacket.SYN), () -> "" + stack.counters().dropped());
  }

  /** What says nothing changes nothing; it is counted. */
  @ParameterizedTest
  @CsvSource({"4, 0", "3, 99", "5, 0", "0, 0"})
  @Rfc("9293 MUST-55")
  void icmpErrorWithoutMeaning_isCountedAndDropped(int type, int code) throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    open.write(new byte[100], 0, 100, nowNs);
    deliverIcmp(type, code, poll().get(0));
    assertEquals(1, stack.counters().dropped(DropReason.ICMP));
    assertEquals(0, poll().size());
    assertNull(open.softError());
    assertNull(open.closeReason());
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, NET_UNREACHABLE",
    "3, 1, HOST_UNREACHABLE",
    "3, 2, PROTOCOL_UNREACHABLE",
    "3, 3, PORT_UNREACHABLE",
    "3, 4, PACKET_TOO_BIG",
    "3, 5, SOURCE_ROUTE_FAILED",
    "3, 13, PROHIBITED",
    "11, 0, TIME_EXCEEDED",
    "11, 1, TIME_EXCEEDED",
    "12, 0, PARAMETER_PROBLEM"
  })
  @Rfc({"9293 MUST-47", "9293 MUST-54", "9293 MUST-56", "9293 SHLD-25"})
  void icmpErrorAboutAConnection_isToldAndEndsNothing(int type, int code, SoftError error)
      throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    while (stack.pollEvent() != null) {
      open.takeEvents();
    }
    open.write(new byte[100], 0, 100, nowNs);
    deliverIcmp(type, code, poll().get(0));
    assertEquals(open, stack.pollEvent());
    assertEquals(TcpConnection.SOFT_ERROR, open.takeEvents());
    assertEquals(error, open.softError());
    assertNull(open.closeReason());
  }

  private void deliverIcmp(int type, int code, TestPacket ours) {
    byte[] quoted = ours.encode();
    byte[] icmp = new byte[20 + 8 + 28];
    icmp[0] = 0x45;
    TestPacket.put16(icmp, 2, icmp.length);
    icmp[8] = 64;
    icmp[9] = 1;
    System.arraycopy(ours.dst, 0, icmp, 12, 4);
    System.arraycopy(ours.src, 0, icmp, 16, 4);
    TestPacket.put16(icmp, 10, TestPacket.checksum(0, icmp, 0, 20));
    icmp[20] = (byte) type;
    icmp[21] = (byte) code;
    System.arraycopy(quoted, 0, icmp, 28, 28);
    TestPacket.put16(icmp, 22, TestPacket.checksum(0, icmp, 20, 36));
    stack.onPacket(icmp, 0, icmp.length, nowNs);
  }

  // --- strays

  @Test
  void strays_areAnsweredAtALimitedRate() {
    stack = newStack(options().resetsPerSecond(10));
    for (int i = 0; i < 50; i++) {
      deliver(syn(40_000 + i, 80));
    }
    assertEquals(10, poll().size());
    assertEquals(50, stack.counters().strays());
    assertEquals(40, stack.counters().repliesDropped());
    nowNs += SECOND;
    deliver(syn(40_000, 80));
    assertEquals(1, poll().size());
  }

  @Test
  void answersThatNobodyPolls_areBounded() {
    stack = newStack(options().resetsPerSecond(1_000_000).replyQueue(100));
    for (int i = 0; i < 10_000; i++) {
      deliver(syn(i + 1, 80));
    }
    assertEquals(100, poll().size());
  }

  // --- what is sent

  @ParameterizedTest
  @CsvSource({"10.0.0.2", "fd00::2"})
  @Rfc({"9293 MUST-48", "9293 MUST-49", "9293 SHLD-22"})
  void ttlAndTrafficClass_areOptions(String remote) throws Exception {
    stack = newStack(options().tuning(DEFAULT.withTtl(5).withTrafficClass(0x28)));
    connect(IpAddress.parse(remote), 0);
    stack.pollPacket(buffer, 0, nowNs);
    boolean v6 = remote.contains(":");
    assertEquals(5, buffer[v6 ? 7 : 8]);
    assertEquals(0x28, v6 ? TestPacket.get16(buffer, 0) >> 4 & 0xff : buffer[1]);
  }

  @Test
  @Rfc({"9293 MUST-40", "9293 MUST-58", "9293 MUST-59"})
  void segmentsOfOneBatch_areAcknowledgedTogetherAndAtOnce() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    TestPacket template = answer(ackOf(open), TestPacket.ACK, 1);
    for (int i = 0; i < 10; i++) {
      template.seq = 1001 + i * 100;
      template.payload = TestBytes.of(2, i * 100, 100);
      deliver(template);
    }
    List<TestPacket> acks = poll();
    assertEquals(1, acks.size());
    assertEquals(2001, acks.get(0).ack);
  }

  @Test
  void holeThatIsFilledInTheSameBatch_drawsOneAck() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    TestPacket template = answer(ackOf(open), TestPacket.ACK, 1);
    for (int i : new int[] {1, 2, 3, 0}) {
      template.seq = 1001 + i * 100;
      template.payload = TestBytes.of(2, i * 100, 100);
      deliver(template);
    }
    List<TestPacket> acks = poll();
    assertEquals(1, acks.size());
    assertEquals(1401, acks.get(0).ack);
  }

  // --- ends

  @Test
  void abortAll_endsConnectionsListenersAndTimeWaits() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    TcpConnection done = established(40_001);
    done.end();
    TestPacket fin = poll().get(0);
    deliver(answer(fin, TestPacket.FIN | TestPacket.ACK, 1));
    poll();
    assertEquals(1, stack.timeWaits());
    connect(PEER, 0);
    poll();
    stack.abortAll(CloseReason.ADAPTER_CLOSED, true, nowNs);
    assertEquals(0, stack.connections() + stack.timeWaits() + stack.listeners());
    assertEquals(0, stack.bytesHeld());
    assertEquals(IpStack.NONE, stack.nextDeadlineNs());
    assertEquals(CloseReason.ADAPTER_CLOSED, open.closeReason());
    List<TestPacket> resets = poll();
    assertEquals(1, resets.size()); // a SYN-SENT one has nobody to tell
    assertTrue(resets.get(0).has(TestPacket.RST));
    int closed = 0;
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      closed += (c.takeEvents() & TcpConnection.CLOSED) != 0 ? 1 : 0;
    }
    assertEquals(3, closed);
  }

  @Test
  void abortAllInSilence_sendsNothing() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection open = established(40_000);
    open.write(new byte[10_000], 0, 10_000, nowNs);
    stack.abortAll(CloseReason.TRANSPORT_LOST, false, nowNs);
    assertEquals(0, poll().size());
    assertEquals(CloseReason.TRANSPORT_LOST, open.closeReason());
    assertEquals(0, stack.bytesHeld());
  }

  @Test
  void timeWaitsBeyondTheLimit_giveUpTheOldest() throws Exception {
    stack = newStack(options().maxTimeWait(2));
    stack.listen(null, 80, 0);
    for (int port = 40_000; port < 40_005; port++) {
      established(port).end();
      deliver(answer(poll().get(0), TestPacket.FIN | TestPacket.ACK, 1));
      poll();
      nowNs += MS;
    }
    assertEquals(2, stack.timeWaits());
    assertEquals(3, stack.counters().timeWaitsEvicted());
  }

  @Test
  void halfOpenWhenTheListenerCloses_isResetWhenItsHandshakeEnds() throws Exception {
    TcpListener listener = stack.listen(null, 80, 0);
    deliver(syn(40_000, 80));
    TestPacket synAck = poll().get(0);
    listener.close();
    deliver(answer(synAck, TestPacket.ACK, 1));
    assertTrue(poll().stream().anyMatch(p -> p.has(TestPacket.RST)));
    assertEquals(0, stack.connections());
  }

  // --- time

  @Test
  void deadline_isAWholeMillisecondAndNeverEarlierThanItsTimer() throws Exception {
    nowNs = 77; // the stack's first time: milliseconds count from here
    assertEquals(IpStack.NONE, stack.nextDeadlineNs());
    connect(PEER, 0);
    poll();
    long deadline = stack.nextDeadlineNs();
    assertTrue(deadline - nowNs > 0);
    assertEquals(0, (deadline - 77) % MS);
    int wakes = 0;
    while (poll().isEmpty()) { // early wake-ups are allowed, the SYN is not
      nowNs = stack.nextDeadlineNs();
      stack.onTick(nowNs);
      wakes++;
    }
    assertEquals(77 + 200 * MS, nowNs);
    assertTrue(wakes <= 10, wakes + " wake-ups for one timer");
  }

  @Test
  void lateTick_firesWhatIsDueOnce() throws Exception {
    connect(PEER, 0);
    poll();
    nowNs += 10 * SECOND;
    stack.onTick(nowNs);
    assertEquals(0, poll().size(), "it hears first");
    nowNs = stack.nextDeadlineNs();
    stack.onTick(nowNs);
    assertEquals(1, poll().size());
    stack.onTick(nowNs);
    assertEquals(0, poll().size());
  }

  @Test
  void clockThatStepsBack_countsAsStandingStill() throws Exception {
    connect(PEER, 0);
    poll();
    stack.onTick(nowNs - SECOND);
    assertEquals(0, poll().size());
    nowNs += 200 * MS;
    stack.onTick(nowNs);
    assertEquals(1, poll().size());
  }

  @Test
  void clockNearItsOverflow_keepsItsTimers() throws Exception {
    nowNs = Long.MAX_VALUE - 100 * MS;
    TcpProfile stamped = TcpProfile.STOP_AND_WAIT.with(p -> p.timestamps(true));
    TcpConnection c = stack.connect(ConnectRequest.to(PEER, 80).profile(stamped), nowNs);
    int told = poll().get(0).timestamp(0);
    List<Long> sentMs = new ArrayList<>();
    long start = nowNs;
    while (c.closeReason() == null) {
      nowNs = stack.nextDeadlineNs();
      stack.onTick(nowNs);
      for (TestPacket sent : poll()) {
        sentMs.add((nowNs - start) / MS);
        assertEquals((nowNs - start) / MS, sent.timestamp(0) - told, "milliseconds do not leap");
      }
    }
    assertEquals(List.of(200L, 600L, 1400L, 3000L, 6200L), sentMs);
  }

  // --- chance and turn

  @Test
  @Rfc({"9293 MUST-8", "9293 MUST-9", "9293 SHLD-1", "6528 §3"})
  void isn_followsTheClockForOneTuple_andIsItsOwnForEveryOtherTupleAndSecret() throws Exception {
    int first = isnFrom(50_000);
    nowNs += 4 * MS;
    assertEquals(1000, isnFrom(50_000) - first); // a tick is 4 µs
    Set<Integer> isns = new HashSet<>();
    for (int port = 50_000; port < 50_100; port++) {
      IpStack other = new IpStack(options(), 1, port);
      other.connect(ConnectRequest.to(PEER, 80).fromPort(50_000), nowNs);
      int length = other.pollPacket(buffer, 0, nowNs);
      isns.add(TestPacket.decode(buffer, 0, length).seq);
      isns.add(isnFrom(port + 1));
    }
    assertEquals(200, isns.size());
  }

  /**
   * Who knows one ISN, of a connection of his own, must not come near another's: each part of the
   * tuple and of the secret moves it far.
   */
  @Test
  @Rfc({"9293 MUST-9", "9293 SHLD-1", "6528 §3"})
  void isn_isFarFromThatOfEveryTupleAndSecretThatDiffersInOnePart() throws Exception {
    for (int i = 1; i <= 40; i++) {
      IpAddress local = IpAddress.parse("10.0.1." + i);
      IpAddress low = IpAddress.parse("fd00::1:" + i);
      IpAddress high = IpAddress.parse("fd00:" + i + "::2");
      int here = isn(1, 2, OURS, 50_000, PEER, 80);
      assertFar(here, isn(1, 2, OURS, 50_000 + i, PEER, 80));
      assertFar(here, isn(1, 2, OURS, 50_000, PEER, 80 + i));
      assertFar(here, isn(1, 2, OURS, 50_000, IpAddress.parse("10.0.2." + i), 80));
      assertFar(here, isn(1, 2, local, 50_000, PEER, 80));
      assertFar(here, isn(1 + i, 2, OURS, 50_000, PEER, 80));
      assertFar(here, isn(1, 2 + i, OURS, 50_000, PEER, 80));
      int v6 = isn(1, 2, OURS_V6, 50_000, PEER_V6, 80);
      assertFar(v6, isn(1, 2, OURS_V6, 50_000, low, 80));
      assertFar(v6, isn(1, 2, OURS_V6, 50_000, high, 80));
      assertFar(v6, isn(1, 2, low, 50_000, PEER_V6, 80));
      assertFar(v6, isn(1, 2, high, 50_000, PEER_V6, 80));
    }
  }

  /** By chance it would be nearer once in two thousand times; these are always the same. */
  private static void assertFar(int isn, int other) {
    assertTrue(Math.abs((long) (isn - other)) > 1 << 20, isn + " is near " + other);
  }

  private int isn(
      long entropy0, long entropy1, IpAddress local, int localPort, IpAddress remote, int port)
      throws StackException {
    IpStack other = new IpStack(new StackOptions().addAddress(local), entropy0, entropy1);
    other.connect(ConnectRequest.to(remote, port).from(local).fromPort(localPort), nowNs);
    int length = other.pollPacket(buffer, 0, nowNs);
    return TestPacket.decode(buffer, 0, length).seq;
  }

  @Test
  void sameEntropyAndInputs_giveTheSamePackets() throws Exception {
    IpStack a = newStack(options());
    IpStack b = newStack(options());
    IpStack c = new IpStack(options(), 1, 3);
    byte[] other = new byte[1500];
    for (int i = 0; i < 20; i++) {
      for (IpStack s : List.of(a, b, c)) {
        s.connect(ConnectRequest.to(PEER, 80), nowNs);
      }
      int length = a.pollPacket(buffer, 0, nowNs);
      assertEquals(length, b.pollPacket(other, 0, nowNs));
      assertEquals(
          HexFormat.of().formatHex(buffer, 0, length), HexFormat.of().formatHex(other, 0, length));
      c.pollPacket(other, 0, nowNs);
      assertNotEquals(
          HexFormat.of().formatHex(buffer, 0, length), HexFormat.of().formatHex(other, 0, length));
    }
  }

  @Test
  void connectionsWithMuchToSend_takeTurns() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection one = established(40_000);
    TcpConnection two = established(40_001);
    byte[] bytes = TestBytes.of(1, 0, 5_000);
    one.write(bytes, 0, bytes.length, nowNs);
    two.write(bytes, 0, bytes.length, nowNs);
    List<TestPacket> packets = poll();
    assertTrue(packets.size() >= 8);
    for (int i = 1; i < 8; i++) {
      assertNotEquals(packets.get(i - 1).dstPort, packets.get(i).dstPort);
    }
  }

  @Test
  void pollPacket_writesNothingBeyondThePacket() throws Exception {
    connect(PEER, 0);
    byte[] wide = new byte[100 + 1400 + 100];
    Arrays.fill(wide, (byte) 0x5a);
    int length = stack.pollPacket(wide, 100, nowNs);
    TestPacket.decode(wide, 100, length);
    for (int i = 0; i < wide.length; i++) {
      assertTrue(i >= 100 && i < 100 + length || wide[i] == 0x5a, "byte " + i);
    }
  }

  @Test
  void connectionThatDiesBeforeAccept_leavesTheBacklogWhenAccepted() throws Exception {
    stack.listen(null, 80, 1);
    deliver(syn(40_000, 80));
    TestPacket synAck = poll().get(0);
    deliver(answer(synAck, TestPacket.ACK, 1));
    deliver(answer(synAck, TestPacket.RST, 1));
    TcpConnection dead = stack.pollEvent();
    assertNotNull(dead);
    int events = dead.takeEvents();
    assertEquals(TcpConnection.ACCEPTED, events & TcpConnection.ACCEPTED);
    assertEquals(TcpConnection.CLOSED, events & TcpConnection.CLOSED);
    dead.accept();
    deliver(syn(40_001, 80));
    assertTrue(poll().get(0).has(TestPacket.SYN));
    assertNull(stack.pollEvent());
  }

  // --- helpers

  private interface Call {
    void run() throws StackException;
  }

  private static void assertRefused(String reason, Call call) {
    StackException e = assertThrows(StackException.class, call::run);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  private TcpConnection connect(IpAddress remote, int localPort) throws StackException {
    return stack.connect(
        ConnectRequest.to(remote, 80).fromPort(localPort).profile(TcpProfile.STOP_AND_WAIT), nowNs);
  }

  private TestPacket syn(int fromPort, int toPort) {
    TestPacket p = new TestPacket();
    p.src = PEER.toBytes();
    p.dst = OURS.toBytes();
    p.srcPort = fromPort;
    p.dstPort = toPort;
    p.seq = 1000;
    p.flags = TestPacket.SYN;
    p.window = 65_535;
    return p;
  }

  private static TestPacket with(TestPacket p, String options) {
    p.options = TestPacket.parseOptions(options);
    return p;
  }

  /** The peer's answer to one of ours, {@code sent} bytes behind its ISN of 1000. */
  private static TestPacket answer(TestPacket ours, int flags, int sent) {
    TestPacket p = new TestPacket();
    p.src = ours.dst;
    p.dst = ours.src;
    p.srcPort = ours.dstPort;
    p.dstPort = ours.srcPort;
    p.flags = flags;
    p.seq = 1000 + sent;
    p.ack = ours.seq + ours.segmentLength();
    p.window = 65_535;
    return p;
  }

  private TcpConnection established(int fromPort) {
    deliver(syn(fromPort, 80));
    deliver(answer(poll().get(0), TestPacket.ACK, 1));
    TcpConnection connection;
    do {
      connection = stack.pollEvent();
      assertNotNull(connection);
    } while ((connection.takeEvents() & TcpConnection.ACCEPTED) == 0);
    connection.accept();
    return connection;
  }

  /** A segment of ours to build the peer's answers from: what it sends into an open window. */
  private TestPacket ackOf(TcpConnection connection) {
    TestPacket ours = new TestPacket();
    ours.src = connection.localAddress().toBytes();
    ours.dst = connection.remoteAddress().toBytes();
    ours.srcPort = connection.localPort();
    ours.dstPort = connection.remotePort();
    ours.seq = connection.sndNxt();
    return ours;
  }

  private int isnFrom(int port) throws StackException {
    TcpConnection connection = connect(PEER, port);
    List<TestPacket> packets = poll();
    connection.reset();
    assertEquals(1, packets.size());
    return packets.get(0).seq;
  }

  private void deliver(TestPacket packet) {
    byte[] bytes = packet.encode();
    stack.onPacket(bytes, 0, bytes.length, nowNs);
  }

  private List<TestPacket> poll() {
    List<TestPacket> packets = new ArrayList<>();
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      packets.add(TestPacket.decode(buffer, 0, length));
    }
    return packets;
  }
}
