package dev.jktcp.proof.pkt;

import java.util.List;

/** What happens at an event. */
sealed interface Action {
  /**
   * The bits of the IP header that a packet line names; -1 = not named.
   *
   * @param tosMask which bits of {@code tos} count: 3 for the names of ECN codes
   * @param ect01 either of the two ECT codes
   */
  record IpBits(int tos, int tosMask, boolean ect01, int ttl, int flowLabel) {
    static final IpBits NONE = new IpBits(-1, 0, false, -1, -1);
  }

  /**
   * A TCP segment.
   *
   * @param out we are to send it; else it arrives
   * @param flags letters, {@code .} for ACK
   * @param ace the AccECN counter that stands for three flags, -1 = those are letters
   * @param seq relative or not, as the player maps it; -1 = any
   * @param ack 0 when not written
   * @param window -1 = not written
   * @param options null = {@code <...>}, whatever they are
   * @param absolute whether {@code seq} is a number of the header, as {@code !} says
   * @param udpOrNull the datagram around it; null = none
   */
  record Tcp(
      boolean out,
      IpBits ip,
      String flags,
      int ace,
      long seq,
      int length,
      long ack,
      int window,
      int urgent,
      List<TcpOption> options,
      boolean absolute,
      Udp udpOrNull)
      implements Action {
    boolean has(char flag) {
      return flags.indexOf(flag) >= 0;
    }

    /** A part of its payload, alone. */
    Tcp part(int from, int bytes) {
      return new Tcp(
          out,
          ip,
          flags,
          ace,
          seq + from,
          bytes,
          ack,
          window,
          urgent,
          options,
          absolute,
          udpOrNull);
    }
  }

  /**
   * An ICMP message.
   *
   * @param codeOrNull its name, where the type alone does not tell
   * @param mtu -1 = not written
   * @param echoedSeq start of the TCP segment that it quotes
   * @param quotesTcp whether it quotes TCP (0:0(0) when nothing is written)
   * @param udpOrNull the datagram around what it quotes; null = none
   */
  record Icmp(
      boolean out,
      IpBits ip,
      String type,
      String codeOrNull,
      int mtu,
      long echoedSeq,
      int echoedLength,
      boolean quotesTcp,
      Udp udpOrNull)
      implements Action {}

  /** The ports of a datagram that a segment is wrapped in. */
  record Udp(int from, int to) {}

  /** A packet of the language that is never played: UDP, tunnels. */
  record Other(SkipReason reason, String what) implements Action {}

  /**
   * A system call.
   *
   * @param endUs when it returns, for one that blocks; else -1
   * @param errnoOrNull the error behind a result of -1
   */
  record Call(String name, long endUs, List<Expr> arguments, Expr result, String errnoOrNull)
      implements Action {
    boolean blocks() {
      return endUs >= 0;
    }
  }

  /** Shell text. */
  record Command(String text) implements Action {}

  /** Python text about the connection. */
  record Code(String text) implements Action {}
}
