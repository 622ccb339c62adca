package dev.jktcp.proof.golden;

import dev.jktcp.proof.sim.SimRandom;

/**
 * The goodput that the RFCs allow on a path that loses data by chance, if a sender's buffer and its
 * window are the only limits. A loss halves the window (RFC 5681), and each round trip without one
 * adds a segment. A segment with three behind it is found lost at once, one with fewer a quarter of
 * a round trip later, and the last of a flight by the next flight (RFC 8985). A lost retransmission
 * halves again. ACKs are never lost, and there are no timeouts.
 */
final class IdealReno {
  private static final int ROUNDS = 50_000;
  private static final double REORDERING = .25; // RFC 8985 §6.2, of a round trip
  private static final int PROOF = 3; // segments behind a loss that leave no doubt

  private final double most; // segments in the buffer
  private final double loss;
  private final SimRandom random = new SimRandom(1);
  private double window = 10;
  private boolean slowStart = true;
  private double rounds;
  private double segments;

  private IdealReno(double most, double loss) {
    this.most = most;
    this.loss = loss;
  }

  /** Segments a round trip. */
  static double segments(double buffer, double loss) {
    IdealReno sender = new IdealReno(buffer, loss);
    while (sender.rounds < ROUNDS) {
      sender.round();
    }
    return sender.segments / sender.rounds;
  }

  private void round() {
    double flight = window < most ? Math.floor(window) : most;
    int count = (int) Math.ceil(flight);
    rounds++;
    segments += flight;
    int first = count;
    int lost = 0;
    for (int i = 0; i < count; i++) {
      if (random.chance(loss)) {
        first = Math.min(first, i);
        lost++;
      }
    }
    if (lost == 0) {
      window = slowStart ? 2 * window : window + Math.min(1, flight / Math.floor(window));
      window = Math.min(window, 2 * most);
    } else {
      repair(flight, first, count - 1 - first, lost);
    }
  }

  /**
   * @param before segments that arrived before the first loss, and let out as many new ones
   * @param behind segments that arrived behind it
   */
  private void repair(double flight, int before, int behind, int lost) {
    if (behind == 0) {
      rounds += 1 + (before < PROOF ? REORDERING : 0);
    } else if (behind < PROOF) {
      rounds += REORDERING;
    }
    window = Math.min(flight, window);
    halve();
    double room = behind == 0 ? before : before + most - flight;
    double fresh = Math.max(before, Math.min(Math.floor(window), room));
    segments += fresh;
    for (int again = lost; again > 0; ) {
      rounds++;
      again = lostOf(again);
      if (again > 0) {
        halve();
      }
    }
    if (lostOf((int) fresh) > 0) {
      rounds++;
      halve();
    }
  }

  private int lostOf(int sent) {
    int lost = 0;
    for (int i = 0; i < sent; i++) {
      lost += random.chance(loss) ? 1 : 0;
    }
    return lost;
  }

  private void halve() {
    slowStart = false;
    window = Math.max(2, window / 2);
  }
}
