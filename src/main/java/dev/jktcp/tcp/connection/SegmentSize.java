package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * How large the sender's segments are: the size in use (RFC 9293 §3.7.1), the segments in flight
 * that were cut for a wider path (RFC 8201 §5.4), and the search for a larger size (RFC 4821).
 */
final class SegmentSize {
  private int mss; // payload in bytes
  private PathSearch search; // null: no larger size is searched for
  private int tooBigEnd; // end of the flight as it was when segments became smaller

  void open(int sndNxt) {
    tooBigEnd = sndNxt;
  }

  void fold(IdleEnd to) {
    to.search = search;
  }

  void unfold(IdleEnd from) {
    tooBigEnd = from.sndNxt;
    search = from.search;
  }

  int mss() {
    return mss;
  }

  void use(int effectiveMss) {
    mss = effectiveMss;
  }

  /** Also segments that are sent again have another size from now on. */
  void change(int effectiveMss, int sndNxt) {
    if (effectiveMss < mss) {
      tooBigEnd = sndNxt;
    }
    mss = effectiveMss;
  }

  /**
   * The path dropped a segment for its size.
   *
   * @return whether it was cut before the path's limit was known, and is the first such report
   */
  boolean onTooBig(int seq, int sndUna) {
    if (Seq.geq(seq, tooBigEnd) || Seq.leq(tooBigEnd, sndUna)) {
      return false;
    }
    tooBigEnd = sndUna;
    return true;
  }

  PathSearch search() {
    return search;
  }

  /** Searches for a larger size from now on; null: ends the search. */
  void search(PathSearch changed) {
    search = changed;
  }

  /** Whether the segment at {@code seq} probes the path, so that its loss is one of size. */
  boolean isOfProbe(int seq) {
    return search != null && search.isOfProbe(seq);
  }
}
