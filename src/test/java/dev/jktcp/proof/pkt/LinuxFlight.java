package dev.jktcp.proof.pkt;

import java.util.ArrayList;
import java.util.List;

/**
 * What Linux counts in a flight and our stack does not, from the packets of a connection.
 * tcpi_reordering is how far, in segments, one that was sent once has arrived behind a later one:
 * ours measures reordering in time (RFC 8985 §6.2). tcpi_retrans is what of the flight was sent
 * again.
 *
 * <p>Numbers are those of the script: the first byte of data is 1.
 */
final class LinuxFlight {
  /** tcp_max_reordering. */
  private static final int MOST = 300;

  private static final class Sent {
    final long from;
    final long to;
    boolean again;
    boolean reported;

    Sent(long from, long to) {
      this.from = from;
      this.to = to;
    }
  }

  private final List<Sent> flight = new ArrayList<>();
  private long next = 1; // behind all that was sent
  private long degree;
  private int seen;

  LinuxFlight(int degree) {
    this.degree = degree;
  }

  /** A segment with data leaves. */
  void onSent(long from, int length) {
    long to = from + length;
    flight.stream().filter(s -> s.from < to && from < s.to).forEach(s -> s.again = true);
    if (to > next) {
      flight.add(new Sent(Math.max(from, next), to));
      next = to;
    }
  }

  /**
   * An ACK arrives.
   *
   * @param blocks of SACK, each a start and an end
   */
  void onAck(long ack, List<Long> blocks, int mss) {
    long highestBefore = highest();
    long late = next;
    for (int i = 0; i + 1 < blocks.size(); i += 2) {
      for (Sent sent : flight) {
        if (!sent.reported && sent.from >= blocks.get(i) && sent.to <= blocks.get(i + 1)) {
          late = !sent.again && sent.from < highest() ? Math.min(late, sent.from) : late;
          sent.reported = true;
        }
      }
    }
    note(late, mss);
    late = next;
    for (Sent sent : flight) {
      if (sent.to <= ack && !sent.reported && !sent.again) {
        late = Math.min(late, sent.from);
      }
    }
    if (late < highestBefore) {
      note(late, mss);
    }
    flight.removeIf(s -> s.to <= ack);
  }

  private void note(long late, int mss) {
    long distance = highest() - late;
    if (distance > 0) {
      degree = Math.max(degree, Math.min(MOST, (distance + mss - 1) / mss));
      seen++;
    }
  }

  /** The end of the highest segment that was reported; 0 = none is. */
  private long highest() {
    return flight.stream().filter(s -> s.reported).mapToLong(s -> s.to).max().orElse(0);
  }

  long degree() {
    return degree;
  }

  int seen() {
    return seen;
  }

  /** Segments that were sent again and are not reported. */
  long sentAgain() {
    return flight.stream().filter(s -> s.again && !s.reported).count();
  }
}
