package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.TcpOptions;

/**
 * The sizes that are all called MSS (RFC 6691, RFC 9293 §3.7.1):
 *
 * <ul>
 *   <li>the MSS of a SYN, {@link ConnectionSettings#announcedMss}: the room of our packets for the
 *       payload of a segment without options. Options are never subtracted;
 *   <li>the <b>room</b> of a segment, for options and payload: the least of the peer's MSS, the
 *       room of our packets and of the path, and the user's limit;
 *   <li>the <b>segment size</b>: the room without the options that every segment carries. Data is
 *       cut to at most this size. It is the SMSS of RFC 5681 that a policy counts in, and the full
 *       segment of Nagle and of the sender's silly-window avoidance.
 * </ul>
 *
 * <p>SACK blocks travel with data only if a segment has room left, so they change none of the three
 * sizes.
 */
final class SegmentSizes {
  // Timestamps take twelve bytes of each segment, at most a tenth of it. A narrower path is so slow
  // that round trips and wrapped sequence numbers are safe without them.
  private static final int LEAST_ROOM_FOR_TIMESTAMPS = 10 * TcpOptions.ALIGNED_TIMESTAMPS_LENGTH;

  private SegmentSizes() {}

  /** Whether a SYN of ours may offer timestamps. */
  static boolean haveRoomForTimestamps(ConnectionSettings settings, TcpTuning tuning) {
    return ConnectionSettings.bounded(settings.localMss(), tuning) >= LEAST_ROOM_FOR_TIMESTAMPS;
  }

  /** Bytes of options that every segment carries, padding included. */
  static int optionBytes(Negotiated agreed) {
    return agreed.timestamps() ? TcpOptions.ALIGNED_TIMESTAMPS_LENGTH : 0;
  }

  /** Bytes for options and payload of one segment. */
  static int room(Negotiated agreed, ConnectionSettings settings, int pathMss, TcpTuning tuning) {
    int ours = Math.min(settings.localMss(), pathMss);
    return ConnectionSettings.bounded(Math.min(agreed.mss(), ours), tuning);
  }

  /** Eff.snd.MSS of RFC 9293 §3.7.1; at least one byte, whatever the user's limit. */
  static int segmentSize(Negotiated agreed, int room) {
    return Math.max(1, room - optionBytes(agreed));
  }

  /**
   * Bytes for the options of a segment with so much payload. Every path takes packets of 68 bytes
   * (RFC 791 §3.2), and the user's limit is about data.
   */
  static int optionRoom(int room, int payload) {
    return Math.max(Negotiated.MIN_MSS, room) - payload;
  }
}
