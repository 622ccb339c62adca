package dev.jktcp.tcp.connection;

/**
 * The fast path of one stack: whether it is taken where it can be, and how often it was. It leaves
 * out work and changes nothing that a peer or a user sees: the plain path is its oracle, and tests
 * run both. No user can turn it off.
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

  /** Segments that it let through with an ACK of new data, data of their own or not. */
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
