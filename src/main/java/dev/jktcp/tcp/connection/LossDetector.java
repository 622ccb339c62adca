package dev.jktcp.tcp.connection;

/** Finds out what of a flight is lost by what the peer has reported. */
interface LossDetector {
  /** All before {@code seq} is judged: it is acknowledged, or taken for lost. */
  void open(int seq);

  /**
   * Marks what is lost by now.
   *
   * @param reader hears of it
   * @return whether anything is that was not before
   */
  boolean detect(Flight flight, int mss, Flight.Reader reader, long nowNs);
}
