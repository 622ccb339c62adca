package dev.jktcp.stack;

import dev.jktcp.wire.Fragment;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import java.util.Arrays;

/**
 * A packet with some of its fragments. RFC 815 keeps a list of holes; since no two fragments may
 * overlap (RFC 5722), it is enough to sum up the bytes received. Fragments are kept in order, so
 * that a new one is compared with two others, found by binary search.
 */
final class PartialPacket {
  enum Outcome {
    ADDED,
    /** RFC 8200 §4.5: the network may deliver a fragment twice. */
    DUPLICATE,
    /** The fragment contradicts another one: the packet is given up. */
    CONTRADICTION
  }

  /** The largest packet in pieces of 576 bytes, which every host of IPv4 takes, has 119. */
  static final int MOST_PIECES = 128;

  /** Bytes that a piece takes beside its data: an array, its header and its place. */
  static final int PIECE = 48;

  /** RFC 792 asks for the header and eight octets; this has room for all usual headers. */
  private static final int QUOTED = 128;

  private record Piece(int at, byte[] bytes) {
    int end() {
      return at + bytes.length;
    }
  }

  final long sinceNs;
  private final IpAddress local;
  private final IpAddress remote;
  private Piece[] pieces = new Piece[4];
  private int count;
  private int held; // bytes of data
  private int end = -1; // of the whole packet's data; unknown until the last fragment is here
  private byte[] header; // of the whole packet; null before its first fragment is here
  private byte[] quote; // start of the first fragment; null: no ICMP error is to quote it
  private int ecnSeen; // a bit for each codepoint
  private boolean givenUp;

  PartialPacket(Fragment fragment, IpAddress local, long sinceNs) {
    this.local = local;
    this.remote = fragment.packet().src();
    this.sinceNs = sinceNs;
  }

  IpAddress local() {
    return local;
  }

  IpAddress remote() {
    return remote;
  }

  /** Whether the packet was given up: it keeps no fragment and takes no more. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Bytes of memory behind the pieces. */
  int bytesHeld() {
    return held + count * PIECE + (quote == null ? 0 : quote.length);
  }

  boolean isWhole() {
    return held == end;
  }

  /**
   * The first fragment as it came, cut to the length that an ICMP error quotes; null: no error is
   * to be sent.
   */
  byte[] quote() {
    return quote;
  }

  /**
   * @param steps counts pieces looked at
   */
  Outcome add(Fragment fragment, Steps steps) {
    int i = indexOf(fragment.at(), steps);
    if (i < count && isCopy(pieces[i], fragment)) {
      return Outcome.DUPLICATE;
    }
    if (!fits(fragment, i) || count == MOST_PIECES) {
      return Outcome.CONTRADICTION;
    }
    if (!fragment.more()) {
      end = fragment.end();
    }
    if (fragment.at() == 0) {
      takeFirst(fragment);
    }
    ecnSeen |= 1 << (fragment.packet().trafficClass() & IpPacket.ECN);
    insert(i, fragment);
    return Outcome.ADDED;
  }

  /** Counts the work done for one fragment. */
  static final class Steps {
    long count;
  }

  /** The first piece that does not begin before this. */
  private int indexOf(int at, Steps steps) {
    int low = 0;
    int high = count;
    if (count > 0 && pieces[count - 1].at < at) { // in order, as is usual
      low = count;
      steps.count++;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      steps.count++;
      if (pieces[middle].at < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean isCopy(Piece piece, Fragment fragment) {
    IpPacket ip = fragment.packet();
    int from = ip.payloadOffset();
    boolean same =
        piece.at == fragment.at()
            && Arrays.equals(
                piece.bytes, 0, piece.bytes.length, ip.bytes(), from, from + fragment.length());
    return same && fragment.more() == (piece.end() != end);
  }

  private boolean fits(Fragment fragment, int i) {
    boolean behind = i == 0 || pieces[i - 1].end() <= fragment.at();
    boolean before = i == count || fragment.end() <= pieces[i].at;
    return behind && before && (fragment.more() ? isBeforeEnd(fragment) : isAtEnd(fragment));
  }

  private boolean isBeforeEnd(Fragment fragment) {
    return end < 0 || fragment.end() < end;
  }

  private boolean isAtEnd(Fragment fragment) {
    return end < 0 && (count == 0 || pieces[count - 1].end() <= fragment.at());
  }

  private void takeFirst(Fragment fragment) {
    IpPacket ip = fragment.packet();
    header = fragment.header();
    if (!fragment.isOfIcmpError()) {
      int length = Math.min(ip.totalLength(), QUOTED);
      quote = Arrays.copyOfRange(ip.bytes(), ip.offset(), ip.offset() + length);
    }
  }

  private void insert(int i, Fragment fragment) {
    if (count == pieces.length) {
      pieces = Arrays.copyOf(pieces, Math.min(MOST_PIECES, 2 * count));
    }
    System.arraycopy(pieces, i, pieces, i + 1, count - i);
    IpPacket ip = fragment.packet();
    int from = ip.payloadOffset();
    byte[] bytes = Arrays.copyOfRange(ip.bytes(), from, from + fragment.length());
    pieces[i] = new Piece(fragment.at(), bytes);
    count++;
    held += bytes.length;
  }

  /** RFC 5722 §4: the fragments go, and later ones are not taken. */
  void giveUp() {
    givenUp = true;
    pieces = new Piece[0];
    count = 0;
    held = 0;
    header = null;
    quote = null;
  }

  /** RFC 3168 §5.3: contradictory marks drop the packet. */
  boolean isMarkedInContradiction() {
    return isSeen(IpPacket.CE) && isSeen(0);
  }

  private boolean isSeen(int codepoint) {
    return (ecnSeen & 1 << codepoint) != 0;
  }

  /** The whole packet. */
  byte[] join() {
    byte[] whole = new byte[header.length + held];
    System.arraycopy(header, 0, whole, 0, header.length);
    for (int i = 0; i < count; i++) {
      byte[] piece = pieces[i].bytes;
      System.arraycopy(piece, 0, whole, header.length + pieces[i].at, piece.length);
    }
    // A mark on one fragment marks the packet. Without one, that of the first stands.
    int first = (header[0] >> 4 == 6 ? header[1] >> 4 : header[1]) & IpPacket.ECN;
    Fragment.seal(whole, header.length, isSeen(IpPacket.CE) ? IpPacket.CE : first);
    return whole;
  }
}
