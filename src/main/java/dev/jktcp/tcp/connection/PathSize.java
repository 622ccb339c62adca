package dev.jktcp.tcp.connection;

import dev.jktcp.wire.PacketWriter;

/**
 * Fits the sender's segments to the path: to a room that peer, link or path have announced, called
 * {@code most}, and within it to what a search finds by arrivals and losses (RFC 4821). All state
 * is the sender's {@link SegmentSize}, so that an idle end keeps nothing here.
 */
final class PathSize {
  private PathSize() {}

  /** The room of a segment in bytes, for options and payload. */
  static int room(int most, Sender sender) {
    PathSearch search = sender.search();
    return search == null ? most : search.size();
  }

  /** RFC 9293 §3.7.1 (MUST-16): payload that both the peer and our own packets have room for. */
  static int segment(int most, Sender sender) {
    return SegmentSizes.segmentSize(sender.agreed(), room(most, sender));
  }

  /** The largest packet in bytes that the path is thought to carry. */
  static int packet(int most, Sender sender, boolean v6) {
    return room(most, sender) + PacketWriter.headerLength(v6, 0);
  }

  /** Segments have at most this room from now on. */
  static void limit(int most, Sender sender) {
    if (sender.search() != null) {
      sender.search().limit(most);
    }
    sender.resize(segment(most, sender));
  }

  /** RFC 4821 §7.3: larger payloads than this may pass, and are to be tried. */
  static void searchAbove(
      int mss, int most, Sender sender, ConnectionSettings settings, boolean v6) {
    if (mss < most) {
      int options = SegmentSizes.optionBytes(sender.agreed());
      sender.search(PathSearch.upwards(v6, options, settings.pathMtuProbing(), mss, most));
    }
    sender.resize(segment(most, sender));
  }

  /** RFC 4821 §7.7: segments that stay unanswered for their size are sent again in smaller ones. */
  static void doubt(int most, Sender sender, ConnectionSettings settings, boolean v6) {
    PathSearch search = sender.search();
    if (search != null) {
      search.onTimeout(sender.sndUna());
    }
    int options = SegmentSizes.optionBytes(sender.agreed());
    int room = sender.headSize() + options;
    int smaller = BlackHole.inPlaceOf(room, v6, sender, settings.profile());
    if (smaller > 0 && search != null) {
      search.fall(smaller);
    } else if (smaller > 0) {
      sender.search(PathSearch.fallen(v6, options, settings.pathMtuProbing(), most, smaller));
    }
  }
}
