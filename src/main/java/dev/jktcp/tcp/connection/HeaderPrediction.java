package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpState;
import dev.jktcp.wire.TcpSegment;

/**
 * Van Jacobson's header prediction (RFC 7323 Appendix A lays out its timestamps for it): while data
 * flows, nearly every segment is the next one in order, an ACK of new data, or both. Of RFC 9293
 * §3.10.7.4 such a segment needs only the fifth and seventh step, and of these only the parts for
 * data in order and for an ACK of new data. Any other segment takes the plain path.
 */
final class HeaderPrediction {
  private HeaderPrediction() {}

  /**
   * Whether the segment is the next in order and needs no special treatment, and neither half has a
   * loss, a hole or a debt that would.
   */
  static boolean holds(TcpSegment segment, TcpState state, Sender sender, Receiver receiver) {
    return segment.ordinary()
        && segment.seq() == receiver.rcvNxt()
        && (segment.payloadLength() > 0
            ? state.receivesData() && receiver.expects(segment.payloadLength())
            : segment.ack() != sender.sndUna()) // a duplicate ACK, a probe or a window update
        && sender.expects(segment, state == TcpState.ESTABLISHED || state == TcpState.CLOSE_WAIT);
  }
}
