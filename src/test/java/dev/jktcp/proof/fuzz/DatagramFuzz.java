package dev.jktcp.proof.fuzz;

import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.DatagramLab;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reassembly and UDP on any order of fragments and datagrams, against {@link Shelf} and a reading
 * of RFC 768 of its own: the port is given exactly the datagrams that it should be given, bytes and
 * order, never one made of two; each ICMP error has its reason; in time nothing is held.
 *
 * <p>Input: steps, whose first octet says what is done, and the octets behind it with what.
 */
public final class DatagramFuzz {
  private static final int PORT = 9;
  private static final int KEYS = 6; // more than there is room for
  private static final int ROOM = 4;
  private static final int BUFFER = 8_000;
  private static final int UDP = 17;
  private static final byte[] V4 = {10, 0, 0, 1};
  private static final byte[] V4_PEER = {10, 0, 0, 2};
  private static final byte[] V6 = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final byte[] V6_PEER = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  private static final int MOST_STEPS = 400;

  private final Draws draws;
  private final IpStack stack;
  private final UdpPort port;
  private final Shelf shelf = new Shelf(ROOM);
  private final ArrayDeque<byte[]> expected = new ArrayDeque<>(); // payloads to be read
  private final byte[] out = new byte[1_500];
  private int expectedBytes;
  private int icmp; // errors that the stack should have sent since the last look
  private long nowNs = SECOND;

  private DatagramFuzz(byte[] input) throws StackException {
    draws = new Draws(input);
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.v4(V4, 0))
            .addAddress(IpAddress.v6(V6, 0))
            .maxReassemblies(ROOM)
            .udpReceiveBuffer(BUFFER)
            .resetsPerSecond(1_000_000);
    stack = new IpStack(options, 1, 2);
    port = stack.bind(null, PORT);
  }

  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    new DatagramFuzz(input).run();
  }

  private void run() {
    for (int i = 0; i < MOST_STEPS && draws.hasMore(); i++) {
      step(draws.octet());
      lookForErrors();
      checkHeld();
    }
    read();
    advance(61 * SECOND);
    lookForErrors();
    Checks.that(stack.reassemblies() == 0, "fragments for ever");
    Checks.that(stack.budget().held() == ByteBudget.UDP_PORT, "memory for ever");
  }

  private void step(int what) {
    boolean v6 = (what & 1) != 0;
    switch (what >>> 1 & 7) {
      case 0 -> datagram(v6);
      case 1 -> advance(draws.below(40) * SECOND);
      case 2 -> read();
      case 3 -> strangeFragment(v6);
      default -> trueFragment(v6);
    }
  }

  private void advance(long byNs) {
    nowNs += byNs;
    stack.onTick(nowNs);
    icmp += shelf.expire(nowNs);
  }

  // --- datagrams

  private void datagram(boolean v6) {
    byte[] payload = draws.octets(draws.below(24));
    int switches = draws.octet();
    byte[] udp = udp(v6, (switches & 3) == 3 ? draws.sixteen() : PORT, payload);
    if ((switches & 4) != 0) {
      TestPacket.put16(udp, 4, draws.below(48)); // its length
    }
    if ((switches & 8) != 0) {
      udp[draws.below(udp.length)] ^= (byte) draws.octet();
    }
    if ((switches & 16) != 0) {
      TestPacket.put16(udp, 6, 0);
    }
    byte[] cut = (switches & 32) != 0 ? Arrays.copyOf(udp, draws.below(udp.length + 1)) : udp;
    give(packet(v6, cut));
    expect(v6, cut);
  }

  private static byte[] udp(boolean v6, int toPort, byte[] payload) {
    byte[] udp = new byte[8 + payload.length];
    TestPacket.put16(udp, 0, 4_000);
    TestPacket.put16(udp, 2, toPort);
    TestPacket.put16(udp, 4, udp.length);
    System.arraycopy(payload, 0, udp, 8, payload.length);
    int sum = Checks.checksum(pseudo(v6, udp.length), udp, 0, udp.length);
    TestPacket.put16(udp, 6, sum == 0 ? 0xffff : sum);
    return udp;
  }

  private static long pseudo(boolean v6, int length) {
    byte[] from = v6 ? V6_PEER : V4_PEER;
    byte[] to = v6 ? V6 : V4;
    return Checks.sum(Checks.sum(UDP + length, from, 0, from.length), to, 0, to.length);
  }

  /** What RFC 768 makes of the data of a whole IP packet. */
  private void expect(boolean v6, byte[] udp) {
    if (udp.length < 8) {
      return;
    }
    int length = TestPacket.get16(udp, 4);
    if (length < 8 || length > udp.length) {
      return;
    }
    boolean none = TestPacket.get16(udp, 6) == 0;
    boolean right = Checks.checksum(pseudo(v6, length), udp, 0, length) == 0;
    if (none ? v6 : !right) {
      return;
    }
    int to = TestPacket.get16(udp, 2);
    if (to == PORT) {
      deliver(Arrays.copyOfRange(udp, 8, length));
    } else if (to != 0) {
      icmp++;
    }
  }

  private void deliver(byte[] payload) {
    int bytes = ByteBudget.ofDatagram(payload.length);
    if (expected.isEmpty() || expectedBytes + bytes <= BUFFER) {
      expected.add(payload);
      expectedBytes += bytes;
    }
  }

  private void read() {
    for (byte[] next; (next = expected.poll()) != null; ) {
      expectedBytes -= ByteBudget.ofDatagram(next.length);
      Datagram datagram = port.receive();
      Checks.that(datagram != null, "a datagram is missing");
      Checks.that(Arrays.equals(datagram.payload(), next), "other bytes", next);
      Checks.that(datagram.local().isV6() == datagram.remote().isV6(), "of two families");
    }
    Checks.that(port.receive() == null, "a datagram too many");
  }

  // --- fragments

  /** A piece of one of a few datagrams, as a router would cut it. */
  private void trueFragment(boolean v6) {
    int key = draws.below(KEYS);
    byte[] whole = udp(v6, PORT, filled(key));
    int pieces = 1 + key;
    int size = (whole.length / (pieces + 1) & ~7) + 8;
    int at = draws.below(pieces + 1) * size;
    if (at < whole.length) {
      int end = Math.min(whole.length, at + size);
      fragment(v6, key, at, Arrays.copyOfRange(whole, at, end), end < whole.length);
    }
  }

  private static byte[] filled(int key) {
    byte[] payload = new byte[60 + 700 * key];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i * 31 + key);
    }
    return payload;
  }

  private void strangeFragment(boolean v6) {
    int key = draws.below(KEYS);
    int at = 8 * (draws.below(8) == 7 ? draws.below(8_192) : draws.below(40));
    boolean more = draws.octet() % 3 != 0;
    int length = draws.below(8) == 7 ? draws.below(64) : 8 * draws.below(40);
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) draws.octet());
    if (at == 0 && length >= 8) { // the datagram's own header, or nothing would ever be delivered
      byte[] whole = udp(v6, PORT, filled(key));
      System.arraycopy(whole, 0, data, 0, 8);
    }
    fragment(v6, key, at, data, more);
  }

  private void fragment(boolean v6, int key, int at, byte[] data, boolean more) {
    give(DatagramLab.fragment(packet(v6, data), data, at, more, key));
    if (at == 0 && !more) { // a whole packet (RFC 6946)
      expect(v6, data);
      return;
    }
    icmp += shelf.expire(nowNs);
    Shelf.Answer answer = shelf.add(v6, key, at, data, more, nowNs);
    icmp += answer.told() ? 1 : 0;
    if (answer.whole() != null) {
      expect(v6, answer.whole());
    }
  }

  private static byte[] packet(boolean v6, byte[] data) {
    int header = v6 ? 40 : 20;
    byte[] p = new byte[header + data.length];
    System.arraycopy(data, 0, p, header, data.length);
    if (v6) {
      p[0] = 0x60;
      TestPacket.put16(p, 4, data.length);
      p[6] = UDP;
      p[7] = 64;
      System.arraycopy(V6_PEER, 0, p, 8, 16);
      System.arraycopy(V6, 0, p, 24, 16);
    } else {
      p[0] = 0x45;
      TestPacket.put16(p, 2, p.length);
      p[8] = 64;
      p[9] = UDP;
      System.arraycopy(V4_PEER, 0, p, 12, 4);
      System.arraycopy(V4, 0, p, 16, 4);
      TestPacket.put16(p, 10, Checks.checksum(0, p, 0, 20));
    }
    return p;
  }

  // --- the stack

  private void give(byte[] packet) {
    byte[] lent = packet.clone();
    stack.onLentPacket(lent, 0, lent.length, nowNs);
    stack.releasePackets();
    Arrays.fill(lent, (byte) 0xdd); // it is its owner's again
  }

  private void lookForErrors() {
    List<byte[]> sent = new ArrayList<>();
    for (int n; (n = stack.pollPacket(out, 0, nowNs)) > 0; ) {
      sent.add(Arrays.copyOf(out, n));
    }
    Checks.that(sent.size() == icmp, sent.size() + " ICMP errors", icmp);
    icmp = 0;
    for (byte[] packet : sent) {
      boolean v6 = TestPacket.isV6(packet);
      Checks.that((packet[v6 ? 6 : 9] & 0xff) == (v6 ? 58 : 1), "a packet that is not ICMP");
      Checks.that(packet[(v6 ? 40 : 20) + 8] >> 4 == (v6 ? 6 : 4), "an error that quotes nothing");
    }
  }

  private void checkHeld() {
    Checks.that(stack.reassemblies() == shelf.size(), stack.reassemblies(), shelf.size());
    Checks.that(port.readable() == expected.size(), port.readable(), expected.size());
    Checks.that(port.bytesToRead() == expectedBytes, port.bytesToRead(), expectedBytes);
    Checks.that(stack.reassemblyBytes() >= shelf.bytes(), "fewer bytes counted than are held");
    long held =
        ByteBudget.UDP_PORT
            + expectedBytes
            + stack.reassemblyBytes()
            + (long) shelf.size() * ByteBudget.PARTIAL_PACKET;
    Checks.that(stack.budget().held() == held, stack.budget().held(), held);
  }
}
