package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.wire.PacketWriter;

/**
 * RFC 4821 §7.7: a path that drops large packets without an ICMP message. Segments sent again often
 * enough without an answer are cut to a size that passes everywhere, or nearly so. From there the
 * search goes upwards.
 *
 * <p>Sizes are payloads of segments without options.
 */
final class BlackHole {
  private static final int LEAST_PACKET_V4 = 68;
  private static final int LEAST_PACKET_V6 = 1_280;

  /**
   * Packet sizes in bytes: Ethernet's 1500 less a tunnel's headers, the least MTU of IPv6 (RFC 8200
   * §5), the size that each IPv4 host takes (RFC 791 §3.1), and the size that each IPv4 link
   * carries (RFC 791 §3.2).
   */
  private static final int[] PACKETS = {1_400, LEAST_PACKET_V6, 576, LEAST_PACKET_V4};

  /** A path that loses 30 % loses so many segments in a row six times in a million. */
  private static final int MANY = 10;

  private BlackHole() {}

  /** The least payload in bytes: no path carries less. */
  static int least(boolean v6) {
    return (v6 ? LEAST_PACKET_V6 : LEAST_PACKET_V4) - PacketWriter.headerLength(v6, 0);
  }

  /** The next size to try above this one, but no more than {@code top}. */
  static int above(int size, boolean v6, int top) {
    int next = top;
    for (int packet : PACKETS) {
      int room = packet - PacketWriter.headerLength(v6, 0);
      next = room > size ? Math.min(next, room) : next;
    }
    return next;
  }

  /**
   * The size to try in place of a segment that stayed unanswered so often. Down to 1280, silence is
   * reason enough. Paths that carry less are rare even in IPv4, so the least size gets only the
   * last retry: if that does not pass, none does.
   *
   * <p>If other segments arrived meanwhile, more than the small ones that end a flight, or if the
   * path is known to lose many, chance is the likelier cause, and two more retries must go
   * unanswered. But if segments that left after all of those stay unanswered, chance is ruled out:
   * the arrivals show the path as it was before.
   *
   * @return bytes; 0 = the segment's size is not in doubt
   */
  static int inPlaceOf(int size, boolean v6, Sender sender, TcpProfile profile) {
    int enough = profile.blackHoleRetries();
    int retry = sender.retries() + 1;
    if (enough == 0 || size <= least(v6) || retry < (isChance(sender) ? enough + 2 : enough)) {
      return 0;
    }
    if (retry >= sender.mostRetries()) {
      return least(v6);
    }
    int usual = LEAST_PACKET_V6 - PacketWriter.headerLength(v6, 0);
    return size > usual ? usual : 0;
  }

  private static boolean isChance(Sender sender) {
    return sender.pathLoses()
        ? !sender.othersVanish(MANY)
        : sender.othersPass() && !sender.othersVanish(Sender.OTHERS);
  }
}
