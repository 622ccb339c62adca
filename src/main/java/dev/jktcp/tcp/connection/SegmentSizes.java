package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.TcpOptions;

/**
 * The sizes that are all called MSS (RFC 6691, RFC 9293 §3.7.1):
 *
 * <ul>
 *   <li>what a SYN announces, {@link ConnectionSettings#announcedMss}: what our packets leave to a
 *       segment without options. Options are never taken off it;
 *   <li>the <b>room</b> of a segment, for options and payload: the least of what the peer
 *       announced, what our packets and the path have room for, and what the user wants;
 *   <li>the <b>segment size</b>: the room without the options that every segment carries. It is the
 *       most that data is cut to, the SMSS of RFC 5681 that a policy counts in, and the full
 *       segment of Nagle and of the sender's side of silly-window avoidance.
 * </ul>
 *
 * <p>SACK blocks travel with data only where a segment has room left, so they change none of the
 * three.
 */
final class SegmentSizes {
  // Twelve bytes of each segment should be no more than a tenth of it. A path so narrow is slow
  // enough to measure its round trip and to wrap its sequence numbers without timestamps.
  private static final int LEAST_ROOM_FOR_TIMESTAMPS = 10 * TcpOptions.ALIGNED_TIMESTAMPS_LENGTH;

  private SegmentSizes() {}

  /** Whether a SYN of ours may offer timestamps. */
  static boolean haveRoomForTimestamps(ConnectionSettings settings, TcpTuning tuning) {
    return ConnectionSettings.bounded(settings.localMss(), tuning) >= LEAST_ROOM_FOR_TIMESTAMPS;
  }

  /** Options that every segment carries, padding and all. */
  static int optionBytes(Negotiated agreed) {
    return agreed.timestamps() ? TcpOptions.ALIGNED_TIMESTAMPS_LENGTH : 0;
  }

  /** For options and payload of one segment. */
  static int room(Negotiated agreed, ConnectionSettings settings, int pathMss, TcpTuning tuning) {
    int ours = Math.min(settings.localMss(), pathMss);
    return ConnectionSettings.bounded(Math.min(agreed.mss(), ours), tuning);
  }

  /** Eff.snd.MSS of RFC 9293 §3.7.1; one byte at least, whatever the user wants. */
  static int segmentSize(Negotiated agreed, int room) {
    return Math.max(1, room - optionBytes(agreed));
  }

  /**
   * For the options of a segment with so much payload. Every path takes packets of 68 bytes (RFC
   * 791 §3.2), and what the user wants is about data.
   */
  static int optionRoom(int room, int payload) {
    return Math.max(Negotiated.MIN_MSS, room) - payload;
  }
}
