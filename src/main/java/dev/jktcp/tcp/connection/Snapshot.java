package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;

/** Makes the {@link TcpInfo} of a connection from its parts. */
final class Snapshot {
  private Snapshot() {}

  /**
   * @param agreed null before the peer's SYN
   * @param pathMtu largest packet that the path is thought to carry
   */
  static TcpInfo of(
      TcpState state,
      Negotiated agreed,
      Sender sender,
      Receiver receiver,
      int pathMtu,
      long segmentsSent,
      long segmentsReceived) {
    RttEstimator rtt = sender.rtt();
    LossCounts losses = sender.losses();
    return new TcpInfo(
        state,
        sender.mss(),
        agreed == null ? 0 : agreed.mss(),
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
        losses.bytesRetransmitted,
        sender.bytesAcked(),
        receiver.bytesReceived(),
        segmentsSent,
        segmentsReceived,
        losses.retransmits,
        losses.timeouts,
        losses.fastRetransmits,
        losses.probes,
        losses.undos,
        sender.reorderingSeen(),
        sender.reorderingWindowNs(),
        sender.queue().capacity(),
        receiver.capacity(),
        options(agreed, sender, receiver),
        losses.ecnReductions,
        losses.marksReceived,
        sender.congestionName(),
        sender.pacingRate(),
        pathMtu,
        sender.flight().sackedBytes(),
        sender.flight().lostBytes(),
        losses.dsacks,
        losses.untrueSacks);
  }

  private static AgreedOptions options(Negotiated agreed, Sender sender, Receiver receiver) {
    return agreed == null
        ? AgreedOptions.NONE
        : new AgreedOptions(
            agreed.sack(),
            agreed.timestamps(),
            sender.usesEcn(),
            agreed.scales() ? agreed.shift() : -1,
            agreed.scales() ? receiver.offeredShift() : -1);
  }
}
