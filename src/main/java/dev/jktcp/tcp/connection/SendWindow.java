package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * The window that the peer grants: SND.WND, SND.WL1 and SND.WL2 of RFC 9293 §3.3.1, and the scale
 * of its window field.
 */
final class SendWindow {
  private int size;
  private int wl1;
  private int wl2;
  private int largest;
  private int shift;
  private boolean probed; // it was closed when we last had to send

  /** RFC 7323 §2.2: a SYN's window is never scaled. */
  void open(TcpSegment syn, int sndUna, int shift) {
    this.shift = shift;
    size = syn.window();
    largest = size;
    wl1 = syn.seq();
    wl2 = syn.hasAck() ? syn.ack() : sndUna;
  }

  /** Whether no probe is under way, and SND.WL2 can be derived without a record of it. */
  boolean folds(int sndUna) {
    return wl2 == sndUna && !probed;
  }

  void fold(IdleEnd to) {
    to.sendWindow = size;
    to.largestSendWindow = largest;
    to.wl1 = wl1;
    to.sendShift = (byte) shift;
  }

  void unfold(IdleEnd from) {
    size = from.sendWindow;
    largest = from.largestSendWindow;
    wl1 = from.wl1;
    wl2 = from.sndNxt;
    shift = from.sendShift;
  }

  /** The window that the segment announces, in bytes. */
  int announcedBy(TcpSegment segment) {
    return segment.window() << shift;
  }

  /**
   * RFC 9293 §3.10.7.4, fifth: only a segment newer than the last one may change the window. The
   * RFC compares SEG.SEQ first. But a retransmission by the peer carries an old SEG.SEQ and the
   * newest SEG.ACK: if its window were ignored, SND.UNA + SND.WND would move beyond the granted
   * edge.
   *
   * <p>SND.WL2 is SND.UNA, for no segment is newer than one that acknowledges new data: a lower ACK
   * field belongs to an older segment.
   *
   * @return whether the segment was newer
   */
  boolean update(TcpSegment segment) {
    boolean newer =
        Seq.lt(wl2, segment.ack()) || (wl2 == segment.ack() && Seq.leq(wl1, segment.seq()));
    if (newer) {
      size = announcedBy(segment);
      largest = Math.max(largest, size);
      wl1 = segment.seq();
      wl2 = segment.ack();
    }
    return newer;
  }

  /** SND.WND. */
  int size() {
    return size;
  }

  boolean closed() {
    return size == 0;
  }

  /** Whether it is open, was not probed, and stays open by the segment. */
  boolean isOpenBy(TcpSegment segment) {
    return size != 0 && !probed && segment.window() > 0;
  }

  /** RFC 9293 §3.8.6.1: a segment beyond the closed window asks the peer to open it. */
  void probe() {
    probed = true;
  }

  boolean isProbed() {
    return probed;
  }

  /**
   * Whether the window was probed and is open now; if so, the probing ends. The peer threw away the
   * data sent into its closed window.
   */
  boolean endsProbing() {
    boolean ends = probed && size != 0;
    probed &= !ends;
    return ends;
  }

  /** MAX.SND.WND of RFC 9293 §3.8.6.2.1 and RFC 5961 §5. */
  int largest() {
    return largest;
  }
}
