package dev.jktcp.tcp;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a connection behaves where the RFCs leave a choice: timers, patience, congestion control. A
 * profile is an immutable value; the state machine has no branch on which one it is. Times are
 * nanoseconds.
 *
 * @param name what options and the command line call it
 * @param initialRtoNs retransmission timeout before the first round-trip sample
 * @param minRtoNs the timeout is never below this (RFC 6298 §2.4)
 * @param maxRtoNs nor backs off above this (RFC 6298 §2.5)
 * @param minVarianceNs floor of the term 4·RTTVAR: the clock granularity G of RFC 6298, or Linux's
 *     200 ms
 * @param rtoAfterSynLossNs least timeout when the SYN had to be sent again (RFC 6298 §5.7)
 * @param adaptive whether the timeout follows the measured round trip; if not it is always {@code
 *     initialRtoNs}
 * @param maxRetries retransmissions of one segment before R2 may be reached
 * @param r2Ns and how long it must have been unacknowledged by then (RFC 9293 §3.8.3)
 * @param synMaxRetries the same for a SYN
 * @param synR2Ns the same for a SYN
 * @param dupAckThreshold duplicate ACKs that prove a loss (RFC 5681: 3); 0 = never retransmit fast
 * @param delayedAckNs how long an ACK of data in order may wait (RFC 9293 §3.8.6.3, below 500 ms);
 *     0 = it leaves once all packets that are there have been looked at
 * @param acksEverySecondSegment whether two segments end that wait whatever their size, as on BSD;
 *     if not two full-sized ones' worth of bytes do (RFC 9293 SHLD-19)
 * @param keepsOutOfOrder whether segments ahead of RCV.NXT are held for reassembly
 * @param congestionControl how much may be in flight
 */
public record TcpProfile(
    String name,
    long initialRtoNs,
    long minRtoNs,
    long maxRtoNs,
    long minVarianceNs,
    long rtoAfterSynLossNs,
    boolean adaptive,
    int maxRetries,
    long r2Ns,
    int synMaxRetries,
    long synR2Ns,
    int dupAckThreshold,
    long delayedAckNs,
    boolean acksEverySecondSegment,
    boolean keepsOutOfOrder,
    CongestionControl congestionControl) {

  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;

  /**
   * The original jktcp to the letter: 200 ms doubling to 6.4 s, five retries, one segment in
   * flight.
   */
  public static final TcpProfile STOP_AND_WAIT =
      new TcpProfile(
          "stop-and-wait",
          200 * MS,
          200 * MS,
          6_400 * MS,
          0,
          0,
          false,
          5,
          0,
          5,
          0,
          0,
          0,
          false,
          false,
          new StopAndWait());

  /**
   * The default, for tunnels that rarely lose: a sliding window, and timeouts that stay near those
   * of the original jktcp on a fast link and adapt on a slow one.
   */
  public static final TcpProfile RELIABLE_LINK =
      new TcpProfile(
          "reliable-link",
          200 * MS,
          200 * MS,
          // RFC 6298 §2.5 allows an upper bound of 60 s or more.
          60 * SECOND,
          // RFC 6298 §2.4 asks for 1 s in all; Linux adds at least 200 ms to SRTT, so do we.
          200 * MS,
          0,
          true,
          5,
          0,
          5,
          0,
          3,
          // Measured: a delay brings bulk transfers nothing, since a batch has one ACK anyway.
          // Reasoned: it would cost a stop-and-wait peer 40 ms a segment.
          0,
          false,
          true,
          new NewReno());

  /** The RFCs' own timers, for lossy or long paths. */
  public static final TcpProfile INTERNET =
      new TcpProfile(
          "internet",
          SECOND, // RFC 6298 §2.1
          SECOND, // RFC 6298 §2.4
          60 * SECOND, // RFC 6298 §2.5
          MS, // RFC 6298: G, our tick
          3 * SECOND, // RFC 6298 §5.7
          true,
          // As many as a fresh timeout makes in R2. One that stays backed off after losses, until
          // there is a sample, would give up after R1's three: at 10 % loss one transfer in five
          // died.
          6,
          100 * SECOND, // RFC 9293 SHLD-11
          3,
          180 * SECOND, // RFC 9293 MUST-23
          3,
          40 * MS, // RFC 9293 MUST-40 allows 500 ms; Linux's least
          false,
          true,
          new NewReno());

  private static final List<TcpProfile> ALL = List.of(STOP_AND_WAIT, RELIABLE_LINK, INTERNET);

  public TcpProfile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(congestionControl, "congestionControl");
    if (initialRtoNs <= 0 || minRtoNs < 0 || maxRtoNs < initialRtoNs) {
      throw new IllegalArgumentException(
          "profile " + name + ": need 0 < initialRtoNs <= maxRtoNs and minRtoNs >= 0");
    }
    if (maxRetries < 0 || synMaxRetries < 0 || dupAckThreshold < 0) {
      throw new IllegalArgumentException("profile " + name + ": counts must not be negative");
    }
    if (delayedAckNs < 0 || delayedAckNs >= 500 * MS) { // RFC 9293 MUST-40
      throw new IllegalArgumentException("profile " + name + ": need 0 <= delayedAckNs < 500 ms");
    }
  }

  /** The names {@link #named} knows. */
  public static List<String> names() {
    return ALL.stream().map(TcpProfile::name).collect(Collectors.toUnmodifiableList());
  }

  /**
   * @throws IllegalArgumentException for a name that is none, with those that are
   */
  public static TcpProfile named(String name) {
    for (TcpProfile profile : ALL) {
      if (profile.name.equals(name)) {
        return profile;
      }
    }
    throw new IllegalArgumentException(
        "no profile '" + name + "': choose one of " + String.join(", ", names()));
  }

  /** This profile with another congestion control. */
  public TcpProfile withCongestionControl(CongestionControl other) {
    return new TcpProfile(
        name,
        initialRtoNs,
        minRtoNs,
        maxRtoNs,
        minVarianceNs,
        rtoAfterSynLossNs,
        adaptive,
        maxRetries,
        r2Ns,
        synMaxRetries,
        synR2Ns,
        dupAckThreshold,
        delayedAckNs,
        acksEverySecondSegment,
        keepsOutOfOrder,
        other);
  }

  /** This profile with ACKs delayed by so much; 0 = none. */
  public TcpProfile withDelayedAckNs(long ns) {
    return new TcpProfile(
        name,
        initialRtoNs,
        minRtoNs,
        maxRtoNs,
        minVarianceNs,
        rtoAfterSynLossNs,
        adaptive,
        maxRetries,
        r2Ns,
        synMaxRetries,
        synR2Ns,
        dupAckThreshold,
        ns,
        acksEverySecondSegment,
        keepsOutOfOrder,
        congestionControl);
  }

  /** This profile, but the second segment that waits ends the delay of ACKs, however small. */
  public TcpProfile withAcksEverySecondSegment(boolean on) {
    return new TcpProfile(
        name,
        initialRtoNs,
        minRtoNs,
        maxRtoNs,
        minVarianceNs,
        rtoAfterSynLossNs,
        adaptive,
        maxRetries,
        r2Ns,
        synMaxRetries,
        synR2Ns,
        dupAckThreshold,
        delayedAckNs,
        on,
        keepsOutOfOrder,
        congestionControl);
  }

  @Override
  public String toString() {
    return name;
  }
}
