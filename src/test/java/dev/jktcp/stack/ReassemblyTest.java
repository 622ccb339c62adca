package dev.jktcp.stack;

import static dev.jktcp.stack.DatagramLab.cut;
import static dev.jktcp.stack.DatagramLab.fragment;
import static dev.jktcp.stack.DatagramLab.ofB;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.Fragment;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fragments become packets, or are dropped in time (RFC 791, RFC 8200 §4.5, RFC 5722). */
class ReassemblyTest {
  private static final int DATA = 20_000;

  private DatagramLab lab;
  private UdpPort server;

  @BeforeEach
  void begin() throws StackException {
    begin(DatagramLab.options("10.0.0.2", "fd00::2"));
  }

  private void begin(StackOptions ofB) throws StackException {
    lab = new DatagramLab(DatagramLab.options("10.0.0.1", "fd00::1").mtu(65_535), ofB);
    server = lab.b.bind(null, 53);
  }

  private static byte[] data(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }

  /** A whole packet with a datagram. */
  private byte[] packet(boolean v6, byte[] data) throws StackException {
    UdpPort client = lab.a.bind(null, 0);
    client.send(data, 0, data.length, ofB(v6), 53);
    client.close();
    return lab.poll(lab.a).get(0);
  }

  private long refused() {
    return lab.b.counters().dropped(DropReason.FRAGMENT);
  }

  private void assertNothingHeld() {
    assertEquals(0, lab.b.reassemblies());
    assertEquals(1024, lab.b.budget().held()); // the port
    assertEquals(IpStack.NONE, lab.b.nextDeadlineNs());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("815 §3")
  void fragmentsInAnyOrder_areOnePacket(boolean v6) throws Exception {
    byte[] data = data(DATA);
    byte[] packet = packet(v6, data);
    for (int seed = 0; seed < 50; seed++) {
      List<byte[]> pieces = cut(packet, 1352, seed);
      Collections.shuffle(pieces, new Random(seed));
      for (byte[] piece : pieces.subList(1, pieces.size())) {
        lab.give(lab.b, piece);
        assertNull(server.receive());
      }
      lab.give(lab.b, pieces.get(0));
      assertArrayEquals(data, server.receive().payload());
    }
    assertEquals(50, lab.b.counters().packetsReassembled());
    assertEquals(0, lab.b.counters().dropped().size());
    assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void largestPacket_isTaken(boolean v6) throws Exception {
    byte[] data = data(65_535 - (v6 ? 48 : 28));
    for (byte[] piece : cut(packet(v6, data), 1232, 9)) {
      lab.give(lab.b, piece);
    }
    assertArrayEquals(data, server.receive().payload());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("8200 §4.5")
  void packetThatWouldBeLarger_isDropped(boolean v6) throws Exception {
    byte[] packet = packet(v6, data(1000));
    lab.give(lab.b, fragment(packet, new byte[64], 65_512, false, 9));
    assertEquals(1, refused());
    assertNothingHeld();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("8200 §4.5")
  void duplicates_changeNothing(boolean v6) throws Exception {
    byte[] data = data(DATA);
    for (byte[] piece : cut(packet(v6, data), 1232, 9)) {
      lab.give(lab.b, piece);
      if (server.readable() == 0) {
        lab.give(lab.b, piece);
      }
    }
    assertArrayEquals(data, server.receive().payload());
    assertEquals(0, refused());
  }

  /** Each way in which a fragment can contradict those before it, and what follows. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("5722 §4")
  void overlap_dropsThePacketAndWhatIsStillToCome(boolean v6) throws Exception {
    byte[] packet = packet(v6, data(4000));
    List<byte[]> pieces = cut(packet, 1000, 9);
    byte[] other = new byte[1000];
    List<byte[]> wrong =
        List.of(
            fragment(packet, other, 0, true, 9), // other bytes
            fragment(packet, new byte[8], 1000, true, 9), // other length
            fragment(packet, other, 992, true, 9), // reaches into the next
            fragment(packet, new byte[8], 2992, true, 9), // lies in the one before
            fragment(packet, new byte[1008], 1000, true, 9),
            fragment(packet, other, 2000, false, 9), // another end
            fragment(packet, other, 5000, false, 9),
            fragment(packet, other, 5000, true, 9)); // beyond the end
    for (byte[] bad : wrong) {
      for (int i = 0; i < pieces.size(); i++) {
        if (i != 3) {
          lab.give(lab.b, pieces.get(i));
        }
      }
      long before = refused();
      lab.give(lab.b, bad);
      assertEquals(before + 1, refused());
      lab.give(lab.b, pieces.get(3)); // would have been the last
      pieces.forEach(piece -> lab.give(lab.b, piece));
      assertEquals(before + 2 + pieces.size(), refused());
      assertNull(server.receive());
      lab.nowNs += 60_000 * MS;
      lab.b.onTick(lab.nowNs);
      assertEquals(0, lab.poll(lab.b).size()); // RFC 5722 §4: silently
      assertNothingHeld();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("1122 §3.3.2")
  void packetThatStaysIncomplete_isDroppedInTimeAndItsSenderTold(boolean v6) throws Exception {
    List<byte[]> pieces = cut(packet(v6, data(4000)), 1000, 9);
    lab.give(lab.b, pieces.get(0));
    lab.nowNs += 10_000 * MS;
    lab.give(lab.b, pieces.get(1)); // the time counts from the first
    assertEquals(lab.nowNs + 50_000 * MS, lab.b.nextDeadlineNs());
    lab.nowNs += 50_000 * MS - 1;
    lab.b.onTick(lab.nowNs);
    assertEquals(1, lab.b.reassemblies());
    lab.nowNs++;
    lab.b.onTick(lab.nowNs);
    assertNothingHeld();
    assertEquals(1, lab.b.counters().reassembliesTimedOut());
    byte[] told = lab.poll(lab.b).get(0);
    int icmp = v6 ? 40 : 20;
    assertEquals(v6 ? 3 : 11, told[icmp]);
    assertEquals(1, told[icmp + 1]);
    byte[] quote = Arrays.copyOfRange(told, icmp + 8, told.length);
    assertArrayEquals(Arrays.copyOf(pieces.get(0), quote.length), quote);
    lab.give(lab.b, pieces.get(2)); // begins another
    assertNull(server.receive());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("1122 §3.3.2")
  void withoutItsFirstFragment_nobodyIsTold(boolean v6) throws Exception {
    List<byte[]> pieces = cut(packet(v6, data(4000)), 1000, 9);
    lab.give(lab.b, pieces.get(1));
    lab.nowNs += 60_000 * MS;
    lab.b.onTick(lab.nowNs);
    assertEquals(1, lab.b.counters().reassembliesTimedOut());
    assertEquals(0, lab.poll(lab.b).size());
  }

  @Test
  @Rfc("4443 §2.4")
  void fragmentOfAnIcmpError_drawsNone() throws Exception {
    byte[] packet = packet(true, data(2000));
    packet[6] = 58;
    packet[40] = 1; // destination unreachable
    lab.give(lab.b, cut(packet, 1000, 9).get(0));
    lab.nowNs += 60_000 * MS;
    lab.b.onTick(lab.nowNs);
    assertEquals(1, lab.b.counters().reassembliesTimedOut());
    assertEquals(0, lab.poll(lab.b).size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("8200 §4.5")
  void fragmentOfOddLengthBeforeOthers_isDropped(boolean v6) throws Exception {
    byte[] packet = packet(v6, data(2000));
    lab.give(lab.b, fragment(packet, new byte[1001], 0, true, 9));
    lab.give(lab.b, fragment(packet, new byte[1001], 8, true, 9));
    lab.give(lab.b, fragment(packet, new byte[0], 8, true, 9));
    assertEquals(3, refused());
    List<byte[]> told = lab.poll(lab.b);
    assertEquals(v6 ? 1 : 0, told.size());
    if (v6) {
      assertEquals(4, told.get(0)[40]);
      assertEquals(0, told.get(0)[41]);
      assertEquals(4, told.get(0)[47]); // the payload length field
    }
    assertNothingHeld();
  }

  @Test
  @Rfc("7112 §5")
  void firstFragmentWithoutAllHeaders_isDroppedAndTold() throws Exception {
    byte[] packet = packet(true, data(2000));
    packet[6] = 60; // destination options, which say that they are longer than this fragment
    byte[] options = new byte[64];
    options[0] = 17;
    options[1] = 8;
    lab.give(lab.b, fragment(packet, options, 0, true, 9));
    assertEquals(1, refused());
    byte[] told = lab.poll(lab.b).get(0);
    assertEquals(4, told[40]);
    assertEquals(3, told[41]);
    assertNothingHeld();
  }

  /** RFC 3128: no filter has seen the flags of such a segment. */
  @Test
  @Rfc("3128 §2")
  void segmentCutBehindItsPorts_isDropped() throws Exception {
    lab.a.connect(ConnectRequest.to(ofB(false), 80), lab.nowNs);
    byte[] syn = lab.poll(lab.a).get(0);
    for (byte[] piece : cut(syn, 8, 9)) {
      lab.give(lab.b, piece);
    }
    assertTrue(refused() >= 2);
    assertEquals(0, lab.b.counters().packetsReassembled());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tcpAndIcmp_areReassembledToo(boolean v6) throws Exception {
    lab.b.listen(null, 80, 0);
    lab.a.connect(ConnectRequest.to(ofB(v6), 80), lab.nowNs);
    cut(lab.poll(lab.a).get(0), 24, 9).forEach(piece -> lab.give(lab.b, piece));
    assertEquals(1, lab.b.connections());
    Ping ping = lab.a.ping(ofB(v6), 1000 * MS, lab.nowNs);
    cut(lab.poll(lab.a).get(0), 16, 10).forEach(piece -> lab.give(lab.b, piece));
    lab.exchange();
    assertTrue(ping.isOver());
  }

  /** RFC 6946 §4: it is whole, though pieces of another packet have the same identification. */
  @Test
  @Rfc("6946 §4")
  void atomicFragment_isAWholePacket() throws Exception {
    byte[] data = data(3000);
    byte[] packet = packet(true, data);
    List<byte[]> pieces = cut(packet, 1000, 9);
    lab.give(lab.b, pieces.get(0));
    byte[] small = packet(true, data(100));
    lab.give(lab.b, cut(small, 2000, 9).get(0));
    assertArrayEquals(data(100), server.receive().payload());
    assertEquals(1, lab.b.counters().fragmentsReceived());
    pieces.subList(1, pieces.size()).forEach(piece -> lab.give(lab.b, piece));
    assertArrayEquals(data, server.receive().payload());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void packetsOfOneSource_areToldApartByTheirIdentification(boolean v6) throws Exception {
    byte[] one = data(2000);
    byte[] other = data(2500);
    List<byte[]> ofOne = cut(packet(v6, one), 1000, 9);
    List<byte[]> ofOther = cut(packet(v6, other), 1000, 10);
    for (int i = 0; i < 3; i++) {
      lab.give(lab.b, ofOther.get(i));
      lab.give(lab.b, ofOne.get(i));
    }
    assertArrayEquals(other, server.receive().payload());
    assertArrayEquals(one, server.receive().payload());
  }

  // --- marks

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("3168 MUST-§5.3(1)")
  void mark_isKept_andNotMixedWithSendersThatTakeNone(boolean v6) throws Exception {
    byte[] data = data(2000);
    List<byte[]> pieces = cut(packet(v6, data), 1000, 9);
    for (int i = 0; i < pieces.size(); i++) {
      lab.give(lab.b, TestPacket.withEcn(pieces.get(i), i == 1 ? 3 : 2));
    }
    assertArrayEquals(data, server.receive().payload());
    for (int i = 0; i < pieces.size(); i++) {
      lab.give(lab.b, TestPacket.withEcn(pieces.get(i), i == 1 ? 3 : 0));
    }
    assertNull(server.receive());
    assertEquals(1, refused());
    assertNothingHeld();
  }

  /** Told to those that read the whole packet: TCP echoes it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("3168 MUST-§5.3(1)")
  void wholePacket_hasTheMarkOfAnyFragment(boolean v6) throws Exception {
    List<byte[]> pieces = cut(packet(v6, data(2000)), 1000, 9);
    assertEquals(3, ecnOfWhole(pieces, 3));
    assertEquals(2, ecnOfWhole(pieces, 2));
  }

  private static int ecnOfWhole(List<byte[]> pieces, int ofSecond) {
    PartialPacket whole = null;
    for (int i = 0; i < pieces.size(); i++) {
      byte[] bytes = TestPacket.withEcn(pieces.get(i), i == 1 ? ofSecond : 2);
      IpPacket ip = new IpPacket();
      assertThrows(MalformedPacket.class, () -> ip.parse(bytes, 0, bytes.length)); // as a fragment
      Fragment fragment = new Fragment();
      fragment.of(ip);
      whole = whole == null ? new PartialPacket(fragment, ip.dst(), 0) : whole;
      whole.add(fragment, new PartialPacket.Steps());
    }
    return TestPacket.ecn(whole.join());
  }

  // --- limits

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void flood_holdsABoundedAmount_andHonestPacketsPass(boolean v6) throws Exception {
    byte[] packet = packet(v6, data(3000));
    byte[] data = data(2000);
    byte[] honest = packet(v6, data);
    for (int i = 0; i < 20_000; i++) {
      lab.give(lab.b, fragment(packet, new byte[1000], 8 * (i % 8_000), true, 100 + i));
      if (i % 1000 == 0) {
        for (byte[] piece : cut(honest, 1000, 50 + i / 1000)) {
          lab.give(lab.b, piece);
        }
        assertArrayEquals(data, server.receive().payload());
      }
    }
    assertEquals(256, lab.b.reassemblies());
    assertTrue(lab.b.counters().reassembliesEvicted() > 19_000);
    assertTrue(lab.b.budget().held() < 1_100_000 + 256 * 256, "" + lab.b.budget().held());
    lab.nowNs += 60_000 * MS;
    lab.b.onTick(lab.nowNs);
    assertNothingHeld();
  }

  @Test
  void bytes_areLimited() throws Exception {
    begin(DatagramLab.options("10.0.0.2", "fd00::2").maxReassemblyBytes(10_000));
    byte[] packet = packet(false, data(30_000));
    for (int i = 0; i < 100; i++) {
      lab.give(lab.b, fragment(packet, new byte[1000], 1000 * (i % 5), true, i / 5));
    }
    assertTrue(lab.b.budget().held() <= 1024 + 10_000 + 10 * 256, "" + lab.b.budget().held());
    assertNotNull(lab.b.counters());
    assertTrue(lab.b.counters().reassembliesEvicted() > 10);
    // A packet larger than all that may be held is dropped at the fragment that exceeds the limit.
    for (byte[] piece : cut(packet, 1000, 77)) {
      lab.give(lab.b, piece);
    }
    assertNull(server.receive());
    assertTrue(refused() > 0);
  }

  @Test
  void scarceMemory_holdsNoFragments() throws Exception {
    begin(DatagramLab.options("10.0.0.2", "fd00::2").maxBytesHeld(64 * 1024));
    byte[] packet = packet(false, data(60_000));
    for (int i = 0; i < 60; i++) {
      lab.give(lab.b, fragment(packet, new byte[1000], 1000 * i, true, i));
    }
    assertTrue(lab.b.budget().held() < 32 * 1024);
  }

  /** The smallest pieces, in the order that is worst: each is looked at a few times. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsForAFragment_areFew(boolean v6) throws Exception {
    byte[] packet = packet(v6, data(60_000));
    int given = 0;
    for (int round = 0; round < 100; round++) {
      for (int i = 126; i >= 0; i--) {
        lab.give(lab.b, fragment(packet, new byte[8], 8 + 16 * i, true, round));
        given++;
      }
    }
    assertTrue(lab.b.reassemblySteps() <= 8L * given, lab.b.reassemblySteps() + " steps");
    assertTrue(lab.b.reassemblySteps() >= 3L * given, "nothing was counted");
  }

  @Test
  void piecesOfOnePacket_areLimited() throws Exception {
    byte[] packet = packet(true, data(60_000));
    for (int i = 0; i < 200; i++) {
      lab.give(lab.b, fragment(packet, new byte[8], 16 + 16 * i, true, 1));
    }
    assertEquals(200 - 128, refused());
    assertEquals(1024 + 256, lab.b.budget().held()); // given up, and remembered
  }

  @Test
  void withoutRoomForAny_everyFragmentIsDropped() throws Exception {
    begin(DatagramLab.options("10.0.0.2", "fd00::2").maxReassemblies(0));
    cut(packet(true, data(2000)), 1000, 9).forEach(piece -> lab.give(lab.b, piece));
    assertEquals(3, refused());
    assertNothingHeld();
  }

  /** A fragment that is not for us takes no room. */
  @Test
  void fragmentForAnother_isNoneOfOurs() throws Exception {
    byte[] packet = packet(true, data(2000));
    packet[39] = 99;
    lab.give(lab.b, cut(packet, 1000, 9).get(0));
    assertEquals(1, lab.b.counters().dropped(DropReason.NOT_FOR_US));
    assertNothingHeld();
  }
}
