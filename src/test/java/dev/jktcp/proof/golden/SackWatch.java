package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpInfo;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a sender of NewReno or CUBIC whose peer reports blocks of SACK to what RFC 5681, RFC 9438,
 * RFC 6675, RFC 9937 and RFC 8985 let be in the network. It looks at the packets of both sides, and
 * works out the window and what is in the network by itself; of the core it takes only that a timer
 * fired, that a reduction was undone, the smoothed round trip and the length of the timeout.
 *
 * <p>A sender may find losses as it likes. Before a timeout, however, it cannot take a segment for
 * lost that was sent after the newest one known to have arrived: such segments are in the network
 * for certain, and their bytes must be within the window.
 */
final class SackWatch implements Watcher {
  /** When the bytes from the key on, up to the end, were sent last. */
  private record Sent(long end, long order) {}

  private record Before(long window, long threshold, long wMax, CubicBound stage) {}

  private boolean cubic; // RFC 9438 in place of RFC 5681
  private double beta;
  private final TreeMap<Long, Sent> outstanding = new TreeMap<>(); // not known to have arrived
  private long order;
  private long newestArrived; // in the order of sending
  private long certain; // bytes in the network

  private boolean established;
  private int mss;
  private long una;
  private long nxt;
  private long flightBefore;
  private long window; // the most that cwnd can be
  private long threshold = Long.MAX_VALUE / 2; // the most that ssthresh can be
  private long credit;
  private long wMax; // of CUBIC: the most that it can be
  private CubicBound stage = CubicBound.NONE;
  private boolean recovery;
  private long recover;
  private long recoverFlight;
  private long delivered; // in this recovery
  private long recoverOrder; // what was sent before it
  private final ArrayDeque<Before> reductions = new ArrayDeque<>(); // what an undo gives back
  private boolean timedOut; // and nothing new has been acknowledged since
  private boolean probed; // a probe of the tail is in flight beside what cwnd allows
  private boolean closed; // the peer's window is: timers probe it, and nothing is lost
  private long lastSentNs;

  // This step.
  private boolean arrived; // a packet of the peer
  private boolean sent; // data
  private boolean again; // data below SND.NXT, and no probe
  private boolean thrice; // data that this recovery had already sent again
  private boolean opens; // the peer's window: what probed it is sent once more
  private long orderBefore; // the order when the step began
  private TcpInfo last;

  @Override
  public void onArriving(Seen p, long nowNs) {
    arrived = true;
    opens = closed;
    closed = !p.syn() && p.window() == 0;
    if (p.syn()) {
      return;
    }
    flightBefore = nxt - una;
    long more = 0;
    if (p.ack() > una) {
      more += arrive(una, p.ack());
      una = p.ack();
      timedOut = false;
    }
    for (int i = 0; i < p.blocks().length; i += 2) {
      more += arrive(p.blocks()[i], p.blocks()[i + 1]);
    }
    probed &= more == 0;
    onDelivered(more, nowNs);
  }

  /** Those bytes have arrived; returns how many of them are news. */
  private long arrive(long from, long to) {
    split(from);
    split(to);
    long more = 0;
    Map<Long, Sent> part = outstanding.subMap(from, to);
    for (Map.Entry<Long, Sent> each : part.entrySet()) {
      more += each.getValue().end - each.getKey();
      newestArrived = Math.max(newestArrived, each.getValue().order);
    }
    part.clear();
    return more;
  }

  private void split(long at) {
    Map.Entry<Long, Sent> around = outstanding.lowerEntry(at);
    if (around != null && around.getValue().end > at) {
      outstanding.put(around.getKey(), new Sent(at, around.getValue().order));
      outstanding.put(at, around.getValue());
    }
  }

  private void onDelivered(long more, long nowNs) {
    if (recovery && una < recover) {
      delivered += more;
      return;
    }
    if (recovery) {
      recovery = false;
      window = Math.min(window, threshold + mss);
      credit = 0;
    }
    if (window < threshold) { // RFC 5681 §3.1, but of bytes, see NewReno
      window += Math.min(more, threshold - window + mss);
    } else if (cubic) {
      stage = stage.onDelivered(more, window, wMax, mss, nowNs);
      window = (long) stage.window(more, window, mss, last.srttNs(), nowNs) + 1;
    } else {
      credit += more;
      if (credit >= window) {
        credit = Math.min(credit - window, mss);
        window += mss;
      }
    }
  }

  @Override
  public void onSent(Seen p, long nowNs) {
    if (p.syn() || p.length() == 0) {
      return;
    }
    if (established && !closed && !opens && nxt == una && nowNs - lastSentNs > last.rtoNs()) {
      threshold = Math.max(threshold, window / 4 * 3);
      window = Math.min(window, initialWindow()); // RFC 5681 §4.1
      stage = CubicBound.NONE;
    }
    lastSentNs = nowNs;
    // RFC 8985 §7.3: new data, or the last segment once more, by a timer.
    boolean probe = !arrived && !sent && p.end() >= nxt && nxt > una;
    sent = true;
    probed |= probe;
    again |= p.offset() < nxt && !probe;
    split(p.offset());
    split(p.end());
    Map<Long, Sent> part = outstanding.subMap(p.offset(), p.end());
    thrice |= recovery && part.values().stream().anyMatch(each -> each.order > recoverOrder);
    part.clear();
    outstanding.put(p.offset(), new Sent(p.end(), ++order));
    nxt = Math.max(nxt, p.end());
  }

  @Override
  public void onStep(TcpInfo info, long nowNs) {
    if (!established) {
      if (info.state().synchronizedState() && info.cwnd() > 0) {
        established = true;
        mss = info.mss();
        cubic = info.congestion().equals("cubic");
        beta = cubic ? CubicBound.BETA : 0.5; // RFC 5681 §3.1 equation (4)
        window = info.timeouts() > 0 ? mss : initialWindow();
        lastSentNs = nowNs;
      }
    } else {
      onEvents(info);
    }
    if (established && sent) {
      judge();
    }
    arrived = false;
    sent = false;
    again = false;
    thrice = false;
    opens = false;
    orderBefore = order;
    last = info;
  }

  private int initialWindow() {
    return Math.min(10 * mss, Math.max(2 * mss, 14_600)); // RFC 6928 §2
  }

  private void onEvents(TcpInfo info) {
    if (info.timeouts() > last.timeouts() && !closed) {
      onTimeout();
    } else if (again && !closed && !opens && !recovery && una >= recover) {
      reductions.clear();
      remember();
      recovery = true;
      recover = nxt;
      recoverOrder = orderBefore;
      recoverFlight = Math.max(flightBefore, nxt - una);
      delivered = 0;
      reduce(recoverFlight);
    } else if (thrice) { // the loss of a retransmission may reduce the window once more
      remember();
    }
    for (long i = last.undos(); i < info.undos(); i++) {
      onUndo();
    }
  }

  private void remember() {
    reductions.push(new Before(window, threshold, wMax, stage));
  }

  /** RFC 4015, RFC 3522: of the last reduction. */
  private void onUndo() {
    check(!reductions.isEmpty(), "an undo of nothing");
    Before before = reductions.pop();
    window = Math.max(window, before.window);
    threshold = Math.max(threshold, before.threshold);
    wMax = Math.max(wMax, before.wMax);
    stage = before.stage;
    recovery &= !reductions.isEmpty();
  }

  private void reduce(long flight) {
    threshold = Math.max((long) (Math.min(window + mss, flight) * beta), 2L * mss);
    credit = 0;
    wMax = window;
    stage = CubicBound.NONE;
  }

  /** RFC 5681 §3.1: all that was sent before may be lost. */
  private void onTimeout() {
    if (!timedOut) {
      if (una >= recover) {
        reductions.clear();
      }
      remember();
    }
    if (!timedOut && !recovery) {
      reduce(nxt - una);
    }
    timedOut = true;
    recovery = false;
    recover = nxt;
    window = mss;
    wMax = 0; // RFC 9438 §4.8
    stage = CubicBound.NONE;
    probed = false;
    newestArrived = orderBefore;
  }

  private void judge() {
    certain = 0;
    boolean holes = false;
    long end = una;
    for (Map.Entry<Long, Sent> each : outstanding.entrySet()) {
      holes |= each.getKey() > end;
      end = each.getValue().end;
      certain += each.getValue().order > newestArrived ? end - each.getKey() : 0;
    }
    long allowed = window;
    if (recovery) { // RFC 9937 §6: by the share of what arrives, then as slow start up to ssthresh
      long proportional = (long) (recoverFlight - delivered * (1 - beta));
      allowed = Math.max(threshold, proportional) + mss;
    }
    long extra = (probed ? mss : 0) + (holes && !recovery ? 2L * mss : 0); // RFC 8985, RFC 3042
    check(
        certain <= allowed + extra,
        certain + " in the network for certain, allowed are " + allowed + " and " + extra);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("congestion control: " + what);
    }
  }
}
