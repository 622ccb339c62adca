package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpOptions;
import dev.jktcp.wire.TcpSegment;

/**
 * The three shapes of segment that a connection sends, written as packets into a caller's array.
 * Each returns the packet's length. Keeps no state: what to send was decided elsewhere.
 */
final class SegmentWriter {
  private static final byte[] NO_OPTIONS = {};

  private SegmentWriter() {}

  /**
   * A segment without payload and options: ACK, RST.
   *
   * @param urgentPointer 0 = none, also in the others
   */
  static int bare(
      Flow flow,
      TcpTuning tuning,
      int seq,
      int ack,
      int flags,
      int window,
      int urgentPointer,
      byte[] to,
      int offset) {
    return write(
        flow, tuning, seq, ack, flags, window, urgentPointer, NO_OPTIONS, 0, 0, to, offset);
  }

  /**
   * SYN or SYN-ACK with MSS (RFC 9293 MUST-14) and, unless {@code shift} is negative, window scale.
   */
  static int syn(
      Flow flow,
      TcpTuning tuning,
      int mss,
      int iss,
      int ack,
      int flags,
      int window,
      int shift,
      byte[] to,
      int offset) {
    byte[] options = new byte[TcpOptions.MSS_LENGTH + 1 + TcpOptions.WINDOW_SCALE_LENGTH];
    int length = TcpOptions.putMss(options, 0, mss);
    if (shift >= 0) {
      length = TcpOptions.putNop(options, length);
      length = TcpOptions.putWindowScale(options, length, shift);
    }
    return write(flow, tuning, iss, ack, flags, window, 0, options, length, 0, to, offset);
  }

  /** What {@code sender} has planned. */
  static int planned(
      Flow flow, TcpTuning tuning, Sender sender, int ack, int window, byte[] to, int offset) {
    int flags =
        TcpSegment.ACK
            | (sender.planPush() ? TcpSegment.PSH : 0)
            | (sender.planFin() ? TcpSegment.FIN : 0);
    sender.copyPlan(to, offset + PacketWriter.headerLength(flow.localAddress().isV6(), 0));
    int length = sender.planLength();
    return write(
        flow,
        tuning,
        sender.planSeq(),
        ack,
        flags,
        window,
        sender.queue().urgentPointer(sender.planSeq()),
        NO_OPTIONS,
        0,
        length,
        to,
        offset);
  }

  private static int write(
      Flow flow,
      TcpTuning tuning,
      int seq,
      int ack,
      int flags,
      int window,
      int urgentPointer,
      byte[] options,
      int optionsLength,
      int payloadLength,
      byte[] to,
      int offset) {
    return PacketWriter.tcp(
        to,
        offset,
        flow.localAddress(),
        flow.remoteAddress(),
        flow.localPort(),
        flow.remotePort(),
        seq,
        ack,
        flags | (urgentPointer > 0 ? TcpSegment.URG : 0),
        window,
        urgentPointer,
        options,
        optionsLength,
        payloadLength,
        tuning.ttl(),
        tuning.dscp());
  }
}
