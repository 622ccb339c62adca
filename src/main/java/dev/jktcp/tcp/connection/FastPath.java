package dev.jktcp.tcp.connection;

/**
 * The fast path of one stack: whether it is on, and how often it was taken. It only saves work;
 * peers and users see the same as on the plain path, which is its oracle. Tests run both. No user
 * can turn it off.
 */
public final class FastPath {
  private final boolean on;
  private long predictedData;
  private long predictedAcks;

  public FastPath(boolean on) {
    this.on = on;
  }

  public boolean on() {
    return on;
  }

  /** Segments in order that {@link HeaderPrediction} let through with data. */
  public long predictedData() {
    return predictedData;
  }

  /**
   * Segments that {@link HeaderPrediction} let through with an ACK of new data, with data of their
   * own or not.
   */
  public long predictedAcks() {
    return predictedAcks;
  }

  void onPredictedData() {
    predictedData++;
  }

  void onPredictedAck() {
    predictedAcks++;
  }
}
