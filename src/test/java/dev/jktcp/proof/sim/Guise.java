package dev.jktcp.proof.sim;

import dev.jktcp.proof.pkt.Personality;
import dev.jktcp.proof.script.TestPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one of our stacks look like another on the wire: its packets are rewritten as they leave,
 * and those it gets where they answer what was rewritten. Whatever a kernel does differently and
 * may do, its peers must live with.
 */
final class Guise {
  private static final int SYN_FIXED = 20;
  private static final int MSS = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int TIMESTAMPS = 8;
  private static final int UNKNOWN = 253; // RFC 4727: for experiments
  private static final int NONE = -1;

  /** Null: options stay in our order. */
  final Personality personality;

  /** The MSS of its SYNs; absent or ours when not positive. */
  final int mss;

  private final SimRandom random;
  private final Tally tally;
  private final boolean mssAbsent;
  private final boolean reversed;
  private final boolean unknownOption;
  private final boolean noScale;
  private final boolean noSack;
  private final boolean noTimestamps;
  private final int stopsTimestamps; // after so many segments of a flow; NONE: it goes on
  private final Map<Long, Integer> dressedOf = new HashMap<>(); // by flow: segments sent
  private final boolean forgetsSack; // another's blocks are not moved with its numbers: they lie
  private final int initialWindow; // NONE: ours
  private final boolean ownIsn;
  private final int isn;
  private final boolean pushes;
  private final boolean otherHeader;
  private final int ttl;
  private final int trafficClass;
  private final Map<Long, Integer> shifts = new HashMap<>(); // of sequence numbers, by flow

  Guise(SimRandom r, Tally tally) {
    this.random = r;
    this.tally = tally;
    personality =
        r.oneOf(null, Personality.LINUX, Personality.LINUX, Personality.FREEBSD, Personality.JKTCP);
    reversed = personality == null;
    mssAbsent = r.chance(0.15);
    mss = !mssAbsent && r.chance(0.25) ? r.oneOf(1, 28, 88, 216, 537, 1_001) : 0;
    unknownOption = r.chance(0.3);
    noScale = r.chance(0.3);
    initialWindow = r.chance(0.3) ? r.oneOf(0, 1, 536, 2_920, 5_840) : NONE;
    ownIsn = r.chance(0.5);
    isn = r.oneOf(0, 1, -1, -100, -70_000, Integer.MAX_VALUE, 64_000);
    pushes = r.chance(0.3);
    otherHeader = r.chance(0.5);
    ttl = r.oneOf(32, 128, 255, 1);
    trafficClass = r.below(256);
    noSack = r.chance(0.3);
    forgetsSack = r.chance(0.3);
    noTimestamps = r.chance(0.3);
    stopsTimestamps = r.chance(0.15) ? r.oneOf(5, 20, 100) : NONE;
  }

  /** A packet of the stack's as this one would have sent it; the array may be changed. */
  byte[] outgoing(byte[] packet) {
    boolean syn = (packet[TestPacket.tcpOffset(packet) + 13] & TestPacket.SYN) != 0;
    byte[] dressed = syn ? dressed(packet) : packet;
    int tcp = TestPacket.tcpOffset(dressed);
    long flow = flow(dressed, false);
    int seq = TestPacket.get32(dressed, tcp + 4);
    if (syn && ownIsn && !shifts.containsKey(flow)) {
      shifts.put(flow, isn - seq);
      tally.add(Kind.ISN_OF_ANOTHER_PATTERN);
    }
    TestPacket.put32(dressed, tcp + 4, seq + shifts.getOrDefault(flow, 0));
    if (pushes && dressed.length > tcp + headerLength(dressed)) {
      dressed[tcp + 13] |= TestPacket.PSH;
      tally.add(Kind.PUSH_ON_ALL);
    }
    if (otherHeader) {
      dressHeader(dressed, flow);
    }
    if (stopsTimestamps != NONE && dressedOf.merge(flow, 1, Integer::sum) > stopsTimestamps) {
      dressed = withoutTimestamps(dressed, syn);
    }
    TestPacket.fixChecksums(dressed);
    return dressed;
  }

  /** RFC 7323 §3.2 forbids to stop timestamps, and some stacks do it. */
  private byte[] withoutTimestamps(byte[] packet, boolean syn) {
    byte[] options = TestPacket.optionsOf(packet);
    if (syn || TestPacket.timestampsAt(options) < 0) {
      return packet;
    }
    tally.add(Kind.TIMESTAMPS_STOP);
    return TestPacket.withOptions(packet, joined(without(options(packet), TIMESTAMPS)));
  }

  /** What another sent to this one, as the stack behind it is to see it. */
  byte[] incoming(byte[] packet) {
    int shift = shifts.getOrDefault(flow(packet, true), 0);
    boolean syn = (packet[TestPacket.tcpOffset(packet) + 13] & TestPacket.SYN) != 0;
    if (shift == 0 && !(syn && (noScale || noSack || noTimestamps))) {
      return packet;
    }
    byte[] seen = packet.clone();
    if (syn && noScale) { // it does not know this option
      seen = TestPacket.withOptions(seen, joined(without(options(seen), WINDOW_SCALE)));
    }
    if (syn && noSack) {
      seen = TestPacket.withOptions(seen, joined(without(options(seen), SACK_PERMITTED)));
    }
    if (syn && noTimestamps) {
      seen = TestPacket.withOptions(seen, joined(without(options(seen), TIMESTAMPS)));
    }
    int tcp = TestPacket.tcpOffset(seen);
    if ((seen[tcp + 13] & TestPacket.ACK) != 0) {
      TestPacket.put32(seen, tcp + 8, TestPacket.get32(seen, tcp + 8) - shift);
    }
    seen = withSackMoved(seen, -shift);
    TestPacket.fixChecksums(seen);
    return seen;
  }

  /** As all who change sequence numbers should, and some firewalls do not. */
  private byte[] withSackMoved(byte[] packet, int by) {
    byte[] options = TestPacket.optionsOf(packet);
    if (by == 0 || !OptionRouter.reports(options)) {
      return packet;
    }
    if (forgetsSack) {
      tally.add(Kind.SACK_LIES);
      return packet;
    }
    TestPacket.moveSack(options, by);
    return TestPacket.withOptions(packet, options);
  }

  /** The same of an ICMP error, which quotes what this one sent. */
  IcmpMessage incoming(IcmpMessage message) {
    if (!message.quotesSegment()) {
      return message;
    }
    int shift = shifts.getOrDefault(flow(message.quote(), false), 0);
    return shift == 0 ? message : message.withQuotedSeq(message.quotedSeq() - shift);
  }

  /** A SYN with other options and another window. */
  private byte[] dressed(byte[] packet) {
    List<byte[]> options = options(packet);
    if (noScale) {
      options = without(options, WINDOW_SCALE);
      tally.add(Kind.NO_WINDOW_SCALE);
    }
    if (noSack) {
      options = without(options, SACK_PERMITTED);
      tally.add(Kind.SACK_NOT_PERMITTED);
    }
    if (noTimestamps) {
      options = without(options, TIMESTAMPS);
      tally.add(Kind.NO_TIMESTAMPS);
    }
    if (mssAbsent) {
      options = without(options, MSS);
      tally.add(Kind.MSS_ABSENT);
    }
    for (byte[] option : options) {
      if (option[0] == MSS && mss > 0) {
        TestPacket.put16(option, 2, Math.min(mss, TestPacket.get16(option, 2)));
        tally.add(Kind.MSS_SMALL);
      }
    }
    if (unknownOption) {
      options.add(random.below(options.size() + 1), new byte[] {(byte) UNKNOWN, 6, 1, 2, 3, 4});
      tally.add(Kind.UNKNOWN_OPTION);
    }
    byte[] dressed = TestPacket.withOptions(packet, laidOut(options));
    int window = TestPacket.tcpOffset(dressed) + 14;
    if (initialWindow != NONE && initialWindow < TestPacket.get16(dressed, window)) {
      TestPacket.put16(dressed, window, initialWindow);
      tally.add(Kind.SMALL_INITIAL_WINDOW);
    }
    return dressed;
  }

  private byte[] laidOut(List<byte[]> options) {
    if (!reversed) {
      return personality.layout(joined(options));
    }
    tally.add(Kind.OPTIONS_IN_ANOTHER_ORDER);
    List<byte[]> other = new ArrayList<>();
    for (byte[] option : options) {
      other.add(0, option);
      other.add(0, new byte[] {1}); // NOP
    }
    other.add(new byte[] {0, 77, 77}); // nothing counts behind the end
    return joined(other);
  }

  private void dressHeader(byte[] packet, long flow) {
    if (TestPacket.isV6(packet)) {
      int label = Long.hashCode(flow * 0x9e3779b97f4a7c15L) & 0xfffff;
      TestPacket.put32(packet, 0, 6 << 28 | trafficClass << 20 | label);
      packet[7] = (byte) ttl;
    } else {
      packet[1] = (byte) trafficClass;
      TestPacket.put16(packet, 4, random.below(65_536)); // identification
      packet[6] = 0; // it may be fragmented
      packet[8] = (byte) ttl;
    }
    tally.add(Kind.OTHER_IP_HEADER);
  }

  // --- the bytes

  private static int headerLength(byte[] packet) {
    return ((packet[TestPacket.tcpOffset(packet) + 12] & 0xff) >> 4) * 4;
  }

  /** Both hosts' last bytes tell them apart. */
  private static long flow(byte[] packet, boolean incoming) {
    int tcp = TestPacket.tcpOffset(packet);
    int peer = packet[(incoming ? tcp - (tcp == 40 ? 17 : 5) : tcp - 1)] & 0xff;
    long ports = TestPacket.get32(packet, tcp) & 0xffff_ffffL;
    long ordered = incoming ? (ports & 0xffff) << 16 | ports >>> 16 : ports;
    return (long) peer << 33 | (tcp == 40 ? 1L << 32 : 0) | ordered;
  }

  /** Without padding. */
  private static List<byte[]> options(byte[] packet) {
    List<byte[]> options = new ArrayList<>();
    int end = TestPacket.tcpOffset(packet) + headerLength(packet);
    for (int i = TestPacket.tcpOffset(packet) + SYN_FIXED; i < end && packet[i] != 0; ) {
      int length = packet[i] == 1 ? 1 : packet[i + 1];
      if (packet[i] != 1) {
        options.add(Arrays.copyOfRange(packet, i, i + length));
      }
      i += length;
    }
    return options;
  }

  private static List<byte[]> without(List<byte[]> options, int kind) {
    List<byte[]> left = new ArrayList<>(options);
    left.removeIf(option -> option[0] == kind);
    return left;
  }

  private static byte[] joined(List<byte[]> options) {
    byte[] all = new byte[options.stream().mapToInt(o -> o.length).sum()];
    int at = 0;
    for (byte[] option : options) {
      System.arraycopy(option, 0, all, at, option.length);
      at += option.length;
    }
    return all;
  }
}
