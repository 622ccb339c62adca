package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of a stack to itself: no packet of theirs leaves, and none is lost. */
class OwnAddressTest {
  private static final IpAddress A = IpAddress.parse("10.0.0.1");
  private static final IpAddress B = IpAddress.parse("10.0.0.2");
  private static final IpAddress A6 = IpAddress.parse("fd66::1");
  private static final IpAddress OTHER = IpAddress.parse("10.0.0.9");

  private final byte[] packet = new byte[1500];
  private final List<TcpConnection> accepted = new ArrayList<>();
  private final List<TestPacket> looped = new ArrayList<>();
  private IpStack stack = stack(TcpProfile.RELIABLE_LINK);
  private long nowNs = 77;

  private static IpStack stack(TcpProfile profile) {
    StackOptions options = new StackOptions().profile(profile).localPorts(50_000, 50_001);
    options.addAddress(A).addAddress(B).addAddress(A6).addAddress(IpAddress.parse("fd66::2"));
    options.addAddress(IpAddress.parse("127.0.0.1")).addAddress(IpAddress.parse("::1"));
    return new IpStack(options, 5, 6);
  }

  /** Takes packets round until there are none; accepts what comes. */
  private void loop() {
    int length;
    while ((length = stack.pollLooped(packet, 0, nowNs)) > 0) {
      looped.add(TestPacket.decode(packet, 0, length));
      takeEvents();
    }
    takeEvents();
  }

  private void takeEvents() {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
        c.accept();
        accepted.add(c);
      }
    }
  }

  private TcpConnection connect(IpAddress local, int localPort, IpAddress remote, int port)
      throws StackException {
    ConnectRequest request = ConnectRequest.to(remote, port).fromPort(localPort);
    return stack.connect(local == null ? request : request.from(local), nowNs);
  }

  @AfterEach
  void nothingLeaves() {
    assertEquals(0, stack.pollPacket(packet, 0, nowNs));
    assertEquals(0, stack.counters().packetsSent());
    assertEquals(looped.size(), stack.counters().packetsLooped());
    assertFalse(stack.hasLooped());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, reliable-link",
    "10.0.0.1, 10.0.0.2, internet",
    "10.0.0.2, 10.0.0.1, stop-and-wait",
    "fd66::1, fd66::1, reliable-link",
    "fd66::2, fd66::1, reliable-link",
    "127.0.0.1, 127.0.0.1, reliable-link",
    "127.0.0.1, 10.0.0.1, reliable-link",
    "::1, ::1, internet"
  })
  void bytesArriveWhole_bothWays_inNoTime(String from, String to, String profile) throws Exception {
    stack = stack(TcpProfile.named(profile));
    stack.listen(null, 80, 0);
    TcpConnection up = connect(IpAddress.parse(from), 0, IpAddress.parse(to), 80);
    loop();
    TcpConnection down = accepted.get(0);
    assertEquals(TcpState.ESTABLISHED, up.state());
    assertEquals(IpAddress.parse(from), down.remoteAddress());
    assertEquals(IpAddress.parse(to), down.localAddress());
    carry(up, down);
    carry(down, up);
    up.close(nowNs);
    down.close(nowNs);
    loop();
    assertEquals(CloseReason.CLOSED, up.closeReason());
    assertEquals(CloseReason.CLOSED, down.closeReason());
    assertEquals(0, stack.connections());
    assertEquals(0, stack.bytesHeld());
    assertEquals(77, nowNs);
  }

  private void carry(TcpConnection from, TcpConnection to) {
    byte[] sent = new byte[1_000_000];
    new Random(from.localPort()).nextBytes(sent);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    for (int written = 0; received.size() < sent.length; ) {
      written += from.write(sent, written, sent.length - written, nowNs);
      int before = received.size();
      loop();
      for (Slice slice; (slice = to.read(Integer.MAX_VALUE, nowNs)) != null; ) {
        received.write(slice.bytes(), slice.offset(), slice.length());
      }
      assertTrue(received.size() > before, "stuck at " + before);
    }
    loop(); // what opens the window again
    assertArrayEquals(sent, received.toByteArray());
  }

  /** As Linux does: the address that a connection to ourselves goes to is the one it comes from. */
  @Test
  void withoutALocalAddress_itComesFromWhereItGoes() throws Exception {
    stack.listen(null, 80, 0);
    assertEquals(B, connect(null, 0, B, 80).localAddress());
    assertEquals(
        IpAddress.parse("::1"), connect(null, 0, IpAddress.parse("::1"), 80).localAddress());
    loop();
    assertEquals(2, accepted.size());
  }

  @Test
  void closedPort_refusesAtOnce() throws Exception {
    for (IpAddress to : List.of(A, B, A6)) {
      TcpConnection refused = connect(null, 0, to, 81);
      loop();
      assertEquals(CloseReason.REFUSED, refused.closeReason());
    }
    assertEquals(6, looped.size());
    assertEquals(0, stack.connections());
  }

  @Test
  void listenerOfOneAddress_hearsOnlyThat() throws Exception {
    stack.listen(B, 80, 0);
    TcpConnection refused = connect(A, 0, A, 80);
    TcpConnection taken = connect(A, 0, B, 80);
    loop();
    assertEquals(CloseReason.REFUSED, refused.closeReason());
    assertEquals(TcpState.ESTABLISHED, taken.state());
  }

  @Test
  void ownPort_isRefusedWithOneLine_andNeverChosen() throws Exception {
    stack.listen(A, 80, 0);
    StackException e = assertThrows(StackException.class, () -> connect(A, 80, A, 80));
    assertEquals("cannot connect 10.0.0.1:80 to itself: choose another local port", e.getMessage());
    assertEquals(50_001, connect(A, 0, A, 50_000).localPort());
    assertThrows(StackException.class, () -> connect(A, 0, A, 50_000));
    loop();
    assertNotNull(connect(B, 80, A, 80)); // another address is another end
    loop();
    assertEquals(1, accepted.size());
  }

  /** RFC 9293 §3.5, figure 7, with both ends here. */
  @Test
  void twoConnectsToEachOther_areOneConnection() throws Exception {
    TcpConnection one = connect(A, 7_000, B, 8_000);
    TcpConnection other = connect(B, 8_000, A, 7_000);
    loop();
    assertEquals(TcpState.ESTABLISHED, one.state());
    assertEquals(TcpState.ESTABLISHED, other.state());
    carry(one, other);
  }

  @Test
  void readerThatDoesNotRead_stopsTheWriter_andHoldsNoMoreThanTheBuffers() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection up = connect(null, 0, A, 80);
    loop();
    byte[] bytes = new byte[100_000];
    int written = 0;
    for (int i = 0; i < 100; i++) {
      written += up.write(bytes, 0, bytes.length, nowNs);
      loop();
    }
    assertTrue(written <= 2 * 256 * 1024, written + " bytes written");
    assertTrue(stack.bytesHeld() <= 5 * 256 * 1024, stack.bytesHeld() + " bytes held");
    assertEquals(0, stack.counters().dropped().size());
    assertEquals(0, up.info(nowNs).retransmits());
  }

  /**
   * Where memory is scarce no edge advances, and bytes in flight leave by others' windows. Between
   * our own ends there are no others: they would wait for each other.
   */
  @Test
  void twoFullSendBuffers_doNotWaitForEachOthersMemory() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection up = connect(null, 0, A, 80);
    loop();
    TcpConnection down = accepted.get(0);
    stack.changeMaxBytesHeld(900_000); // two send buffers of 256 KiB are more than half of it
    long[] read = {0, 0};
    for (int i = 0; i < 200; i++) {
      up.write(new byte[300_000], 0, 300_000, nowNs);
      down.write(new byte[300_000], 0, 300_000, nowNs);
      loop();
      read[0] += readAll(down);
      read[1] += readAll(up);
    }
    loop();
    assertTrue(read[0] > 5_000_000, read[0] + " bytes up");
    assertTrue(read[1] > 5_000_000, read[1] + " bytes down");
    assertTrue(stack.budget().held() <= 900_000, stack.budget().held() + " bytes held");
  }

  private long readAll(TcpConnection from) {
    long read = 0;
    for (Slice slice; (slice = from.read(Integer.MAX_VALUE, nowNs)) != null; ) {
      read += slice.length();
    }
    return read;
  }

  /** The end that closed first rests in TIME-WAIT, and answers the other here too. */
  @Test
  void timeWait_answersItsOwnPeer() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection up = connect(A, 50_000, A, 80);
    loop();
    up.end();
    loop();
    TcpConnection down = accepted.get(0);
    down.end();
    loop();
    assertEquals(1, stack.timeWaits());
    assertEquals(0, stack.connections());
    assertThrows(StackException.class, () -> connect(A, 50_000, A, 80));
    nowNs += 60_000_000_000L;
    stack.onTick(nowNs);
    connect(A, 50_000, A, 80);
    loop();
    assertEquals(2, accepted.size());
  }

  /** Packets to ourselves pass no transport, so nothing that comes from there is about them. */
  @Test
  void whatComesFromTheTransport_touchesThemNot() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection up = connect(A, 50_000, A, 80);
    loop();
    up.write(new byte[10], 0, 10, nowNs);
    TestPacket forged = new TestPacket();
    forged.src = A.toBytes();
    forged.dst = A.toBytes();
    forged.srcPort = 80;
    forged.dstPort = 50_000;
    forged.seq = up.rcvNxt();
    forged.flags = TestPacket.RST;
    byte[] reset = forged.encode();
    stack.onPacket(reset, 0, reset.length, nowNs);
    forged.srcPort = 50_000;
    forged.dstPort = 80;
    forged.seq = up.sndNxt() - 1;
    byte[] quote = Arrays.copyOf(forged.encode(), 28);
    byte[] icmp = IcmpErrors.encode(OTHER.toBytes(), A.toBytes(), 3, 3, 0, quote);
    stack.onPacket(icmp, 0, icmp.length, nowNs);
    assertEquals(1, stack.counters().dropped(DropReason.OWN_SOURCE));
    assertEquals(1, stack.counters().dropped(DropReason.ICMP));
    loop();
    assertEquals(10, accepted.get(0).readable());
  }

  @Test
  void endOfTheStack_endsThem() throws Exception {
    stack.listen(null, 80, 0);
    TcpConnection up = connect(null, 0, A, 80);
    loop();
    stack.abortAll(CloseReason.ADAPTER_CLOSED, true, nowNs);
    loop();
    assertEquals(CloseReason.ADAPTER_CLOSED, up.closeReason());
    assertEquals(CloseReason.ADAPTER_CLOSED, accepted.get(0).closeReason());
    assertEquals(0, stack.connections());
  }
}
