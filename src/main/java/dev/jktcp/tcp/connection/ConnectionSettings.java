package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;

/**
 * What a connection is given at birth; one object serves many connections.
 *
 * @param sendBuffer bytes that may be written and unacknowledged, at first
 * @param maxSendBuffer to how many that is tuned; {@code sendBuffer}, if it is fixed
 * @param receiveBuffer bytes that may wait for the reader, at first: the largest window offered
 * @param maxReceiveBuffer to how many that is tuned; {@code receiveBuffer}, if it is fixed
 * @param localMss largest payload that a packet of ours has room for
 * @param announcedMss largest payload that we take, whatever we send (RFC 9293 MUST-67)
 * @param pathMtuProbing whether connections search for the largest packet that their path carries
 * @param finWait2Ns how long a peer may keep its side open after our user left
 * @param orphanNs how long a connection whose user left may make no progress
 * @param acksPerSecond challenge ACKs and answers to segments out of the window
 * @param chunks where the memory of all buffers of a stack comes from
 * @param flights the same for what its senders know of segments in flight
 * @param lending what the stack shows its readers
 * @param budget where the memory of all connections of a stack is counted
 * @param fastPath one for the stack
 * @param timestampOffsets where its timestamp clock stands for each pair of addresses
 * @param roundTrip what all senders of a stack measure with
 * @param facts what all senders of a stack tell their policies with
 * @param repairs what all senders of a stack sent again
 */
public record ConnectionSettings(
    TcpProfile profile,
    int sendBuffer,
    int maxSendBuffer,
    int receiveBuffer,
    int maxReceiveBuffer,
    WindowStyle windowStyle,
    int localMss,
    int announcedMss,
    boolean pathMtuProbing,
    long finWait2Ns,
    long orphanNs,
    int acksPerSecond,
    ChunkPool chunks,
    FlightPool flights,
    Lending lending,
    ByteBudget budget,
    FastPath fastPath,
    TimestampOffsets timestampOffsets,
    RoundTrip roundTrip,
    SenderFacts facts,
    RepairCounts repairs) {

  /** The same with so many bytes that may wait for the reader, not tuned. */
  public ConnectionSettings withReceiveBuffer(int bytes) {
    return new ConnectionSettings(
        profile,
        sendBuffer,
        maxSendBuffer,
        bytes,
        bytes,
        windowStyle,
        localMss,
        announcedMss,
        pathMtuProbing,
        finWait2Ns,
        orphanNs,
        acksPerSecond,
        chunks,
        flights,
        lending,
        budget,
        fastPath,
        timestampOffsets,
        roundTrip,
        facts,
        repairs);
  }

  /** What our SYN says: RFC 9293 MUST-67, unless the user wants smaller segments. */
  public int announcedMss(TcpTuning tuning) {
    return bounded(announcedMss, tuning);
  }

  /** The window field of a SYN, which is never scaled (RFC 7323 §2.2). */
  public int synWindow() {
    return Math.min(0xffff, receiveBuffer);
  }

  /** The scale that our SYN offers. */
  public int offeredShift() {
    return Receiver.shiftFor(windowStyle, maxReceiveBuffer);
  }

  static int bounded(int mss, TcpTuning tuning) {
    return tuning.maxSegment() == 0 ? mss : Math.min(mss, tuning.maxSegment());
  }
}
