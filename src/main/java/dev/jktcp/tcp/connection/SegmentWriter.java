package dev.jktcp.tcp.connection;

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

  /** A segment without payload and options: ACK, RST. */
  static int bare(
      Flow flow,
      ConnectionSettings settings,
      int seq,
      int ack,
      int flags,
      int window,
      byte[] to,
      int offset) {
    return write(flow, settings, seq, ack, flags, window, NO_OPTIONS, 0, 0, to, offset);
  }

  /**
   * SYN or SYN-ACK with MSS (RFC 9293 MUST-14) and, unless {@code shift} is negative, window scale.
   */
  static int syn(
      Flow flow,
      ConnectionSettings settings,
      int iss,
      int ack,
      int flags,
      int window,
      int shift,
      byte[] to,
      int offset) {
    byte[] options = new byte[TcpOptions.MSS_LENGTH + 1 + TcpOptions.WINDOW_SCALE_LENGTH];
    int length = TcpOptions.putMss(options, 0, settings.announcedMss());
    if (shift >= 0) {
      length = TcpOptions.putNop(options, length);
      length = TcpOptions.putWindowScale(options, length, shift);
    }
    return write(flow, settings, iss, ack, flags, window, options, length, 0, to, offset);
  }

  /** What {@code sender} has planned. */
  static int planned(
      Flow flow,
      ConnectionSettings settings,
      Sender sender,
      int ack,
      int window,
      byte[] to,
      int offset) {
    int flags =
        TcpSegment.ACK
            | (sender.planPush() ? TcpSegment.PSH : 0)
            | (sender.planFin() ? TcpSegment.FIN : 0);
    sender.copyPlan(to, offset + PacketWriter.headerLength(flow.localAddress().isV6(), 0));
    int length = sender.planLength();
    return write(
        flow, settings, sender.planSeq(), ack, flags, window, NO_OPTIONS, 0, length, to, offset);
  }

  private static int write(
      Flow flow,
      ConnectionSettings settings,
      int seq,
      int ack,
      int flags,
      int window,
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
        flags,
        window,
        0,
        options,
        optionsLength,
        payloadLength,
        settings.ttl(),
        settings.trafficClass());
  }
}
