package dev.jktcp.proof.script;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * One TCP packet as the tests see it. It is written and read without the library's wire code, so
 * neither can hide the other's faults. Addresses and ports are those of the packet, in network
 * order; sequence numbers are absolute.
 */
public final class TestPacket {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;
  public static final int URG = 32;
  public static final int ECE = 64;
  public static final int CWR = 128;
  private static final int TCP = 6;
  private static final String FLAG_LETTERS = "FSRP.UEW";

  /** The order packetdrill writes them in. */
  private static final String WRITTEN_ORDER = "FSRPUEW.";

  public byte[] src;
  public byte[] dst;
  public int srcPort;
  public int dstPort;
  public int seq;
  public int ack;
  public int flags;
  public int window;
  public int urgentPointer;
  public byte[] options = new byte[0];
  public byte[] payload = new byte[0];
  public int totalLength;

  /** Of what was decoded. */
  public int ttl;

  public int trafficClass;

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** SEG.LEN: payload, SYN and FIN. */
  public int segmentLength() {
    return payload.length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
  }

  public static int parseFlags(String letters) {
    int flags = 0;
    for (char c : letters.toCharArray()) {
      int bit = FLAG_LETTERS.indexOf(c);
      if (bit < 0) {
        throw new IllegalArgumentException("unknown TCP flag '" + c + "' in \"" + letters + '"');
      }
      flags |= 1 << bit;
    }
    return flags;
  }

  public static String formatFlags(int flags) {
    StringBuilder out = new StringBuilder();
    for (char c : WRITTEN_ORDER.toCharArray()) {
      if ((flags & 1 << FLAG_LETTERS.indexOf(c)) != 0) {
        out.append(c);
      }
    }
    return out.length() == 0 ? "0" : out.toString();
  }

  /** The whole IP packet with right lengths and checksums. */
  public byte[] encode() {
    boolean v6 = src.length == 16;
    int ipHeader = v6 ? 40 : 20;
    int paddedOptions = (options.length + 3) & ~3;
    int tcpLength = 20 + paddedOptions + payload.length;
    byte[] p = new byte[ipHeader + tcpLength];
    if (v6) {
      put16(p, 0, 0x6000 | trafficClass << 4);
      put16(p, 4, tcpLength);
      p[6] = TCP;
      p[7] = 64;
      System.arraycopy(src, 0, p, 8, 16);
      System.arraycopy(dst, 0, p, 24, 16);
    } else {
      p[0] = 0x45;
      p[1] = (byte) trafficClass;
      put16(p, 2, p.length);
      put16(p, 6, 0x4000);
      p[8] = 64;
      p[9] = TCP;
      System.arraycopy(src, 0, p, 12, 4);
      System.arraycopy(dst, 0, p, 16, 4);
      put16(p, 10, checksum(0, p, 0, 20));
    }
    int t = ipHeader;
    put16(p, t, srcPort);
    put16(p, t + 2, dstPort);
    put32(p, t + 4, seq);
    put32(p, t + 8, ack);
    p[t + 12] = (byte) ((20 + paddedOptions) / 4 << 4);
    p[t + 13] = (byte) flags;
    put16(p, t + 14, window);
    put16(p, t + 18, urgentPointer);
    System.arraycopy(options, 0, p, t + 20, options.length);
    System.arraycopy(payload, 0, p, t + 20 + paddedOptions, payload.length);
    put16(p, t + 16, checksum(pseudoHeader(src, dst, TCP, tcpLength), p, t, tcpLength));
    return p;
  }

  /**
   * Reads a packet the stack sent and holds every header to the letter: versions, lengths, both
   * checksums, reserved bits.
   *
   * @throws AssertionError naming what is wrong
   */
  public static TestPacket decode(byte[] b, int off, int len) {
    int version = (b[off] & 0xff) >> 4;
    check(version == 4 || version == 6, "IP version " + version);
    boolean v6 = version == 6;
    TestPacket p = new TestPacket();
    p.totalLength = len;
    int t;
    if (v6) {
      check(len >= 60, "IPv6 packet of " + len + " bytes");
      check(get16(b, off + 4) + 40 == len, "IPv6 payload length");
      check(b[off + 6] == TCP, "next header " + b[off + 6]);
      check(b[off + 7] != 0, "hop limit 0");
      p.ttl = b[off + 7] & 0xff;
      p.trafficClass = get16(b, off) >> 4 & 0xff;
      p.src = Arrays.copyOfRange(b, off + 8, off + 24);
      p.dst = Arrays.copyOfRange(b, off + 24, off + 40);
      t = off + 40;
    } else {
      check(len >= 40, "IPv4 packet of " + len + " bytes");
      check((b[off] & 15) == 5, "IHL " + (b[off] & 15));
      check(get16(b, off + 2) == len, "IPv4 total length");
      check((get16(b, off + 6) & 0xbfff) == 0, "IPv4 fragment field");
      check(b[off + 8] != 0, "TTL 0");
      check(b[off + 9] == TCP, "protocol " + b[off + 9]);
      check(checksum(0, b, off, 20) == 0, "IPv4 header checksum");
      p.ttl = b[off + 8] & 0xff;
      p.trafficClass = b[off + 1] & 0xff;
      p.src = Arrays.copyOfRange(b, off + 12, off + 16);
      p.dst = Arrays.copyOfRange(b, off + 16, off + 20);
      t = off + 20;
    }
    int tcpLength = off + len - t;
    int headerLength = ((b[t + 12] & 0xff) >> 4) * 4;
    check(headerLength >= 20 && headerLength <= tcpLength, "TCP data offset " + headerLength);
    check((b[t + 12] & 15) == 0, "TCP reserved bits");
    check(
        checksum(pseudoHeader(p.src, p.dst, TCP, tcpLength), b, t, tcpLength) == 0, "TCP checksum");
    p.srcPort = get16(b, t);
    p.dstPort = get16(b, t + 2);
    p.seq = get32(b, t + 4);
    p.ack = get32(b, t + 8);
    p.flags = b[t + 13] & 0xff;
    p.window = get16(b, t + 14);
    p.urgentPointer = get16(b, t + 18);
    check(p.has(URG) || p.urgentPointer == 0, "urgent pointer without URG");
    p.options = Arrays.copyOfRange(b, t + 20, t + headerLength);
    p.payload = Arrays.copyOfRange(b, t + headerLength, off + len);
    return p;
  }

  /** Bytes of TCP options from {@code mss 1460,nop,wscale 7,sackOK,TS 1 0,raw 0300}. */
  public static byte[] parseOptions(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String option : text.split(",")) {
      String[] word = option.trim().split("\\s+");
      switch (word[0]) {
        case "mss" -> {
          int mss = Integer.parseInt(word[1]);
          out.writeBytes(new byte[] {2, 4, (byte) (mss >> 8), (byte) mss});
        }
        case "nop" -> out.write(1);
        case "eol" -> out.write(0);
        case "wscale" -> out.writeBytes(new byte[] {3, 3, Byte.parseByte(word[1])});
        case "sackOK" -> out.writeBytes(new byte[] {4, 2});
        case "TS" -> {
          byte[] ts = new byte[10];
          ts[0] = 8;
          ts[1] = 10;
          put32(ts, 2, (int) Long.parseLong(word[1]));
          put32(ts, 6, (int) Long.parseLong(word[2]));
          out.writeBytes(ts);
        }
        case "sack" -> {
          byte[] sack = new byte[2 + 8 * (word.length - 1)];
          sack[0] = 5;
          sack[1] = (byte) sack.length;
          for (int i = 1; i < word.length; i++) {
            String[] edge = word[i].split(":");
            put32(sack, 8 * i - 6, (int) Long.parseLong(edge[0]));
            put32(sack, 8 * i - 2, (int) Long.parseLong(edge[1]));
          }
          out.writeBytes(sack);
        }
        case "raw" -> {
          for (int i = 0; i < word[1].length(); i += 2) {
            out.write(Integer.parseInt(word[1].substring(i, i + 2), 16));
          }
        }
        default -> throw new IllegalArgumentException("unknown TCP option \"" + option + '"');
      }
    }
    return out.toByteArray();
  }

  /** The options of this packet as {@link #parseOptions} reads them, padding left out. */
  public String formatOptions() {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < options.length && options[i] != 0) {
      if (options[i] == 1) {
        i++;
        continue;
      }
      int length = i + 1 < options.length ? options[i + 1] & 0xff : 0;
      check(length >= 2 && i + length <= options.length, "TCP option length");
      out.append(out.length() == 0 ? "" : ",");
      switch (options[i]) {
        case 2 -> out.append("mss ").append(get16(options, i + 2));
        case 3 -> out.append("wscale ").append(options[i + 2]);
        case 4 -> out.append("sackOK");
        case 5 -> {
          out.append("sack");
          for (int at = i + 2; at < i + length; at += 8) {
            out.append(' ').append(Integer.toUnsignedString(get32(options, at)));
            out.append(':').append(Integer.toUnsignedString(get32(options, at + 4)));
          }
        }
        case 8 ->
            out.append("TS ")
                .append(Integer.toUnsignedString(get32(options, i + 2)))
                .append(' ')
                .append(Integer.toUnsignedString(get32(options, i + 6)));
        default -> out.append("kind ").append(options[i] & 0xff);
      }
      i += length;
    }
    return out.toString();
  }

  /** The edges of the SACK blocks, in the packet's order; empty when there are none. */
  public int[] sackEdges() {
    int at = optionAt(options, 5, 10);
    int[] edges = new int[at < 0 ? 0 : ((options[at + 1] & 0xff) - 2) / 4];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = get32(options, at + 2 + 4 * i);
    }
    return edges;
  }

  public boolean permitsSack() {
    return optionAt(options, 4, 2) >= 0;
  }

  /** TSval (0) or TSecr (1) of the timestamps option; null when there is none. */
  public Integer timestamp(int which) {
    int at = timestampsAt(options);
    return at < 0 ? null : (Integer) get32(options, at + 2 + 4 * which);
  }

  /** Adds to both timestamps of options, if there are any. */
  static void moveTimestamps(byte[] options, int toValue, int toEcho) {
    int at = timestampsAt(options);
    if (at >= 0) {
      put32(options, at + 2, get32(options, at + 2) + toValue);
      put32(options, at + 6, get32(options, at + 6) + toEcho);
    }
  }

  /** Adds to the sequence numbers of the SACK blocks of options, if there are any. */
  public static void moveSack(byte[] options, int by) {
    int at = optionAt(options, 5, 10);
    for (int i = at + 2; at >= 0 && i + 4 <= at + (options[at + 1] & 0xff); i += 4) {
      put32(options, i, get32(options, i) + by);
    }
  }

  /** Where the option begins in options, -1 = there is none. */
  public static int timestampsAt(byte[] options) {
    return optionAt(options, 8, 10);
  }

  /** Of that kind and least length; -1 = there is none. */
  private static int optionAt(byte[] options, int kind, int least) {
    int i = 0;
    while (i + least <= options.length && options[i] != 0) {
      if (options[i] == kind && (options[i + 1] & 0xff) >= least) {
        return i;
      }
      i += options[i] == 1 ? 1 : Math.max(2, options[i + 1] & 0xff);
    }
    return -1;
  }

  /** The value of the MSS or window scale option of a SYN, -1 when absent. */
  public int option(String name) {
    for (String option : formatOptions().split(",")) {
      if (option.startsWith(name + " ")) {
        return Integer.parseInt(option.substring(name.length() + 1));
      }
    }
    return -1;
  }

  /**
   * Recomputes the TCP checksum of an encoded packet after a change to its bytes, IPv4 header
   * checksum included.
   */
  public static void fixChecksums(byte[] p) {
    boolean v6 = (p[0] & 0xf0) == 0x60;
    int t = v6 ? 40 : 20;
    if (!v6) {
      put16(p, 10, 0);
      put16(p, 10, checksum(0, p, 0, 20));
    }
    byte[] src = v6 ? Arrays.copyOfRange(p, 8, 24) : Arrays.copyOfRange(p, 12, 16);
    byte[] dst = v6 ? Arrays.copyOfRange(p, 24, 40) : Arrays.copyOfRange(p, 16, 20);
    put16(p, t + 16, 0);
    put16(p, t + 16, checksum(pseudoHeader(src, dst, TCP, p.length - t), p, t, p.length - t));
  }

  /** The ECN codepoint of an encoded packet. */
  public static int ecn(byte[] packet) {
    return packet[1] >> (isV6(packet) ? 4 : 0) & 3;
  }

  /** A copy with another codepoint. */
  public static byte[] withEcn(byte[] packet, int codepoint) {
    byte[] other = packet.clone();
    int shift = isV6(packet) ? 4 : 0;
    other[1] = (byte) (packet[1] & ~(3 << shift) | codepoint << shift);
    if (shift == 0) {
      put16(other, 10, 0);
      put16(other, 10, checksum(0, other, 0, 20));
    }
    return other;
  }

  public static int pseudoHeader(byte[] src, byte[] dst, int protocol, int length) {
    return sum(sum(0, src, 0, src.length), dst, 0, dst.length) + protocol + length;
  }

  /** RFC 1071 in its plainest form. */
  public static int checksum(int start, byte[] b, int off, int len) {
    int sum = sum(start, b, off, len);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  private static int sum(int start, byte[] b, int off, int len) {
    int sum = start;
    int end = off + (len & ~1);
    for (int i = off; i < end; i += 2) {
      sum += (b[i] & 0xff) << 8 | b[i + 1] & 0xff;
    }
    return (len & 1) == 0 ? sum : sum + ((b[end] & 0xff) << 8);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("malformed packet sent: " + what);
    }
  }

  /** The options of an encoded packet, padding and all. */
  public static byte[] optionsOf(byte[] packet) {
    int tcp = tcpOffset(packet);
    return Arrays.copyOfRange(packet, tcp + 20, tcp + ((packet[tcp + 12] & 0xff) >> 4) * 4);
  }

  /** An encoded packet with other options, padded; its checksums are to be made right. */
  public static byte[] withOptions(byte[] packet, byte[] options) {
    int padded = options.length + 3 & ~3;
    if (padded > 40) {
      throw new IllegalArgumentException("options of " + padded + " bytes");
    }
    int tcp = tcpOffset(packet);
    int payload = tcp + 20 + optionsOf(packet).length;
    byte[] out = Arrays.copyOf(packet, tcp + 20 + padded + packet.length - payload);
    Arrays.fill(out, tcp + 20, tcp + 20 + padded, (byte) 0);
    System.arraycopy(options, 0, out, tcp + 20, options.length);
    System.arraycopy(packet, payload, out, tcp + 20 + padded, packet.length - payload);
    out[tcp + 12] = (byte) ((20 + padded) / 4 << 4);
    if (tcp == 40) {
      put16(out, 4, out.length - tcp);
    } else {
      put16(out, 2, out.length);
    }
    return out;
  }

  /** Of an IP packet's bytes. */
  public static boolean isV6(byte[] packet) {
    return packet[0] >> 4 == 6;
  }

  /** Where the segment begins in a packet without IP options and extension headers. */
  public static int tcpOffset(byte[] packet) {
    return isV6(packet) ? 40 : 20;
  }

  public static int get16(byte[] b, int i) {
    return (b[i] & 0xff) << 8 | b[i + 1] & 0xff;
  }

  public static int get32(byte[] b, int i) {
    return get16(b, i) << 16 | get16(b, i + 2);
  }

  public static void put16(byte[] b, int i, int v) {
    b[i] = (byte) (v >> 8);
    b[i + 1] = (byte) v;
  }

  public static void put32(byte[] b, int i, int v) {
    put16(b, i, v >>> 16);
    put16(b, i + 2, v);
  }
}
