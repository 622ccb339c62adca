package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.wire.PacketWriter;

/**
 * RFC 4821 §7.7: a path that drops large packets and does not say so. Segments that were sent again
 * often enough without an answer are cut to a size that passes everywhere, or nearly so. What else
 * passes is found from there upwards.
 *
 * <p>Sizes are payloads of segments without options.
 */
final class BlackHole {
  private static final int LEAST_PACKET_V4 = 68;
  private static final int LEAST_PACKET_V6 = 1_280;

  /**
   * What tunnels leave of Ethernet's 1500, the least MTU of IPv6 (RFC 8200 §5), what each IPv4 host
   * takes (RFC 791 §3.1), and what each IPv4 link carries (RFC 791 §3.2).
   */
  private static final int[] PACKETS = {1_400, LEAST_PACKET_V6, 576, LEAST_PACKET_V4};

  /** Of a path that loses 30 % so many in a row are lost six times in a million. */
  private static final int MANY = 10;

  private BlackHole() {}

  /** No path carries less. */
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
   * What to try in place of a segment that stayed unanswered so often. Down to 1280 silence is
   * reason enough. Paths that carry less are rare even in IPv4, so the least size there is has the
   * last retry: if that does not pass, none does.
   *
   * <p>If others arrived meanwhile, more than the small ones that end a flight, or the path is
   * known to lose much, chance is the likelier cause, and two more must go unanswered. If others
   * that left after all of those are silent, it is not: what arrived tells of the path as it was.
   *
   * @return 0 = its size is not in doubt
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
