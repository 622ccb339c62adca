package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Bends the packets of a stack that is broken on purpose, checksums kept right. */
final class Saboteur {
  private static final int TEST_AFTER = 3; // packets; the handshake is to work

  private final Sabotage sabotage;
  private final Map<Long, Grant> grants = new HashMap<>(); // by flow: its last ACK and window
  private final Map<Long, byte[]> repeats = new HashMap<>(); // by flow: its last D-SACK
  private final Map<Long, Integer> echoes = new HashMap<>(); // by flow: its first
  private final Map<Long, Map<Integer, Integer>> reported =
      new HashMap<>(); // by flow: runs, from edge to edge
  private final Map<Long, Integer> scales = new HashMap<>(); // by flow: of the peer's SYN
  private int sent;

  private record Grant(int ack, int window) {}

  Saboteur(Sabotage sabotage) {
    this.sabotage = sabotage;
  }

  /** What the stack is made to have sent; the array may be changed. */
  byte[] outgoing(byte[] whole) {
    byte[] packet = whole;
    int tcp = TestPacket.tcpOffset(packet);
    int payload = tcp + ((packet[tcp + 12] & 0xff) >> 4) * 4;
    int flags = packet[tcp + 13];
    boolean plain = (flags & (TestPacket.SYN | TestPacket.RST)) == 0;
    boolean late = ++sent > TEST_AFTER && plain;
    switch (sabotage) {
      case WINDOW_RETREATS -> {
        if (late && sent % 2 == 0) {
          TestPacket.put16(packet, tcp + 14, TestPacket.get16(packet, tcp + 14) / 2);
        }
      }
      case SENDS_OTHER_BYTES -> {
        if (late && payload < packet.length) {
          packet[payload] ^= 1;
        }
      }
      case ACKS_WHAT_WAS_NOT_SENT -> {
        if (late) {
          TestPacket.put32(packet, tcp + 8, TestPacket.get32(packet, tcp + 8) + 100_000_000);
        }
      }
      case URGENT_UNASKED -> {
        if (plain && payload < packet.length) {
          packet[tcp + 13] |= TestPacket.URG;
          TestPacket.put16(packet, tcp + 18, packet.length - payload);
        }
      }
      case ACKS_ARE_ECN_CAPABLE -> {
        if (plain && payload == packet.length) {
          return TestPacket.withEcn(packet, 2);
        }
      }
      case ECN_WITHOUT_AGREEMENT -> {
        if (late && payload < packet.length) {
          return TestPacket.withEcn(packet, 2);
        }
      }
      case WRONG_CODEPOINT -> {
        if (TestPacket.ecn(packet) != 0) {
          return TestPacket.withEcn(packet, 1);
        }
      }
      case AGREES_UNASKED -> {
        if ((flags & (TestPacket.SYN | TestPacket.ACK)) == (TestPacket.SYN | TestPacket.ACK)) {
          packet[tcp + 13] |= TestPacket.ECE;
        }
      }
      case ECHOES_NO_MARK -> {
        if (plain) {
          packet[tcp + 13] |= TestPacket.ECE;
        }
      }
      case CWR_ON_ALL -> {
        if (plain) {
          packet[tcp + 13] |= (byte) TestPacket.CWR;
        }
      }
      case PERMITS_SACK_UNASKED -> {
        if ((flags & (TestPacket.SYN | TestPacket.ACK)) == (TestPacket.SYN | TestPacket.ACK)) {
          packet = withOption(packet, new byte[] {4, 2});
        }
      }
      case SACK_WITHOUT_AGREEMENT -> {
        if (late && payload == packet.length) {
          int ack = TestPacket.get32(packet, tcp + 8);
          packet = withOption(packet, sack(ack + 10, ack + 20));
        }
      }
      case SACKS_WHAT_DID_NOT_COME,
          SACKS_WHAT_IS_ACKNOWLEDGED,
          SACKS_AN_OLDER_RUN_FIRST,
          SACKS_HALVES,
          DSACKS_TWICE,
          DSACKS_WHAT_CAME_ONCE ->
          packet = misreporting(packet, TestPacket.get32(packet, tcp + 8));
      case OFFERS_TIMESTAMPS_UNASKED -> {
        if ((flags & TestPacket.SYN) != 0
            && (flags & TestPacket.ACK) != 0
            && timestampsAt(packet) < 0) {
          packet = withOption(packet, TestPacket.parseOptions("TS 1 1"));
        }
      }
      case TIMESTAMPS_WITHOUT_AGREEMENT -> {
        if (late && timestampsAt(packet) < 0) {
          packet = withOption(packet, TestPacket.parseOptions("nop,nop,TS 1 1"));
        }
      }
      case FORGETS_TIMESTAMPS -> {
        if (late && timestampsAt(packet) >= 0) {
          packet = TestPacket.withOptions(packet, new byte[0]);
        }
      }
      case TIMESTAMPS_GO_BACK -> {
        if (late && timestampsAt(packet) >= 0) {
          add(packet, timestampsAt(packet) + 2, -100_000 * sent);
        }
      }
      case ECHOES_WHAT_DID_NOT_COME -> {
        if (late && timestampsAt(packet) >= 0) {
          add(packet, timestampsAt(packet) + 6, 100_000_000);
        }
      }
      case ECHOES_THE_FIRST -> {
        if (plain && (flags & TestPacket.ACK) != 0 && timestampsAt(packet) >= 0) {
          int at = timestampsAt(packet) + 6;
          int echo = TestPacket.get32(packet, at);
          Integer first = echoes.putIfAbsent(flow(packet), echo);
          TestPacket.put32(packet, at, late && first != null ? first : echo);
        }
      }
      case ECHOES_WITHOUT_ACK -> {
        if ((flags & TestPacket.SYN) != 0
            && (flags & TestPacket.ACK) == 0
            && timestampsAt(packet) >= 0) {
          TestPacket.put32(packet, timestampsAt(packet) + 6, 7);
        }
      }
      case WRONG_TTL -> packet[tcp == 40 ? 7 : 8] ^= 64 | 1;
      case WRONG_TRAFFIC_CLASS -> packet[1] ^= tcp == 40 ? 0x40 : 4;
      default -> {
        return packet;
      }
    }
    TestPacket.fixChecksums(packet);
    return packet;
  }

  private byte[] misreporting(byte[] packet, int ack) {
    int tcp = TestPacket.tcpOffset(packet);
    TestPacket seen = TestPacket.decode(packet, 0, packet.length);
    long flow = flow(packet);
    int[] edges = seen.sackEdges();
    if (edges.length == 0) {
      boolean again =
          seen.payload.length == 0 && !seen.has(TestPacket.SYN) && repeats.containsKey(flow);
      return again ? withOption(packet, repeats.remove(flow)) : packet;
    }
    boolean repeat = edges[0] - ack < 0;
    switch (sabotage) {
      case SACKS_WHAT_DID_NOT_COME -> edges[1] += repeat ? 0 : 100_000;
      case SACKS_WHAT_IS_ACKNOWLEDGED -> {
        if (edges.length > 2) {
          edges[2] = ack - 10;
          edges[3] = ack;
        }
      }
      case SACKS_AN_OLDER_RUN_FIRST -> {
        if (!repeat && edges.length > 2) {
          edges = new int[] {edges[2], edges[3], edges[0], edges[1]};
        }
      }
      case SACKS_HALVES -> {
        int middle = edges[0] + (edges[1] - edges[0]) / 2;
        if (!repeat && middle != edges[0]) {
          edges = new int[] {edges[0], middle, middle, edges[1]};
        }
      }
      case DSACKS_TWICE -> {
        if (repeat) {
          repeats.put(flow, sack(edges[0], edges[1]));
        }
      }
      default -> edges[0] -= repeat ? 10_000 : 0;
    }
    return TestPacket.withOptions(packet, sack(edges));
  }

  private static long flow(byte[] packet) {
    int tcp = TestPacket.tcpOffset(packet);
    return TestPacket.get32(packet, tcp) & 0xffff_ffffL | (long) packet[tcp - 1] << 32;
  }

  /** Where the packet's option begins, -1 = it has none. */
  private static int timestampsAt(byte[] packet) {
    int at = TestPacket.timestampsAt(TestPacket.optionsOf(packet));
    return at < 0 ? -1 : TestPacket.tcpOffset(packet) + 20 + at;
  }

  private static void add(byte[] packet, int at, int more) {
    TestPacket.put32(packet, at, TestPacket.get32(packet, at) + more);
  }

  /** With NOPs before it. */
  private static byte[] sack(int... edges) {
    byte[] option = new byte[4 + 4 * edges.length];
    option[0] = 1;
    option[1] = 1;
    option[2] = 5;
    option[3] = (byte) (option.length - 2);
    for (int i = 0; i < edges.length; i++) {
      TestPacket.put32(option, 4 + 4 * i, edges[i]);
    }
    return option;
  }

  private static byte[] withOption(byte[] packet, byte[] option) {
    byte[] before = TestPacket.optionsOf(packet);
    byte[] options = Arrays.copyOf(option, option.length + before.length);
    System.arraycopy(before, 0, options, option.length, before.length);
    return options.length > 40 ? packet : TestPacket.withOptions(packet, options);
  }

  /** What the stack is made to see. */
  byte[] incoming(byte[] arrived) {
    byte[] packet = arrived.clone();
    int tcp = TestPacket.tcpOffset(packet);
    int payload = tcp + ((packet[tcp + 12] & 0xff) >> 4) * 4;
    boolean syn = (packet[tcp + 13] & TestPacket.SYN) != 0;
    switch (sabotage) {
      case SENDS_BEYOND_WINDOW -> TestPacket.put16(packet, tcp + 14, 0xffff);
      case OVERLOOKS_SHRUNK_WINDOW -> {
        int ack = TestPacket.get32(packet, tcp + 8);
        int window = TestPacket.get16(packet, tcp + 14);
        long flow = flow(packet);
        Grant before = syn ? null : grants.get(flow);
        if (before != null && before.ack == ack) {
          window = Math.max(window, before.window);
        }
        grants.put(flow, new Grant(ack, window));
        TestPacket.put16(packet, tcp + 14, window);
      }
      case TAKES_SACK_FOR_ACK -> acknowledgeReported(packet, tcp, syn);
      case DEAF_TO_MARKS -> {
        if (TestPacket.ecn(packet) == 3) {
          return TestPacket.withEcn(packet, 2);
        }
      }
      case DELIVERS_OTHER_BYTES -> {
        if (payload < packet.length) {
          packet[payload] ^= 1;
        }
      }
      case SENDS_ABOVE_MSS -> {
        if (syn && packet[tcp + 20] == 2) {
          TestPacket.put16(packet, tcp + 22, 60_000);
        }
      }
      default -> {
        return arrived;
      }
    }
    TestPacket.fixChecksums(packet);
    return packet;
  }

  /**
   * Makes the ACK cover the runs once reported that adjoin it, as if a peer never reneged. The
   * window ends where it did: data beyond it would be noticed first.
   */
  private void acknowledgeReported(byte[] packet, int tcp, boolean syn) {
    TestPacket decoded = TestPacket.decode(packet, 0, packet.length);
    if (syn) {
      scales.put(flow(packet), Math.max(0, decoded.option("wscale")));
      return;
    }
    Map<Integer, Integer> runs = reported.computeIfAbsent(flow(packet), flow -> new HashMap<>());
    int told = TestPacket.get32(packet, tcp + 8);
    int ack = told;
    int[] edges = decoded.sackEdges();
    for (int i = 0; i < edges.length; i += 2) {
      if (edges[i] - ack > 0) {
        runs.merge(edges[i], edges[i + 1], (a, b) -> a - b > 0 ? a : b);
      }
    }
    while (runs.containsKey(ack)) {
      ack = runs.get(ack);
    }
    TestPacket.put32(packet, tcp + 8, ack);
    int scale = scales.getOrDefault(flow(packet), 0);
    int covered = -(-(ack - told) >> scale); // in the window's units, rounded up
    int window = TestPacket.get16(packet, tcp + 14);
    TestPacket.put16(packet, tcp + 14, Math.max(0, window - covered));
  }

  /**
   * Hands the stack an ICMP error as it is made to see it, and does to the connection what it
   * should not.
   */
  void onIcmp(
      IcmpMessage seen, TcpConnection connectionOrNull, SimNode node, Consumer<IcmpMessage> stack) {
    TcpConnection c = connectionOrNull;
    boolean about = c != null && c.closeReason() == null && seen.quotesSegment();
    IcmpMessage bent = seen;
    switch (sabotage) {
      case IGNORES_HARD_ERROR -> bent = seen.isHard() ? seen.corrupted() : seen;
      case QUOTED_SEQUENCE_UNCHECKED -> bent = about ? seen.withQuotedSeq(c.sndNxt() - 1) : seen;
      case ICMP_CHECKSUM_UNCHECKED -> bent = seen.mended();
      case IGNORES_TOO_BIG -> bent = isTooBig(seen) ? seen.withRest(65_535) : seen;
      case MISREADS_ICMP -> bent = about ? seen.saying(IcmpSays.hopLimit(seen.v6())) : seen;
      case QUOTED_QUAD_UNCHECKED -> {
        TcpConnection some = c == null ? node.anyConnection(seen.v6()) : null;
        if (some != null && seen.quotesSegment()) {
          bent = seen.withQuad(some).withQuotedSeq(some.sndNxt() - 1);
        }
      }
      default -> {}
    }
    stack.accept(bent);
    if (sabotage == Sabotage.ENDS_ESTABLISHED_BY_HARD_ERROR && about && seen.isHard()) {
      c.reset(CloseReason.UNREACHABLE, false);
    }
    if (sabotage == Sabotage.FOLLOWS_TOO_BIG && isTooBig(seen)) {
      node.stack.changeMtu(1_280);
    }
  }

  private static boolean isTooBig(IcmpMessage message) {
    return message.says().equals(IcmpSays.tooBig(message.v6()));
  }
}
