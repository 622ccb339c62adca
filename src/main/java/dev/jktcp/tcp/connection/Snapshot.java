package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;

/** Makes the {@link TcpInfo} of a connection from its parts. */
final class Snapshot {
  private Snapshot() {}

  /**
   * @param peer null before the peer's SYN
   */
  static TcpInfo of(
      TcpState state,
      Negotiated peer,
      Sender sender,
      Receiver receiver,
      long segmentsSent,
      long segmentsReceived) {
    RttEstimator rtt = sender.rtt();
    return new TcpInfo(
        state,
        sender.mss(),
        peer == null ? 0 : peer.mss(),
        rtt.srttNs(),
        rtt.rttVarNs(),
        rtt.rtoNs(),
        sender.congestionWindow(),
        sender.slowStartThreshold(),
        sender.sendWindow(),
        receiver.window(),
        sender.inFlight(),
        sender.queue().size(),
        receiver.readable(),
        receiver.outOfOrder(),
        sender.bytesSent(),
        sender.bytesRetransmitted(),
        sender.bytesAcked(),
        receiver.bytesReceived(),
        segmentsSent,
        segmentsReceived,
        sender.retransmits(),
        sender.timeouts(),
        sender.fastRetransmits(),
        sender.usesEcn(),
        sender.ecnReductions(),
        receiver.marks());
  }
}
