package dev.jktcp.tcp.connection;

/**
 * RFC 9293 §3.7.4 (SHLD-7): while data is unacknowledged, less than a full segment waits for the
 * ACK or for more data.
 */
final class Nagle {
  private Nagle() {}

  static boolean mustWait(int length, int mss, int inFlight) {
    return length > 0 && length < mss && inFlight > 0;
  }
}
