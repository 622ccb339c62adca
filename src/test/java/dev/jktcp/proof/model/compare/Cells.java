package dev.jktcp.proof.model.compare;

import dev.jktcp.proof.model.Model;
import dev.jktcp.proof.model.Seg;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The segments that meet one situation: flags × SEG.SEQ × SEG.ACK × SEG.WND × text. */
final class Cells {
  private static final int FAR = 1 << 30;
  private static final int WINDOW = 10_000;

  private final Model at;
  private final boolean synchronised;
  private final Map<Seg, Seg> cells = new LinkedHashMap<>();

  private Cells(Model at, boolean synchronised) {
    this.at = at;
    this.synchronised = synchronised;
  }

  /**
   * @param at the model in the situation
   * @param synchronised whether it knows the peer's sequence numbers
   */
  static Collection<Seg> of(Model at, boolean synchronised) {
    Cells cells = new Cells(at, synchronised);
    for (int ctl = 0; ctl < 64; ctl++) {
      int both = ctl & (Seg.PSH | Seg.URG); // of little consequence: together, with ACK or FIN-ACK
      boolean mild = (ctl & Seg.RST) == 0 && (ctl & (Seg.SYN | Seg.ACK)) != (Seg.SYN | Seg.ACK);
      if (both == 0 || (both == (Seg.PSH | Seg.URG) && mild)) {
        cells.addWith(ctl);
      }
    }
    return cells.cells.keySet();
  }

  private void addWith(int ctl) {
    int left = synchronised ? at.rcvNxt() : CoreEnd.PEER_ISN;
    int window = synchronised ? at.rcvWnd() : at.rcvBuff();
    int right = left + window;
    int hole = synchronised ? at.hole() : 0;
    int[] texts = {0, 1, Math.max(2, window), window + 1, hole};
    for (int text : texts) {
      int[] seqs = {
        left - FAR,
        left - text - 1,
        left - 1,
        left,
        left + 1,
        right - 1,
        right,
        right + 1,
        left + FAR
      };
      for (int seq : seqs) {
        addWith(ctl, seq, text);
      }
    }
  }

  private void addWith(int ctl, int seq, int text) {
    if ((ctl & Seg.ACK) == 0) {
      add(ctl, seq, 0, WINDOW, text);
      return;
    }
    int una = at.sndUna();
    int nxt = at.sndNxt();
    int lowest = una - at.maxSndWnd();
    int[] acks = {lowest - 1, lowest, una - 1, una, una + 1, nxt - 1, nxt, nxt + 1, nxt + FAR};
    for (int ack : acks) {
      for (int window : windows()) {
        if (window == WINDOW || (ctl & Seg.RST) == 0) {
          add(ctl, seq, ack, window, text);
        }
      }
    }
  }

  /**
   * Of a peer whose window was never large, also half of it, which is worth a segment, and less.
   */
  private int[] windows() {
    int half = at.maxSndWnd() / 2;
    boolean small = synchronised && half < 1_000;
    return small ? new int[] {0, half - 1, half, 500, WINDOW} : new int[] {0, 500, WINDOW};
  }

  private void add(int ctl, int seq, int ack, int wnd, int text) {
    Seg seg = new Seg(ctl, seq, ack, wnd, text);
    if (seg.syn() && wnd > 0) {
      seg = seg.withMss(1_000);
    }
    if (seg.syn() && wnd == WINDOW) {
      put(seg.withSackOk(true));
      put(seg.withStamps(at.tsRecent() + 1, 0));
    }
    if (!seg.urg()) {
      put(seg);
      return;
    }
    put(seg.withUp(3));
    if (wnd == WINDOW && ack == at.sndUna()) { // the pointer has no say in what the others decide
      put(seg.withUp(0));
      put(seg.withUp(1));
      put(seg.withUp(65_535));
    }
  }

  /** With agreed timestamps, a segment comes with a newer one, the same, an older one, and none. */
  private void put(Seg seg) {
    if (!at.stamped() || seg.hasStamps()) {
      keep(seg);
      return;
    }
    keep(seg.withStamps(at.tsRecent() + 1, 0));
    if (seg.wnd() == WINDOW && !seg.urg()) {
      keep(seg.withStamps(at.tsRecent(), 0));
      keep(seg.withStamps(at.tsRecent() - 1, 0));
      keep(seg.withStamps(at.tsRecent() + (1 << 31) - 1, 0)); // the newest there can be
      keep(seg);
    }
  }

  private void keep(Seg seg) {
    cells.put(seg, seg);
  }
}
