package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;

/**
 * The record of an established end while nothing is in flight, unread or owed. It is enough to
 * rebuild the sender and receiver as they were, in a quarter of their memory. Derived values are
 * not kept: SND.UNA and SND.WL2 are SND.NXT, since everything sent is acknowledged, and the size of
 * segments follows from the peer's MSS and the path.
 */
final class IdleEnd {
  // The sender.
  int sndNxt;
  private byte recoverBehind; // RecoveryPoint: 0 or 1 before SND.NXT, which is set first
  CongestionPolicy congestion;
  char sendChunks;
  byte ecnSender;
  LossCounts losses;
  long lastSentNs;
  long bytesAcked;
  PathSearch search; // null: no search

  // SendWindow.
  int sendWindow;
  int largestSendWindow;
  int wl1;
  byte sendShift;

  // RttEstimator.
  long srttNs;
  long rttVarNs;
  byte rtt; // flags, and the back-off

  // MinRtt, Rack, TailLossProbe, AckDelay.
  long minRttNs;
  int minRttSince;
  byte reorderingSteps;
  byte reorderingPersist; // and whether there was reordering
  byte probe; // flags
  byte ackDelayMs; // below 0: the RFC's

  // The receiver.
  int rcvNxt;
  int rightEdge;
  int capacity;
  int roundSinceMs;
  int readAtRound;
  int readInRound;
  char receiveMss;
  char fullSize;
  byte promptAcks;
  long bytesReceived;
  byte receiveShift;
  byte ecnReceiver;

  // Timestamps, if agreed on.
  int tsRecent;
  int tsRecentSinceS;

  // Negotiated.
  char peerMss;
  byte agreed;

  void recover(int recover) {
    recoverBehind = (byte) (sndNxt - recover);
  }

  int recover() {
    return sndNxt - recoverBehind;
  }
}
