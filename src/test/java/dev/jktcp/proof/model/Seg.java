package dev.jktcp.proof.model;

import java.util.List;

/**
 * A segment as RFC 9293 §3.3.1 names its parts. What its text says follows from where it stands, so
 * only the number of octets is kept.
 *
 * @param ctl control bits
 * @param seq SEG.SEQ
 * @param ack SEG.ACK, 0 without ACK
 * @param wnd SEG.WND as the header has it
 * @param up SEG.UP
 * @param text octets of data
 * @param mss of the option; 0 = without
 * @param shift of the window scale option; -1 = without
 * @param sackOk whether it permits SACK (RFC 2018 §2)
 * @param sack the edges of its blocks, one behind the other (§3 there)
 * @param stamps TSval and TSecr (RFC 7323 §3); empty = without. Our own TSval is told as how many
 *     milliseconds it is behind our clock
 */
public record Seg(
    int ctl,
    int seq,
    int ack,
    int wnd,
    int up,
    int text,
    int mss,
    int shift,
    boolean sackOk,
    List<Integer> sack,
    List<Integer> stamps) {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;
  public static final int URG = 32;

  public Seg(int ctl, int seq, int ack, int wnd, int text) {
    this(ctl, seq, ack, wnd, 0, text, 0, -1, false, List.of(), List.of());
  }

  public Seg withMss(int option) {
    return new Seg(ctl, seq, ack, wnd, up, text, option, shift, sackOk, sack, stamps);
  }

  public Seg withShift(int option) {
    return new Seg(ctl, seq, ack, wnd, up, text, mss, option, sackOk, sack, stamps);
  }

  public Seg withUp(int pointer) {
    return new Seg(ctl, seq, ack, wnd, pointer, text, mss, shift, sackOk, sack, stamps);
  }

  public Seg withSackOk(boolean option) {
    return new Seg(ctl, seq, ack, wnd, up, text, mss, shift, option, sack, stamps);
  }

  public Seg withSack(List<Integer> edges) {
    return new Seg(ctl, seq, ack, wnd, up, text, mss, shift, sackOk, List.copyOf(edges), stamps);
  }

  public Seg withStamps(int tsVal, int tsEcr) {
    List<Integer> both = List.of(tsVal, tsEcr);
    return new Seg(ctl, seq, ack, wnd, up, text, mss, shift, sackOk, sack, both);
  }

  public boolean hasStamps() {
    return !stamps.isEmpty();
  }

  public int tsVal() {
    return stamps.get(0);
  }

  public boolean fin() {
    return (ctl & FIN) != 0;
  }

  public boolean syn() {
    return (ctl & SYN) != 0;
  }

  public boolean rst() {
    return (ctl & RST) != 0;
  }

  public boolean hasAck() {
    return (ctl & ACK) != 0;
  }

  public boolean urg() {
    return (ctl & URG) != 0;
  }

  /** SEG.LEN: SYN and FIN count. */
  public int len() {
    return text + (syn() ? 1 : 0) + (fin() ? 1 : 0);
  }
}
