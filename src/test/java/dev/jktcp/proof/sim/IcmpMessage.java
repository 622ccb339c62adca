package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.Arrays;

/**
 * An ICMP error on its way to a stack, written without the library's wire code.
 *
 * @param rest the four octets behind the checksum, such as the next link's MTU
 * @param quote of the packet it is about, from its IP header on
 * @param corrupt its checksum is wrong
 */
record IcmpMessage(IcmpSays says, byte[] from, int rest, byte[] quote, boolean corrupt) {
  private static final byte[] ROUTER_V4 = {10, 9, 0, 1};
  private static final byte[] ROUTER_V6 = {
    (byte) 0xfd, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };
  private static final int NEEDED = 8; // of TCP: ports and sequence number (RFC 792)

  /** From a router on the path, about a whole packet of which it quotes no more than that. */
  static IcmpMessage about(byte[] packet, int octets, IcmpSays says, int rest) {
    boolean v6 = TestPacket.isV6(packet);
    byte[] quote = Arrays.copyOf(packet, Math.min(packet.length, octets));
    if (quote.length > 8) {
      quote[v6 ? 7 : 8]--; // it had come so far
    }
    return new IcmpMessage(says, v6 ? ROUTER_V6 : ROUTER_V4, rest, quote, false);
  }

  boolean v6() {
    return from.length == 16;
  }

  private int tcp() {
    return v6() ? 40 : 20;
  }

  /** It came in one piece and says something to a connection. */
  boolean isError() {
    return !corrupt && says.meaning() != null;
  }

  boolean isHard() {
    return says.meaning() != null && says.meaning().hard();
  }

  /** Its quote names a segment. */
  boolean quotesSegment() {
    boolean whole = quote.length >= tcp() + NEEDED;
    return whole && quote[v6() ? 6 : 9] == 6 && (v6() || (quote[0] & 15) == 5);
  }

  byte[] quotedSrc() {
    return v6() ? Arrays.copyOfRange(quote, 8, 24) : Arrays.copyOfRange(quote, 12, 16);
  }

  byte[] quotedDst() {
    return v6() ? Arrays.copyOfRange(quote, 24, 40) : Arrays.copyOfRange(quote, 16, 20);
  }

  int quotedSrcPort() {
    return TestPacket.get16(quote, tcp());
  }

  int quotedDstPort() {
    return TestPacket.get16(quote, tcp() + 2);
  }

  int quotedSeq() {
    return TestPacket.get32(quote, tcp() + 4);
  }

  int quotedLength() {
    return v6() ? 40 + TestPacket.get16(quote, 4) : TestPacket.get16(quote, 2);
  }

  /** The same with another MTU, or what else there is. */
  IcmpMessage withRest(int other) {
    return new IcmpMessage(says, from, other, quote, corrupt);
  }

  IcmpMessage withQuotedSeq(int seq) {
    byte[] other = quote.clone();
    TestPacket.put32(other, tcp() + 4, seq);
    return new IcmpMessage(says, from, rest, other, corrupt);
  }

  /** The same with an octet of the quote changed. */
  IcmpMessage withQuoted(int at, int xor) {
    byte[] other = quote.clone();
    other[at] ^= (byte) xor;
    return new IcmpMessage(says, from, rest, other, corrupt);
  }

  /** The same about another connection of its family. */
  IcmpMessage withQuad(TcpConnection connection) {
    byte[] other = quote.clone();
    byte[] src = connection.localAddress().toBytes();
    System.arraycopy(src, 0, other, tcp() - 2 * src.length, src.length);
    System.arraycopy(
        connection.remoteAddress().toBytes(), 0, other, tcp() - src.length, src.length);
    TestPacket.put16(other, tcp(), connection.localPort());
    TestPacket.put16(other, tcp() + 2, connection.remotePort());
    return new IcmpMessage(says, from, rest, other, corrupt);
  }

  IcmpMessage saying(IcmpSays what) {
    return new IcmpMessage(what, from, rest, quote, corrupt);
  }

  IcmpMessage mended() {
    return new IcmpMessage(says, from, rest, quote, false);
  }

  IcmpMessage corrupted() {
    return new IcmpMessage(says, from, rest, quote, true);
  }

  byte[] encode(byte[] to) {
    byte[] packet = IcmpErrors.encode(from, to, says.type(), says.code(), rest, quote);
    if (corrupt) {
      packet[tcp() + 2] ^= 0x55;
    }
    return packet;
  }
}
