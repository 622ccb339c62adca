package dev.jktcp.proof.fuzz;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.wire.Checksum;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketFramer;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import dev.jktcp.wire.UdpDatagram;
import java.util.Arrays;
import java.util.Map;

/**
 * The parsers, on any bytes, against {@link Reading}: they refuse the same packets for the same
 * reasons and find the same in the others, wherever a packet lies and whatever is behind it; the
 * framer finds the same length; a TCP segment written again from what was read is read as the same,
 * by the tests' own decoder, too. And a stack with a listener, given the packet as its first,
 * counts and answers what RFC 9293 §3.10.7.1 and §3.10.7.2 say, at most one packet.
 *
 * <p>Input: an octet of switches, then the packet. Bit 0 makes its checksums right, or no fuzzer
 * would come past them; bit 1 puts padding behind it; bit 2 sends it to one of the stack's
 * addresses and bit 3, if it is TCP, to the listener; bits 4 … 7 are its place in the array.
 */
public final class PacketFuzz {
  private static final int REPAIR = 1;
  private static final int PAD = 2;
  private static final int FOR_US = 4;
  private static final int FOR_LISTENER = 8;
  private static final byte GUARD = (byte) 0xA5;
  private static final int PADDING = 9;
  private static final int PORT = 80;
  private static final byte[] V4 = {10, 0, 0, 1};
  private static final byte[] V6 = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final Reading expected;
  private final IpPacket ip = new IpPacket();
  private final TcpSegment segment = new TcpSegment();

  private PacketFuzz(byte[] data) {
    int switches = data[0];
    byte[] packet = Arrays.copyOfRange(data, 1, data.length);
    if ((switches & FOR_US) != 0) {
      redirect(packet, (switches & FOR_LISTENER) != 0);
    }
    if ((switches & REPAIR) != 0) {
      repair(packet);
    }
    offset = switches >>> 4 & 0xf;
    length = packet.length + ((switches & PAD) != 0 ? PADDING : 0);
    bytes = new byte[offset + length + PADDING];
    Arrays.fill(bytes, GUARD);
    System.arraycopy(packet, 0, bytes, offset, packet.length);
    expected = new Reading(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  public static void fuzzerTestOneInput(byte[] data) throws Exception {
    if (data.length > 1) {
      new PacketFuzz(data).run();
    }
  }

  private static void redirect(byte[] packet, boolean listener) {
    boolean v6 = (packet[0] & 0xf0) == 0x60;
    byte[] ours = v6 ? V6 : V4;
    int at = v6 ? 24 : 16;
    if (packet.length >= at + ours.length) {
      System.arraycopy(ours, 0, packet, at, ours.length);
    }
    repair(packet);
    Reading plain = new Reading(packet);
    if (listener && plain.refused == null && plain.protocol == IpPacket.TCP) {
      if (plain.payloadLength() >= 4) {
        TestPacket.put16(packet, plain.payloadAt + 2, PORT);
      }
    }
  }

  private void run() throws Exception {
    byte[] before = bytes.clone();
    feedStack();
    DropReason refused = refusalOf(() -> ip.parse(bytes, offset, length));
    Checks.that(refused == expected.refused, refused, expected.refused);
    if (refused == null) {
      checkIp();
      parsePayload();
    }
    Checks.that(Arrays.equals(before, bytes), "parsing changed the packet");
  }

  private interface Parse {
    void run() throws MalformedPacket;
  }

  private static DropReason refusalOf(Parse parse) {
    try {
      parse.run();
      return null;
    } catch (MalformedPacket malformed) {
      return malformed.reason();
    }
  }

  // --- the stack

  private void feedStack() throws StackException {
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.v4(V4, 0))
            .addAddress(IpAddress.v6(V6, 0))
            .maxReassemblies(0); // fragments are for ReassemblyTest
    IpStack stack = new IpStack(options, 1, 2);
    stack.listen(null, PORT, 1);
    stack.onPacket(bytes, offset, length, 0);
    DropReason drop = expectedDrop();
    Map<DropReason, Long> counted = stack.counters().dropped();
    Checks.that(counted.equals(drop == null ? Map.of() : Map.of(drop, 1L)), counted.keySet(), drop);
    byte[] to = new byte[stack.mtu()];
    int n = stack.pollPacket(to, 0, 0);
    boolean udp = expected.refused == null && expected.protocol == IpPacket.UDP;
    boolean tcp = drop == null && !expected.icmp && !udp;
    boolean opens = tcp && toListener() && (expected.flags & 0x16) == TestPacket.SYN;
    Checks.that(stack.connections() == (opens ? 1 : 0), stack.connections(), opens);
    if (drop != null || tcp && !isAnswered()) {
      Checks.that(n == 0, "an answer to what deserves none");
    } else if (tcp) {
      checkAnswer(TestPacket.decode(to, 0, n), opens);
    } else if (udp) {
      checkUnreachable(Arrays.copyOf(to, n));
    } else {
      checkEcho(Arrays.copyOf(to, n));
    }
    Checks.that(n == 0 || stack.pollPacket(to, 0, 0) == 0, "two answers");
  }

  /** In the order of IP, its addresses, and what it carries. */
  private DropReason expectedDrop() {
    boolean fragment = expected.refused == DropReason.FRAGMENT; // by then its addresses are known
    if (expected.refused != null && !fragment) {
      return expected.refused;
    }
    if (!isSource(expected.src)) {
      return DropReason.BAD_SOURCE;
    }
    byte[] dst = expected.dst;
    if (!Arrays.equals(dst, expected.v6 ? V6 : V4)) {
      boolean group =
          expected.v6
              ? dst[0] == -1
              : (dst[0] & 0xf0) == 0xe0 || Reading.number(dst) == -1; // all hosts
      return group ? DropReason.MULTICAST : DropReason.NOT_FOR_US;
    }
    if (Arrays.equals(expected.src, dst)) { // the other address of ours is of the other family
      return DropReason.OWN_SOURCE;
    }
    if (fragment) {
      return DropReason.FRAGMENT;
    }
    if (expected.payloadRefused != null) {
      return expected.payloadRefused;
    }
    if (expected.protocol == IpPacket.UDP) {
      return expected.dstPort == 0 ? DropReason.PORT_ZERO : null;
    }
    if (expected.icmp) { // there is no connection that an error could be about
      return expected.isEchoRequest() ? null : DropReason.ICMP;
    }
    if (expected.srcPort == 0 || expected.dstPort == 0) {
      return DropReason.PORT_ZERO;
    }
    boolean synWithFin = has(TestPacket.SYN) && has(TestPacket.FIN);
    return synWithFin && toListener() ? DropReason.SYN_WITH_FIN : null;
  }

  /** RFC 1122 §3.2.1.3, RFC 4291 §2.7, §2.5.2, §2.5.5.2. */
  private static boolean isSource(byte[] src) {
    if (src.length == 4) {
      boolean thisNetOrLoopback = src[0] == 0 || src[0] == 127;
      return !thisNetOrLoopback && (src[0] & 0xf0) != 0xe0 && Reading.number(src) != -1;
    }
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    if (Arrays.equals(src, loopback)) {
      return false;
    }
    byte[] mapped = new byte[12];
    boolean unspecified = Arrays.equals(src, new byte[16]);
    mapped[10] = -1;
    mapped[11] = -1;
    return src[0] != -1 && !unspecified && !Arrays.equals(src, 0, 12, mapped, 0, 12);
  }

  private boolean toListener() {
    return expected.dstPort == PORT;
  }

  private boolean has(int flag) {
    return (expected.flags & flag) != 0;
  }

  /** §3.10.7.1; §3.10.7.2: LISTEN takes no notice of what is neither ACK nor SYN. */
  private boolean isAnswered() {
    return !has(TestPacket.RST) && (!toListener() || has(TestPacket.ACK) || has(TestPacket.SYN));
  }

  private void checkAnswer(TestPacket answer, boolean opens) {
    Checks.that(Arrays.equals(answer.src, expected.dst), "the answer's source");
    Checks.that(Arrays.equals(answer.dst, expected.src), "the answer's destination");
    Checks.that(answer.srcPort == expected.dstPort, answer.srcPort, expected.dstPort);
    Checks.that(answer.dstPort == expected.srcPort, answer.dstPort, expected.srcPort);
    Checks.that(answer.payload.length == 0, "an answer with a payload");
    int flags =
        opens
            ? TestPacket.SYN | TestPacket.ACK
            : has(TestPacket.ACK) ? TestPacket.RST : TestPacket.RST | TestPacket.ACK;
    Checks.that(answer.flags == flags, answer.flags, flags);
    if (opens) {
      Checks.that(answer.ack == expected.seq + 1, answer.ack, expected.seq + 1);
      Checks.that(answer.option("mss") == 1400 - (expected.v6 ? 60 : 40), "the MSS offered");
      boolean scales = expected.option(3) != null;
      Checks.that(answer.option("wscale") >= 0 == scales, "the scale offered");
    } else if (has(TestPacket.ACK)) {
      Checks.that(answer.seq == expected.ack, answer.seq, expected.ack);
    } else {
      int ack = expected.seq + expected.segmentLength();
      Checks.that(answer.seq == 0 && answer.ack == ack, answer.ack, ack);
    }
  }

  /** Nobody reads the port. */
  private void checkUnreachable(byte[] answer) {
    Reading error = new Reading(answer);
    Checks.that(error.refused == null && error.payloadRefused == null, "a malformed ICMP error");
    Checks.that(Arrays.equals(error.src, expected.dst), "the error's source");
    Checks.that(Arrays.equals(error.dst, expected.src), "the error's destination");
    Checks.that(error.icmpType == (expected.v6 ? 1 : 3), error.icmpType, "unreachable");
    Checks.that(error.icmpCode == (expected.v6 ? 4 : 3), error.icmpCode, "port");
    int quoted = answer.length - error.payloadAt - 8;
    int most = (expected.v6 ? 1280 : 576) - error.payloadAt - 8;
    Checks.that(quoted == Math.min(expected.total, most), quoted, "as much as fits");
    Checks.that(
        Arrays.equals(
            Arrays.copyOfRange(bytes, offset, offset + quoted),
            Arrays.copyOfRange(answer, error.payloadAt + 8, answer.length)),
        "the quote");
  }

  private void checkEcho(byte[] answer) {
    Reading reply = new Reading(answer);
    Checks.that(reply.refused == null && reply.payloadRefused == null, "a malformed echo");
    Checks.that(reply.total == answer.length, "the echo's length");
    Checks.that(Arrays.equals(reply.src, expected.dst), "the echo's source");
    Checks.that(Arrays.equals(reply.dst, expected.src), "the echo's destination");
    Checks.that(reply.icmpType == (expected.v6 ? 129 : 0), reply.icmpType, "a reply");
    byte[] asked = new byte[expected.payloadLength() - 4];
    System.arraycopy(bytes, offset + expected.payloadAt + 4, asked, 0, asked.length);
    Checks.that(
        Arrays.equals(asked, Arrays.copyOfRange(answer, reply.payloadAt + 4, answer.length)),
        "the echo's data");
  }

  // --- the parsers

  private void checkIp() throws FramingLost {
    Checks.that(ip.offset() == offset && ip.bytes() == bytes, "where it lies");
    Checks.that(ip.v6() == expected.v6, ip.v6(), expected.v6);
    Checks.that(ip.totalLength() == expected.total, ip.totalLength(), expected.total);
    Checks.that(ip.protocol() == expected.protocol, ip.protocol(), expected.protocol);
    Checks.that(ip.ttl() == expected.ttl, ip.ttl(), expected.ttl);
    Checks.that(
        ip.trafficClass() == expected.trafficClass, ip.trafficClass(), expected.trafficClass);
    int at = ip.payloadOffset() - offset;
    Checks.that(at == expected.payloadAt, at, expected.payloadAt);
    Checks.that(ip.payloadLength() == expected.payloadLength(), "the payload's length");
    Checks.that(Arrays.equals(ip.src().toBytes(), expected.src), ip.src(), expected.src);
    Checks.that(Arrays.equals(ip.dst().toBytes(), expected.dst), ip.dst(), expected.dst);
    Checks.that(ip.srcMatches(ip.src()) && ip.dstMatches(ip.dst()), "addresses");
    boolean same = Arrays.equals(expected.src, expected.dst);
    Checks.that(ip.srcMatches(ip.dst()) == same && ip.dstMatches(ip.src()) == same, "matches");
    Checks.that(ip.src().hi() == ip.srcHi() && ip.src().lo() == ip.srcLo(), "the source");
    Checks.that(ip.dst().hi() == ip.dstHi() && ip.dst().lo() == ip.dstLo(), "the destination");
    boolean jumbogram = ip.v6() && ip.totalLength() == 40;
    if (!jumbogram) {
      PacketFramer framer = new PacketFramer();
      framer.feed(bytes, offset, ip.totalLength());
      Checks.that(framer.next(), "the framer sees no whole packet");
      Checks.that(framer.packetLength() == ip.totalLength(), "the framer's length");
    }
  }

  private void parsePayload() throws MalformedPacket {
    if (expected.protocol == IpPacket.UDP) {
      checkDatagram();
    } else if (!expected.icmp) {
      Checks.that(!IcmpEcho.isIcmp(ip) && !IcmpEcho.isRequest(ip), "no ICMP");
      DropReason refused = refusalOf(() -> segment.parse(ip, true));
      Checks.that(refused == expected.payloadRefused, refused, expected.payloadRefused);
      if (refused == null) {
        checkSegment();
        writeAgain();
      } else if (refused == DropReason.BAD_TCP_CHECKSUM) {
        refusalOf(() -> segment.parse(ip, false)); // where something below verified it
      }
    } else {
      checkIcmp();
    }
  }

  private void checkDatagram() {
    UdpDatagram datagram = new UdpDatagram();
    DropReason refused = refusalOf(() -> datagram.parse(ip, true));
    Checks.that(refused == expected.payloadRefused, refused, expected.payloadRefused);
    if (refused == null) {
      int end = expected.payloadAt + expected.udpLength;
      Checks.that(datagram.srcPort() == expected.srcPort, "the source port");
      Checks.that(datagram.dstPort() == expected.dstPort, "the destination port");
      byte[] data = Arrays.copyOfRange(bytes, offset + expected.dataAt, offset + end);
      Checks.that(Arrays.equals(datagram.payload(), data), "the datagram's payload");
    }
  }

  private void checkIcmp() {
    boolean[] request = {false};
    DropReason refused = refusalOf(() -> request[0] = IcmpEcho.isRequest(ip));
    Checks.that(refused == expected.payloadRefused, refused, expected.payloadRefused);
    Checks.that(request[0] == expected.isEchoRequest(), request[0], expected.isEchoRequest());
    if (refused == null && !request[0]) {
      checkIcmpError();
    }
  }

  private void checkIcmpError() {
    IcmpError error = new IcmpError();
    boolean taken = error.parse(ip);
    Reading.Quote quote = expected.quote;
    Checks.that(taken == (quote != null), taken, quote);
    if (taken) {
      Checks.that(error.type() == expected.icmpType, error.type(), expected.icmpType);
      Checks.that(error.code() == expected.icmpCode, error.code(), expected.icmpCode);
      Checks.that(Arrays.equals(error.src().toBytes(), quote.src()), "who sent what is quoted");
      Checks.that(Arrays.equals(error.dst().toBytes(), quote.dst()), "to whom");
      Checks.that(error.srcPort() == quote.srcPort(), error.srcPort(), quote.srcPort());
      Checks.that(error.dstPort() == quote.dstPort(), error.dstPort(), quote.dstPort());
      Checks.that(error.seq() == quote.seq(), error.seq(), quote.seq());
    }
  }

  private void checkSegment() {
    Checks.that(segment.srcPort() == expected.srcPort, segment.srcPort(), expected.srcPort);
    Checks.that(segment.dstPort() == expected.dstPort, segment.dstPort(), expected.dstPort);
    Checks.that(segment.seq() == expected.seq, segment.seq(), expected.seq);
    Checks.that(segment.ack() == expected.ack, segment.ack(), expected.ack);
    Checks.that(segment.flags() == expected.flags, segment.flags(), expected.flags);
    Checks.that(segment.window() == expected.window, segment.window(), expected.window);
    Checks.that(segment.urgentPointer() == expected.urgent, "the urgent pointer");
    Checks.that(segment.payloadOffset() - offset == expected.dataAt, "the data's place");
    Checks.that(segment.payloadLength() == expected.total - expected.dataAt, "its length");
    Checks.that(segment.length() == expected.segmentLength(), "SEG.LEN");
    checkOptions();
  }

  private void checkOptions() {
    int mss = expected.option(2) == null ? -1 : Reading.number(expected.option(2));
    Checks.that(segment.mss() == mss, segment.mss(), mss);
    int scale = expected.option(3) == null ? -1 : Reading.number(expected.option(3));
    Checks.that(segment.windowScale() == scale, segment.windowScale(), scale);
    Checks.that(segment.sackPermitted() == (expected.option(4) != null), "SACK permitted");
    byte[] sack = expected.option(5) == null ? new byte[0] : expected.option(5);
    Checks.that(segment.sackBlocks() * 8 == sack.length, segment.sackBlocks(), sack.length);
    for (int i = 0; i < segment.sackBlocks(); i++) {
      Checks.that(segment.sackStart(i) == TestPacket.get32(sack, 8 * i), "a block's start");
      Checks.that(segment.sackEnd(i) == TestPacket.get32(sack, 8 * i + 4), "a block's end");
    }
    byte[] times = expected.option(8);
    Checks.that(segment.hasTimestamps() == (times != null), "timestamps");
    if (times != null) {
      Checks.that(segment.tsVal() == TestPacket.get32(times, 0), "TSval");
      Checks.that(segment.tsEcr() == TestPacket.get32(times, 4), "TSecr");
    }
  }

  private void writeAgain() throws MalformedPacket {
    int optionsAt = ip.payloadOffset() + TcpSegment.HEADER;
    int optionsLength = segment.payloadOffset() - optionsAt;
    byte[] options = Arrays.copyOfRange(bytes, optionsAt, segment.payloadOffset());
    byte[] copy = new byte[PacketWriter.headerLength(ip.v6(), 40) + segment.payloadLength() + 2];
    int header = PacketWriter.headerLength(ip.v6(), optionsLength);
    int urgent = segment.urg() ? segment.urgentPointer() : 0;
    int ttl = Math.max(1, ip.ttl());
    OutSegment out =
        new OutSegment()
            .begin(ip.src(), segment.srcPort(), ip.dst(), segment.dstPort())
            .ip(ttl, ip.trafficClass())
            .tcp(segment.flags(), segment.seq(), segment.ack())
            .window(segment.window())
            .urgent(urgent)
            .addOptions(options, 0, optionsLength)
            .payload(
                (seq, length, to, at) ->
                    Checksum.addCopied(0, 0, bytes, segment.payloadOffset(), to, at, length),
                segment.payloadLength());
    int n = PacketWriter.tcp(copy, 1, out);
    Checks.that(n == header + segment.payloadLength(), "the written length");
    IpPacket again = new IpPacket();
    again.parse(copy, 1, n);
    new TcpSegment().parse(again, true);
    Checks.that(again.src().equals(ip.src()) && again.dst().equals(ip.dst()), "addresses");
    Checks.that(again.ttl() == ttl && again.trafficClass() == ip.trafficClass(), "IP fields");
    TestPacket p = TestPacket.decode(copy, 1, n);
    Checks.that(p.srcPort == segment.srcPort() && p.dstPort == segment.dstPort(), "ports");
    Checks.that(p.seq == segment.seq() && p.ack == segment.ack(), "numbers");
    Checks.that(p.flags == segment.flags() && p.window == segment.window(), "flags, window");
    Checks.that(p.urgentPointer == urgent && again.totalLength() == n, "urgent pointer, length");
    Checks.that(Arrays.equals(p.options, options), "options");
    Checks.that(
        Arrays.equals(
            p.payload,
            Arrays.copyOfRange(bytes, segment.payloadOffset(), offset + ip.totalLength())),
        "payload");
  }

  /** As the headers claim their lengths; where those are nonsense little is done. */
  private static void repair(byte[] packet) {
    boolean v6 = (packet[0] & 0xf0) == 0x60;
    int header = (packet[0] & 0xf) * 4;
    if (!v6 && header >= 20 && header <= packet.length) {
      TestPacket.put16(packet, 10, 0);
      TestPacket.put16(packet, 10, Checks.checksum(0, packet, 0, header));
    }
    Reading plain = new Reading(packet);
    int place =
        plain.protocol == IpPacket.TCP
            ? 16
            : plain.protocol == IpPacket.UDP ? 6 : plain.icmp ? 2 : -1;
    if (plain.refused != null || place < 0 || plain.payloadLength() < place + 2) {
      return;
    }
    int at = plain.payloadAt + place;
    TestPacket.put16(packet, at, 0);
    boolean pseudo = v6 || !plain.icmp;
    long start =
        pseudo
            ? Checks.sum(
                plain.protocol + plain.payloadLength(), packet, v6 ? 8 : 12, 2 * plain.src.length)
            : 0;
    TestPacket.put16(
        packet, at, Checks.checksum(start, packet, plain.payloadAt, plain.payloadLength()));
  }
}
