package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;

/**
 * The record of a connection in TIME-WAIT.
 *
 * @param edge RCV.NXT + RCV.WND, as our ACK of the peer's FIN announces it
 * @param window the window field to send
 * @param windowShift its scale
 * @param timestamps whether its segments carry them
 * @param tsRecent TS.Recent of RFC 7323 §4.3, if they do
 */
public record TimeWaitFacts(
    int sndNxt,
    int maxSndWnd,
    int rcvNxt,
    int edge,
    int window,
    int windowShift,
    boolean timestamps,
    int tsRecent,
    TcpTuning tuning) {

  /** If an ACK is owed, it announces the window behind the peer's FIN. */
  static TimeWaitFacts of(Sender sender, Receiver receiver, TcpTuning tuning) {
    int rcvNxt = receiver.rcvNxt();
    int shift = receiver.offeredShift();
    int known = rcvNxt + receiver.window();
    int window = receiver.advertise();
    Timestamps timestamps = sender.timestamps();
    int edge = receiver.owesAck() ? rcvNxt + (window << shift) : known;
    return new TimeWaitFacts(
        sender.sndNxt(),
        sender.maxSndWnd(),
        rcvNxt,
        edge,
        window,
        shift,
        timestamps != null,
        timestamps == null ? 0 : timestamps.recent(),
        tuning);
  }
}
