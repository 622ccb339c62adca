package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.tcp.TcpInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The congestion window round by round. A round ends when what was last sent at its beginning is
 * acknowledged; a row is how things stand when an instant is over in which a round began or
 * something happened.
 */
final class Trace implements Watcher {
  /**
   * One line; windows and amounts are segments.
   *
   * @param atMs since the connect
   * @param ssthresh infinite where nothing was lost yet
   * @param sent for the first time, since the row before
   * @param again retransmitted, since the row before
   * @param duplicates ACKs that acknowledged nothing new, since the row before
   * @param acked of all
   * @param event what happened, or empty
   */
  record Row(
      double atMs,
      int round,
      double cwnd,
      double ssthresh,
      double flight,
      int sent,
      int again,
      int duplicates,
      double acked,
      String event) {

    boolean is(String what) {
      return event.contains(what);
    }
  }

  /** A change of cwnd or ssthresh, for the picture. */
  record Point(double atMs, double cwnd, double ssthresh) {}

  final List<Row> rows = new ArrayList<>();
  final List<Point> points = new ArrayList<>();

  private int mss;
  private TcpInfo last;
  private long lastNs;
  private long una;
  private long nxt;
  private long lastSent; // end of the segment that left last, again or not
  private long roundEnd = -1;
  private int round;
  private boolean roundBegan;
  private final List<String> events = new ArrayList<>();

  private boolean recovery;
  private long recover;
  private long nxtAtStep;
  private int newlySent; // in this step
  private int window = -1;
  private int sent;
  private int again;
  private int duplicates;

  @Override
  public void onArriving(Seen p, long nowNs) {
    turn(nowNs);
    nxtAtStep = nxt;
    if (p.syn()) {
      window = p.window();
      return;
    }
    if (p.ack() > una) {
      una = p.ack();
      if (recovery && una >= recover) {
        recovery = false;
        events.add("recovered");
      } else if (recovery) {
        events.add("partial ACK");
      }
      roundBegan |= una >= roundEnd;
    } else if (p.window() == window && nxt > una) {
      duplicates++;
    }
    if (p.window() != window && (p.window() == 0 || window == 0)) {
      events.add(p.window() == 0 ? "window closed" : "window open");
    }
    window = p.window();
  }

  @Override
  public void onSent(Seen p, long nowNs) {
    turn(nowNs);
    if (p.length() == 0) {
      return;
    }
    if (window == 0) {
      events.add("probe");
    }
    if (p.end() > nxt) {
      nxt = p.end();
      sent++;
      newlySent++;
    } else {
      again++;
    }
    lastSent = p.end();
  }

  @Override
  public void onStep(TcpInfo info, long nowNs) {
    turn(nowNs);
    if (mss == 0) {
      if (info.cwnd() > 0) {
        mss = info.mss();
        events.add("established" + (info.timeouts() > 0 ? " after a second SYN" : ""));
        roundBegan = true;
      }
    } else {
      notice(info);
    }
    if (last == null || info.cwnd() != last.cwnd() || info.ssthresh() != last.ssthresh()) {
      points.add(new Point((double) nowNs / MS, segments(info.cwnd()), ssthresh(info)));
    }
    newlySent = 0;
    nxtAtStep = nxt;
    last = info;
  }

  private void notice(TcpInfo info) {
    if (info.fastRetransmits() > last.fastRetransmits()) {
      events.add("fast retransmit of " + (una / mss + 1));
      recovery = true;
      recover = nxtAtStep;
      roundBegan = true;
    } else if (info.timeouts() > last.timeouts()) {
      if (window > 0) {
        events.add("timeout: " + (una / mss + 1));
        recovery = false;
        roundBegan = true;
      }
    } else if (info.cwnd() < last.cwnd() && newlySent > 0 && !events.contains("recovered")) {
      events.add("after a pause");
      roundBegan = true;
    }
  }

  /** Time goes on: what was is a row, if there is something to say. */
  private void turn(long nowNs) {
    if (nowNs != lastNs) {
      flush();
      lastNs = nowNs;
    }
  }

  /** At the end, the last row. */
  void end() {
    events.add("done");
    flush();
  }

  private void flush() {
    if (mss == 0 || (!roundBegan && events.isEmpty())) {
      return;
    }
    if (roundBegan) {
      round++;
      roundEnd = lastSent;
      roundBegan = false;
    }
    rows.add(
        new Row(
            (double) lastNs / MS,
            round,
            segments(last.cwnd()),
            ssthresh(last),
            segments(last.inFlight()),
            sent,
            again,
            duplicates,
            segments(una),
            String.join("; ", compact(events))));
    events.clear();
    sent = 0;
    again = 0;
    duplicates = 0;
  }

  /** Repeated ones once. */
  private static List<String> compact(List<String> events) {
    return events.stream().distinct().toList();
  }

  private double segments(long bytes) {
    return mss == 0 ? 0 : (double) bytes / mss;
  }

  private double ssthresh(TcpInfo info) {
    return info.ssthresh() == Integer.MAX_VALUE
        ? Double.POSITIVE_INFINITY
        : segments(info.ssthresh());
  }

  // --- the text

  String text() {
    StringBuilder out = new StringBuilder();
    String header =
        String.format(
            "%8s  %5s  %6s  %8s  %6s  %4s  %5s  %4s  %6s  %s",
            "time ms",
            "round",
            "cwnd",
            "ssthresh",
            "flight",
            "sent",
            "again",
            "dups",
            "acked",
            "event");
    out.append(header).append('\n').append("-".repeat(header.length())).append('\n');
    for (Row row : rows) {
      out.append(
              String.format(
                      "%8s  %5d  %6s  %8s  %6s  %4d  %5d  %4d  %6s  %s",
                      number(row.atMs),
                      row.round,
                      number(row.cwnd),
                      number(row.ssthresh),
                      number(row.flight),
                      row.sent,
                      row.again,
                      row.duplicates,
                      number(row.acked),
                      row.event)
                  .stripTrailing())
          .append('\n');
    }
    return out.toString();
  }

  static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "-";
    }
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
