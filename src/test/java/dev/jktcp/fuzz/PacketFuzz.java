package dev.jktcp.fuzz;

import dev.jktcp.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.PacketFramer;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import java.util.Arrays;

/**
 * The parsers, on any bytes: what they take lies within the packet, padding changes nothing, the
 * framer finds the same length, and a TCP segment written again from what was read is read as the
 * same, by the tests' own decoder, too.
 *
 * <p>Input: an octet of switches, then the packet. Bit 0 makes its checksums right, or no fuzzer
 * would come past them; bit 1 puts padding behind it; bits 4 … 7 are its place in the array.
 */
public final class PacketFuzz {
  private static final int REPAIR = 1;
  private static final int PAD = 2;
  private static final byte GUARD = (byte) 0xA5;
  private static final int PADDING = 9;

  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final IpPacket ip = new IpPacket();
  private final TcpSegment segment = new TcpSegment();

  private PacketFuzz(byte[] data) {
    offset = data[0] >>> 4 & 0xf;
    length = data.length - 1;
    bytes = new byte[offset + length + PADDING];
    Arrays.fill(bytes, GUARD);
    System.arraycopy(data, 1, bytes, offset, length);
  }

  public static void fuzzerTestOneInput(byte[] data) throws Exception {
    if (data.length > 1) {
      new PacketFuzz(data).run((data[0] & REPAIR) != 0, (data[0] & PAD) != 0);
    }
  }

  private void run(boolean repair, boolean pad) throws Exception {
    if (repair) {
      repair();
    }
    byte[] before = bytes.clone();
    feedStack();
    try {
      ip.parse(bytes, offset, length + (pad ? PADDING : 0));
      checkIp();
      parsePayload();
    } catch (MalformedPacket malformed) {
      Checks.that(malformed.reason() != null, "a reason");
    }
    Checks.that(Arrays.equals(before, bytes), "parsing changed the packet");
  }

  /** A listener's stack takes it, whatever it is. */
  private void feedStack() throws StackException {
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.v4(new byte[] {10, 0, 0, 1}, 0))
            .addAddress(IpAddress.parse("fd00::1"));
    IpStack stack = new IpStack(options, 1, 2);
    stack.listen(null, 80, 1);
    stack.onPacket(bytes, offset, length, 0);
    byte[] to = new byte[stack.mtu()];
    for (int n; (n = stack.pollPacket(to, 0, 0)) > 0; ) {
      IpPacket answer = new IpPacket();
      try {
        answer.parse(to, 0, n);
        Checks.that(answer.totalLength() == n, "an answer's length");
        if (answer.protocol() == IpPacket.TCP) {
          TestPacket.decode(to, 0, n);
        }
      } catch (MalformedPacket malformed) {
        throw new AssertionError("a malformed answer: " + malformed.reason());
      }
    }
  }

  private void checkIp() throws FramingLost {
    int end = offset + ip.totalLength();
    Checks.that(ip.offset() == offset && ip.bytes() == bytes, "where it lies");
    Checks.that(end <= bytes.length, "the packet ends behind the array");
    Checks.that(ip.payloadOffset() >= offset + (ip.v6() ? 40 : 20), "payload in the header");
    Checks.that(ip.payloadLength() >= 0, "payload length " + ip.payloadLength());
    Checks.that(ip.payloadOffset() + ip.payloadLength() == end, "payload behind the packet");
    Checks.that(ip.srcMatches(ip.src()) && ip.dstMatches(ip.dst()), "addresses");
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
    if (IcmpEcho.isIcmp(ip)) {
      parseIcmp();
      return;
    }
    segment.parse(ip, true);
    Checks.that(segment.payloadLength() >= 0, "negative payload");
    Checks.that(
        segment.payloadOffset() + segment.payloadLength() == offset + ip.totalLength(),
        "the segment's end");
    Checks.that(segment.sackBlocks() >= 0 && segment.sackBlocks() <= 4, "SACK blocks");
    for (int i = 0; i < segment.sackBlocks(); i++) {
      segment.sackStart(i);
      segment.sackEnd(i);
    }
    writeAgain();
  }

  private void parseIcmp() throws MalformedPacket {
    if (IcmpEcho.isRequest(ip)) {
      byte[] reply = new byte[ip.totalLength() + 2];
      int n = IcmpEcho.reply(ip, reply, 1, ip.totalLength(), 64);
      Checks.that(n > 0 && n <= ip.totalLength(), "a reply of " + n + " bytes");
      Checks.that(reply[0] == 0 && reply[n + 1] == 0, "a reply beyond its length");
      IpPacket answer = new IpPacket();
      answer.parse(reply, 1, n);
      Checks.that(!IcmpEcho.isRequest(answer), "a reply that asks again");
      Checks.that(answer.payloadLength() == ip.payloadLength(), "the echo's data");
    } else {
      IcmpError error = new IcmpError();
      if (error.parse(ip)) {
        Checks.that(error.src() != null && error.dst() != null, "what an error quotes");
      }
    }
  }

  private void writeAgain() throws MalformedPacket {
    int optionsAt = ip.payloadOffset() + TcpSegment.HEADER;
    int optionsLength = segment.payloadOffset() - optionsAt;
    byte[] options = Arrays.copyOfRange(bytes, optionsAt, segment.payloadOffset());
    byte[] copy = new byte[PacketWriter.headerLength(ip.v6(), 40) + segment.payloadLength() + 2];
    int header = PacketWriter.headerLength(ip.v6(), optionsLength);
    System.arraycopy(bytes, segment.payloadOffset(), copy, 1 + header, segment.payloadLength());
    int urgent = segment.urg() ? segment.urgentPointer() : 0;
    int ttl = Math.max(1, ip.ttl());
    int n =
        PacketWriter.tcp(
            copy,
            1,
            ip.src(),
            ip.dst(),
            segment.srcPort(),
            segment.dstPort(),
            segment.seq(),
            segment.ack(),
            segment.flags(),
            segment.window(),
            urgent,
            options,
            optionsLength,
            segment.payloadLength(),
            ttl,
            ip.trafficClass());
    Checks.that(n == header + segment.payloadLength(), "the written length");
    IpPacket again = new IpPacket();
    again.parse(copy, 1, n);
    TcpSegment read = new TcpSegment();
    read.parse(again, true);
    Checks.that(again.src().equals(ip.src()) && again.dst().equals(ip.dst()), "addresses");
    Checks.that(again.ttl() == ttl && again.trafficClass() == ip.trafficClass(), "IP fields");
    Checks.that(fields(read).equals(fields(segment)), fields(read) + " of " + fields(segment));
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

  private static String fields(TcpSegment s) {
    StringBuilder out = new StringBuilder();
    out.append(s.srcPort()).append(' ').append(s.dstPort());
    out.append(' ').append(s.seq()).append(' ').append(s.ack());
    out.append(' ').append(s.flags()).append(' ').append(s.window());
    out.append(' ').append(s.payloadLength()).append(' ').append(s.length());
    out.append(' ').append(s.mss()).append(' ').append(s.windowScale());
    out.append(' ').append(s.sackPermitted()).append(' ').append(s.hasTimestamps());
    if (s.hasTimestamps()) {
      out.append(' ').append(s.tsVal()).append(' ').append(s.tsEcr());
    }
    for (int i = 0; i < s.sackBlocks(); i++) {
      out.append(' ').append(s.sackStart(i)).append(':').append(s.sackEnd(i));
    }
    return out.toString();
  }

  /** As the headers claim their lengths; where those are nonsense nothing is done. */
  private void repair() {
    boolean v6 = (bytes[offset] & 0xf0) == 0x60;
    if (length < (v6 ? 40 : 20)) {
      return;
    }
    if (!v6) {
      int header = (bytes[offset] & 0xf) * 4;
      if (header >= 20 && header <= length) {
        TestPacket.put16(bytes, offset + 10, 0);
        TestPacket.put16(bytes, offset + 10, Checks.checksum(0, bytes, offset, header));
      }
    }
    try {
      ip.parse(bytes, offset, length);
    } catch (MalformedPacket malformed) {
      return;
    }
    boolean tcp = ip.protocol() == IpPacket.TCP;
    int at = ip.payloadOffset() + (tcp ? 16 : 2);
    if (at + 2 > offset + ip.totalLength() || !tcp && !IcmpEcho.isIcmp(ip)) {
      return;
    }
    TestPacket.put16(bytes, at, 0);
    int addresses = v6 ? 32 : 8;
    long pseudo =
        ip.protocol() == IpPacket.ICMP
            ? 0
            : Checks.sum(
                ip.protocol() + ip.payloadLength(), bytes, offset + (v6 ? 8 : 12), addresses);
    TestPacket.put16(
        bytes, at, Checks.checksum(pseudo, bytes, ip.payloadOffset(), ip.payloadLength()));
  }
}
