package dev.jktcp.stack;

import static dev.jktcp.proof.script.TestPacket.put16;
import static dev.jktcp.stack.DatagramLab.bytes;
import static dev.jktcp.stack.DatagramLab.ip;
import static dev.jktcp.stack.DatagramLab.ofA;
import static dev.jktcp.stack.DatagramLab.ofB;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.DropReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams through a stack: checksums, ports, errors, limits (RFC 768, RFC 1122 §4.1). */
class UdpTest {
  private DatagramLab lab = new DatagramLab();

  private static void send(UdpPort port, String text, boolean v6, int to) throws StackException {
    byte[] payload = bytes(text);
    assertTrue(port.send(payload, 0, payload.length, ofB(v6), to));
  }

  private static void assertDatagram(String text, Datagram datagram) {
    assertArrayEquals(bytes(text), datagram.payload());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("768 §1")
  void datagram_arrivesWholeAndIsAnswered(boolean v6) throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort client = lab.a.bind(null, 0);
    send(client, "question", v6, 53);
    send(client, "", v6, 53);
    lab.exchange();
    assertEquals(server, lab.b.pollNotice());
    assertNull(lab.b.pollNotice());
    Datagram question = server.receive();
    assertDatagram("question", question);
    assertEquals(ofA(v6), question.remote());
    assertEquals(client.port(), question.remotePort());
    assertEquals(ofB(v6), question.local());
    assertDatagram("", server.receive());
    assertNull(server.receive());
    assertTrue(server.send(bytes("answer"), 0, 6, question.remote(), question.remotePort()));
    lab.exchange();
    assertDatagram("answer", client.receive());
    assertEquals(2, lab.a.counters().datagramsSent());
    assertEquals(1, lab.a.counters().datagramsReceived());
  }

  @Test
  @Rfc("768 §2")
  void checksumOfZero_isNoneOverIpv4_andWrongOverIpv6() throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort client = lab.a.bind(null, 0);
    for (boolean v6 : new boolean[] {false, true}) {
      send(client, "x", v6, 53);
      byte[] packet = lab.poll(lab.a).get(0);
      put16(packet, (v6 ? 40 : 20) + 6, 0);
      lab.give(lab.b, packet);
    }
    assertDatagram("x", server.receive());
    assertNull(server.receive());
    assertEquals(1, lab.b.counters().dropped(DropReason.BAD_UDP_CHECKSUM));
  }

  /** 65,535 payloads of two bytes have each sum once: one of them comes out as 0. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("768 §2")
  void checksumThatComesOutAsZero_isSentAsAllOnes(boolean v6) throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort client = lab.a.bind(null, 4_000);
    int ones = 0;
    for (int i = 0; i < 65_536; i++) {
      byte[] payload = {(byte) (i >> 8), (byte) i};
      client.send(payload, 0, 2, ofB(v6), 53);
      for (byte[] packet : lab.poll(lab.a)) {
        int at = (v6 ? 40 : 20) + 6;
        int checksum = (packet[at] & 0xff) << 8 | packet[at + 1] & 0xff;
        assertTrue(checksum != 0);
        ones += checksum == 0xffff ? 1 : 0;
        lab.give(lab.b, packet);
        assertNotNull(server.receive());
      }
    }
    assertEquals(1, ones);
  }

  @Test
  void everyFlippedBit_isNoticed() throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort client = lab.a.bind(null, 0);
    send(client, "some text", true, 53);
    byte[] packet = lab.poll(lab.a).get(0);
    for (int bit = 40 * 8; bit < packet.length * 8; bit++) {
      packet[bit / 8] ^= (byte) (1 << bit % 8);
      lab.give(lab.b, packet);
      packet[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertNull(server.receive());
    assertEquals(0, lab.poll(lab.b).size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("1122 §4.1.3.1")
  void portThatNobodyReads_isToldToTheSender(boolean v6) throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    send(client, "anybody?", v6, 53);
    lab.exchange();
    assertEquals(client, lab.a.pollNotice());
    assertEquals(
        new DatagramTrouble(SoftError.PORT_UNREACHABLE, ofB(v6), 53), client.takeTrouble());
    assertNull(client.takeTrouble());
    assertEquals(1, lab.b.counters().datagramsUnheard());
  }

  @Test
  @Rfc("1122 §4.1.3.1")
  void unreachables_areLimitedInRateAndNumber() throws Exception {
    lab =
        new DatagramLab(
            DatagramLab.options("10.0.0.1", "fd00::1"),
            DatagramLab.options("10.0.0.2", "fd00::2").resetsPerSecond(5));
    UdpPort client = lab.a.bind(null, 0);
    for (int i = 0; i < 50; i++) {
      send(client, "x", false, 53);
    }
    lab.poll(lab.a).forEach(packet -> lab.give(lab.b, packet));
    assertEquals(5, lab.poll(lab.b).size());
    assertEquals(45, lab.b.counters().repliesDropped());
  }

  /** RFC 1122 §3.2.2: no error about a datagram that was not for one host. */
  @ParameterizedTest
  @CsvSource({"10.0.0.255, false", "224.0.0.1, true", "255.255.255.255, true"})
  @Rfc("1122 §3.2.2")
  void datagramToAGroup_drawsNothing(String destination, boolean group) throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    send(client, "x", false, 53);
    byte[] packet = lab.poll(lab.a).get(0);
    System.arraycopy(ip(destination).toBytes(), 0, packet, 16, 4);
    put16(packet, 26, 0);
    DatagramLab.fixHeader(packet);
    lab.give(lab.b, packet);
    assertEquals(0, lab.poll(lab.b).size());
    DropReason reason = group ? DropReason.MULTICAST : DropReason.NOT_FOR_US;
    assertEquals(1, lab.b.counters().dropped(reason));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5, 20})
  void errorThatQuotesNothingSent_isNotBelieved(int wrongAt) throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    send(client, "x", false, 53);
    lab.poll(lab.a).forEach(packet -> lab.give(lab.b, packet));
    byte[] error = lab.poll(lab.b).get(0);
    int quotedUdp = 20 + 8 + 20;
    error[quotedUdp - 20 + (wrongAt == 20 ? 19 : 20 + wrongAt)] ^= 1; // address, port or checksum
    fixIcmp(error);
    lab.give(lab.a, error);
    assertNull(client.takeTrouble());
    assertEquals(1, lab.a.counters().dropped(DropReason.ICMP));
  }

  /** The checksum of an ICMP message over IPv4. */
  private static void fixIcmp(byte[] packet) {
    put16(packet, 22, 0);
    put16(packet, 22, TestPacket.checksum(0, packet, 20, packet.length - 20));
  }

  @Test
  void ownAddress_isReachedWithoutTheTransport() throws Exception {
    UdpPort server = lab.a.bind(ofA(true), 53);
    UdpPort client = lab.a.bind(null, 0);
    client.send(bytes("x"), 0, 1, ofA(true), 53);
    client.send(bytes("y"), 0, 1, ofA(true), 54);
    assertTrue(lab.a.hasLooped());
    assertEquals(3, lab.pollLooped(lab.a).size()); // with the error about the second
    assertEquals(0, lab.poll(lab.a).size());
    assertDatagram("x", server.receive());
    assertEquals(SoftError.PORT_UNREACHABLE, client.takeTrouble().error());
    assertFalse(lab.a.hasLooped());
  }

  @Test
  void connectedPort_takesFromItsPeerOnly() throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort client = lab.a.bind(null, 4_000);
    client.connect(ofB(false), 53);
    assertTrue(client.send(bytes("x"), 0, 1));
    UdpPort other = lab.b.bind(null, 54);
    other.send(bytes("forged"), 0, 6, ofA(false), 4_000);
    server.send(bytes("true"), 0, 4, ofA(false), 4_000);
    lab.exchange();
    assertDatagram("true", client.receive());
    assertNull(client.receive());
    assertEquals(SoftError.PORT_UNREACHABLE, other.takeTrouble().error());
    StackException refused =
        assertThrows(StackException.class, () -> client.send(bytes("x"), 0, 1, ofB(false), 54));
    assertTrue(refused.getMessage().contains(" is connected to another peer; use another port"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void datagramAboveTheMtu_isRefusedInOneLine(boolean v6) throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    int most = 1400 - (v6 ? 48 : 28);
    assertTrue(client.send(new byte[most], 0, most, ofB(v6), 53));
    assertEquals(1400, lab.poll(lab.a).get(0).length);
    StackException refused =
        assertThrows(
            StackException.class, () -> client.send(new byte[9000], 0, most + 1, ofB(v6), 53));
    assertEquals(
        "a datagram of "
            + (most + 1)
            + " bytes to "
            + ofB(v6)
            + ": at most "
            + most
            + " fit into the path's MTU, and none is sent in fragments",
        refused.getMessage());
  }

  /** What a router said of one datagram holds for the next ones to the same host. */
  @Test
  @Rfc("8201 §3")
  void datagramTooBigForThePath_isToldAndLaterOnesRefused() throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    client.send(new byte[1300], 0, 1300, ofB(true), 53);
    byte[] big = lab.poll(lab.a).get(0);
    byte[] error =
        dev.jktcp.wire.IcmpErrorWriter.about(
            big, 0, big.length, ip("fd00::99"), ofA(true), 2, 0, 1280, 64, 1400);
    lab.give(lab.a, error);
    assertEquals(SoftError.PACKET_TOO_BIG, client.takeTrouble().error());
    assertThrows(StackException.class, () -> client.send(new byte[1300], 0, 1300, ofB(true), 53));
    assertTrue(client.send(new byte[1232], 0, 1232, ofB(true), 53));
    assertEquals(1, lab.a.narrowPaths());
  }

  @Test
  void flood_fillsOneQueueAndNoMore() throws Exception {
    UdpPort server = lab.b.bind(null, 53);
    UdpPort quiet = lab.b.bind(null, 54);
    UdpPort client = lab.a.bind(null, 0);
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 10; i++) {
        client.send(new byte[1000], 0, 1000, ofB(false), 53);
      }
      lab.exchange();
    }
    client.send(bytes("x"), 0, 1, ofB(false), 54);
    lab.exchange();
    assertEquals(256 * 1024 / 1128, server.readable());
    assertEquals(1000 - server.readable(), server.dropped());
    assertEquals(server.dropped(), lab.b.counters().datagramsDropped());
    assertDatagram("x", quiet.receive());
    assertTrue(lab.b.budget().held() < 260 * 1024 + 2 * ByteBudget.UDP_PORT);
    while (server.receive() != null) {}
    assertEquals(2 * ByteBudget.UDP_PORT, lab.b.budget().held());
    server.close();
    quiet.close();
    assertEquals(0, lab.b.budget().held());
  }

  @Test
  void scarceMemory_leavesAReaderOneDatagram() throws Exception {
    lab =
        new DatagramLab(
            DatagramLab.options("10.0.0.1", "fd00::1"),
            DatagramLab.options("10.0.0.2", "fd00::2").maxBytesHeld(64 * 1024));
    UdpPort server = lab.b.bind(null, 53);
    UdpPort late = lab.b.bind(null, 54);
    UdpPort client = lab.a.bind(null, 0);
    for (int i = 0; i < 60; i++) {
      client.send(new byte[1000], 0, 1000, ofB(false), 53);
    }
    client.send(new byte[1000], 0, 1000, ofB(false), 54);
    client.send(new byte[1000], 0, 1000, ofB(false), 54);
    lab.exchange();
    assertTrue(lab.b.budget().held() < 34 * 1024, "a window would have to rest");
    assertTrue(server.readable() > 20);
    assertEquals(1, late.readable());
  }

  @Test
  void fullTransport_refusesAndTellsOfRoom() throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    int taken = 0;
    while (client.send(new byte[1000], 0, 1000, ofB(false), 53)) {
      taken++;
    }
    assertEquals(256 * 1024 / 1128, taken);
    assertEquals(1, lab.a.counters().datagramsUnsent());
    assertNull(lab.a.pollNotice());
    byte[] buffer = new byte[1400];
    for (int i = 0; i < taken / 2 + 1; i++) {
      assertTrue(lab.a.pollPacket(buffer, 0, lab.nowNs) > 0);
    }
    assertEquals(client, lab.a.pollNotice());
    assertTrue(client.takeRoom());
    assertFalse(client.takeRoom());
    assertEquals(taken - taken / 2 - 1, lab.poll(lab.a).size());
  }

  @Test
  void smallerMtu_dropsWhatDoesNotFitAnyMore() throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    client.send(new byte[1350], 0, 1350, ofB(false), 53);
    client.send(new byte[100], 0, 100, ofB(false), 53);
    lab.a.changeMtu(1300);
    List<byte[]> sent = lab.poll(lab.a);
    assertEquals(1, sent.size());
    assertEquals(128, sent.get(0).length);
    assertEquals(1, lab.a.counters().datagramsUnsent());
  }

  @Test
  void datagramsAndSegments_takeTurns() throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    for (int i = 0; i < 5; i++) {
      client.send(bytes("x"), 0, 1, ofB(false), 53);
      lab.a.connect(ConnectRequest.to(ofB(false), 80 + i), lab.nowNs);
    }
    StringBuilder order = new StringBuilder();
    byte[] buffer = new byte[1400];
    for (int i = 0; i < 10; i++) {
      lab.a.pollPacket(buffer, 0, lab.nowNs);
      order.append(buffer[9] == 6 ? 't' : 'u');
    }
    assertEquals("tututututu", order.toString());
  }

  // --- ports

  @Test
  void port_isGivenOnceForEachAddress() throws Exception {
    UdpPort one = lab.a.bind(ofA(false), 53);
    lab.a.bind(ofA(true), 53);
    lab.a.bind(null, 53);
    assertThrows(StackException.class, () -> lab.a.bind(ofA(false), 53));
    assertThrows(StackException.class, () -> lab.a.bind(null, 53));
    lab.a.listen(null, 53, 0); // TCP's ports are others
    one.close();
    assertEquals(53, lab.a.bind(ofA(false), 53).port());
  }

  @Test
  @Rfc("6056 §3.3.1")
  void ephemeralPorts_areRandomAndAllUsed() throws Exception {
    StackOptions few = DatagramLab.options("10.0.0.1", "fd00::1").localPorts(50_000, 50_099);
    IpStack stack = new IpStack(few, 1, 2);
    Set<Integer> ports = new HashSet<>();
    boolean ordered = true;
    int last = 0;
    for (int i = 0; i < 100; i++) {
      int port = stack.bind(null, 0).port();
      ordered &= port > last;
      last = port;
      ports.add(port);
    }
    assertEquals(100, ports.size());
    assertFalse(ordered);
    StackException none = assertThrows(StackException.class, () -> stack.bind(null, 0));
    assertTrue(none.getMessage().startsWith("no ephemeral port is free to listen on"));
  }

  @Test
  void ports_areLimited() throws Exception {
    IpStack stack = new IpStack(DatagramLab.options("10.0.0.1", "fd00::1").maxUdpPorts(2), 1, 2);
    stack.bind(null, 1);
    stack.bind(null, 2).close();
    stack.bind(null, 3);
    assertEquals(2, stack.udpPorts());
    StackException refused = assertThrows(StackException.class, () -> stack.bind(null, 4));
    assertTrue(refused.getMessage().contains("raise maxUdpPorts"));
  }

  @Test
  void closedPort_sendsWhatWaitsAndHearsNoMore() throws Exception {
    UdpPort client = lab.a.bind(null, 4_000);
    UdpPort server = lab.b.bind(null, 53);
    send(client, "last", false, 53);
    client.close();
    lab.exchange();
    assertDatagram("last", server.receive());
    server.send(bytes("late"), 0, 4, ofA(false), 4_000);
    lab.exchange();
    assertNull(client.receive());
    assertEquals(SoftError.PORT_UNREACHABLE, server.takeTrouble().error());
    assertThrows(StackException.class, () -> send(client, "x", false, 53));
  }

  @Test
  void end_closesEveryPort() throws Exception {
    lab.a.bind(null, 53);
    lab.a.bind(null, 0);
    lab.a.abortAll(CloseReason.ADAPTER_CLOSED, true, lab.nowNs);
    assertEquals(0, lab.a.udpPorts());
    assertEquals(0, lab.a.budget().held());
  }

  @ParameterizedTest
  @CsvSource({
    "224.0.0.1, not a unicast address",
    "255.255.255.255, not a unicast address",
    "::, not a unicast address",
    "10.0.0.2, port 0: must be 1 to 65535"
  })
  void absurdDestination_isRefusedInOneLine(String address, String why) throws Exception {
    UdpPort client = lab.a.bind(null, 0);
    int port = why.startsWith("port") ? 0 : 53;
    StackException refused =
        assertThrows(StackException.class, () -> client.send(new byte[1], 0, 1, ip(address), port));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  // --- ping

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("1122 §3.2.2.6")
  void ping_isAnsweredAndTimed(boolean v6) throws Exception {
    Ping ping = lab.a.ping(ofB(v6), 1000 * MS, lab.nowNs);
    List<byte[]> request = lab.poll(lab.a);
    lab.nowNs += 7 * MS;
    request.forEach(packet -> lab.give(lab.b, packet));
    lab.exchange();
    assertEquals(ping, lab.a.pollNotice());
    assertEquals(7 * MS, ping.roundTripNs());
    assertNull(ping.error());
    assertEquals(0, lab.a.pings());
    assertEquals(IpStack.NONE, lab.a.nextDeadlineNs());
  }

  /** RFC 791 §3.2: every link carries 68 bytes. */
  @Test
  void pingThroughTheSmallestMtu_fitsAndIsAnswered() throws Exception {
    StackOptions small = new StackOptions().addAddress(ofA(false)).mtu(68);
    lab = new DatagramLab(small, DatagramLab.options("10.0.0.2", "fd00::2"));
    Ping ping = lab.a.ping(ofB(false), 1000 * MS, lab.nowNs);
    List<byte[]> request = lab.poll(lab.a);
    assertEquals(68, request.get(0).length);
    request.forEach(packet -> lab.give(lab.b, packet));
    lab.exchange();
    assertEquals(ping, lab.a.pollNotice());
    assertNull(ping.error());
  }

  @Test
  void pingWithoutAnswer_endsInTime() throws Exception {
    Ping ping = lab.a.ping(ofB(false), 1000 * MS, lab.nowNs);
    lab.poll(lab.a);
    assertEquals(lab.nowNs + 1000 * MS, lab.a.nextDeadlineNs());
    lab.nowNs += 999 * MS;
    lab.a.onTick(lab.nowNs);
    assertNull(lab.a.pollNotice());
    lab.nowNs += MS;
    lab.a.onTick(lab.nowNs);
    assertEquals(ping, lab.a.pollNotice());
    assertTrue(ping.isOver() && ping.roundTripNs() < 0);
  }

  @Test
  void pingOfOurselves_staysInside() throws Exception {
    Ping ping = lab.a.ping(ofA(true), 1000 * MS, lab.nowNs);
    assertEquals(2, lab.pollLooped(lab.a).size());
    assertEquals(ping, lab.a.pollNotice());
    assertEquals(0, ping.roundTripNs());
  }

  @Test
  void forgedAnswer_isNotBelieved() throws Exception {
    Ping ping = lab.a.ping(ofB(false), 1000 * MS, lab.nowNs);
    lab.poll(lab.a).forEach(packet -> lab.give(lab.b, packet));
    byte[] answer = lab.poll(lab.b).get(0);
    byte[] forged = answer.clone();
    forged[40] ^= 1; // its data
    fixIcmp(forged);
    lab.give(lab.a, forged);
    assertFalse(ping.isOver());
    assertEquals(1, lab.a.counters().dropped(DropReason.ICMP));
    lab.give(lab.a, answer);
    assertTrue(ping.isOver());
    lab.give(lab.a, answer); // the network may double it
    assertEquals(2, lab.a.counters().dropped(DropReason.ICMP));
  }

  @ParameterizedTest
  @CsvSource({
    "false, 3, 1, HOST_UNREACHABLE",
    "false, 11, 0, TIME_EXCEEDED",
    "true, 1, 3, HOST_UNREACHABLE",
    "true, 3, 0, TIME_EXCEEDED"
  })
  void errorAboutAPing_endsIt(boolean v6, int type, int code, SoftError error) throws Exception {
    Ping ping = lab.a.ping(ofB(v6), 1000 * MS, lab.nowNs);
    byte[] request = lab.poll(lab.a).get(0);
    lab.give(
        lab.a,
        dev.jktcp.wire.IcmpErrorWriter.about(
            request,
            0,
            request.length,
            ip(v6 ? "fd00::99" : "10.0.0.99"),
            ofA(v6),
            type,
            code,
            0,
            64,
            1400));
    assertEquals(ping, lab.a.pollNotice());
    assertEquals(error, ping.error());
  }

  @Test
  void pings_areLimited() throws Exception {
    IpStack stack = new IpStack(DatagramLab.options("10.0.0.1", "fd00::1").maxPings(2), 1, 2);
    Ping first = stack.ping(ofB(false), MS, 0);
    Ping second = stack.ping(ofB(false), MS, 0);
    assertEquals(first.sequenceNumber() + 1 & 0xffff, second.sequenceNumber());
    assertThrows(StackException.class, () -> stack.ping(ofB(false), MS, 0));
    stack.cancel(first);
    stack.ping(ofB(false), MS, 0);
    assertEquals(2, stack.pings());
  }

  @Test
  void portOfAnAddressThatIsGone_isClosedAndFree_andItsUserIsTold() throws Exception {
    UdpPort gone = lab.a.bind(ofA(true), 53);
    UdpPort stays = lab.a.bind(ofA(false), 53);
    UdpPort everywhere = lab.a.bind(null, 54);
    send(gone, "from the old address", true, 7);
    send(everywhere, "likewise", true, 7);
    send(stays, "from the one that stays", false, 7);
    lab.a.changeAddresses(List.of(ofA(false)));
    assertEquals(gone, lab.a.pollNotice());
    assertTrue(gone.isAddressGone());
    assertFalse(gone.isOpen());
    assertNull(lab.a.pollNotice());
    assertTrue(stays.isOpen() && !stays.isAddressGone());
    assertTrue(everywhere.isOpen() && !everywhere.isAddressGone());
    assertEquals(0, everywhere.bytesToSend());
    assertThrows(StackException.class, () -> send(gone, "too late", true, 7));
    UdpPort server = lab.b.bind(null, 7);
    lab.exchange();
    assertDatagram("from the one that stays", server.receive());
    assertNull(server.receive());
    assertEquals(2, lab.a.counters().datagramsUnsent());
    lab.a.changeAddresses(List.of(ofA(false), ofA(true)));
    UdpPort again = lab.a.bind(ofA(true), 53);
    assertFalse(gone.isOpen());
    List.of(again, stays, everywhere).forEach(UdpPort::close);
    assertEquals(0, lab.a.budget().held());
  }
}
