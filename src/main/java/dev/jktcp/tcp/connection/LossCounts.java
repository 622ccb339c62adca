package dev.jktcp.tcp.connection;

/**
 * Counts of one connection's losses, marks, probes and undos. Most connections never see any, so
 * the object is made when needed.
 */
final class LossCounts {
  static final LossCounts NONE = new LossCounts(new RepairCounts());

  // Random loss of a tenth both ways leaves four of a million exchanges with five retries in vain.
  private static final int MUCH = 10; // one of so many
  private static final int ASSUMED = 10; // segments taken as arrived before counting began
  private static final int REMEMBERED = 256; // segments; older ones count half, or less

  long bytesRetransmitted;
  long retransmits;
  long timeouts;
  long fastRetransmits;
  long ecnReductions;
  long marksReceived;
  long dsacks;
  long untrueSacks;
  long probes;
  long undos;

  // Segments that left lately, by kind.
  private int sentNew;
  private int sentAgain;

  private final RepairCounts all;

  /**
   * @param all the counts of the stack, which are raised as well
   */
  LossCounts(RepairCounts all) {
    this.all = all;
  }

  void onTimeout() {
    timeouts++;
    all.timeouts++;
  }

  void onRecovery() {
    fastRetransmits++;
    all.fastRetransmits++;
  }

  void onSentNew() {
    sentNew++;
    age();
  }

  /**
   * @param bytes payload
   */
  void onSentAgain(int bytes) {
    retransmits++;
    bytesRetransmitted += bytes;
    all.retransmits++;
    all.bytesRetransmitted += bytes;
    sentAgain++;
    age();
  }

  private void age() {
    if (sentNew + sentAgain >= REMEMBERED) {
      sentNew /= 2;
      sentAgain /= 2;
    }
  }

  /**
   * Whether the path is known to lose a tenth of its segments, or more. Only segments that the peer
   * answered in the end count.
   *
   * @param unanswered retries whose fate is not yet known
   */
  boolean areMany(int unanswered) {
    int answered = sentAgain - unanswered - 1; // a probe may have preceded them
    return answered > 0 && answered * MUCH >= sentNew + ASSUMED;
  }
}
