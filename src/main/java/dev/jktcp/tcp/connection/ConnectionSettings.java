package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;

/**
 * The settings that a connection begins with; one object serves many connections.
 *
 * @param sendBuffer bytes that may be written and unacknowledged, at first
 * @param maxSendBuffer limit to which {@code sendBuffer} is tuned; equal to it if fixed
 * @param receiveBuffer bytes that may wait for the reader, at first: the largest window offered
 * @param maxReceiveBuffer limit to which {@code receiveBuffer} is tuned; equal to it if fixed
 * @param localMss largest payload that a packet of ours has room for
 * @param announcedMss largest payload that we receive, regardless of {@code localMss} (RFC 9293
 *     MUST-67)
 * @param pathMtuProbing whether connections search for the largest packet that their path carries
 * @param finWait2Ns how long a peer may keep its side open after our user left
 * @param orphanNs how long a connection whose user left may make no progress
 * @param acksPerSecond limit of challenge ACKs and answers to segments out of the window
 * @param chunks memory for all buffers of a stack
 * @param flights memory for the records of segments in flight
 * @param lending the bytes that the stack lends its readers
 * @param budget the count of a stack's memory
 * @param fastPath the stack's counts of header prediction
 * @param timestampOffsets offsets of the timestamp clock, one for each pair of addresses
 * @param roundTrip the measurement that all senders of a stack share
 * @param facts the facts object that all senders of a stack share
 * @param plan the plan that all senders of a stack share
 * @param repairs counts of segments that all senders of a stack sent again
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
    Plan plan,
    RepairCounts repairs) {

  /** A copy with a fixed receive buffer of so many bytes. */
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
        plan,
        repairs);
  }

  /** The fixed receive buffer in bytes; 0 = it is tuned. */
  int fixedReceiveBuffer() {
    return receiveBuffer == maxReceiveBuffer ? receiveBuffer : 0;
  }

  /** The MSS of our SYN: RFC 9293 MUST-67, unless the user wants smaller segments. */
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
