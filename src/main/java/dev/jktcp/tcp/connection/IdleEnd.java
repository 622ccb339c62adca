package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;

/**
 * What an established end remembers while nothing is in flight, unread or owed: enough to make its
 * sender and receiver again as they were, in a quarter of their memory. Values that follow from
 * these are not kept: SND.UNA and SND.WL2 are SND.NXT, and all that was sent is acknowledged; what
 * the peer announced and what is known of the path say how segments are cut.
 */
final class IdleEnd {
  // The sender.
  int sndNxt;
  byte recoverBehind; // RecoveryPoint: so far before SND.NXT
  CongestionPolicy congestion;
  char sendChunks;
  byte ecnSender;
  LossCounts losses;
  long lastSentNs;
  long bytesAcked;
  PathSearch search; // null: none

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
  byte reorderingPersist; // and whether there was any
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

  // Timestamps, where there are any.
  int tsRecent;
  int tsRecentSinceS;

  // Negotiated.
  char peerMss;
  byte agreed;

  int recover() {
    return sndNxt - recoverBehind;
  }
}
