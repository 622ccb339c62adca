package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A connection's behaviour where the RFCs leave a choice: timers, patience, options, congestion
 * control. A profile is an immutable value; the state machine never asks which profile it has.
 * Times are nanoseconds.
 *
 * @param name the profile's name in options and on the command line
 * @param initialRtoNs retransmission timeout before the first round-trip sample
 * @param minRtoNs the timeout is never below this (RFC 6298 §2.4)
 * @param maxRtoNs the timeout never backs off above this (RFC 6298 §2.5)
 * @param minVarianceNs floor of the term 4·RTTVAR: the clock granularity G of RFC 6298, or Linux's
 *     200 ms
 * @param rtoAfterSynLossNs least timeout when the SYN had to be sent again (RFC 6298 §5.7)
 * @param adaptive whether the timeout follows the measured round trip; if not, it is always {@code
 *     initialRtoNs}
 * @param maxRetries retransmissions of one segment before R2 may be reached
 * @param lossyRetries further retransmissions if the path is known to lose a tenth of its segments,
 *     so that silence proves less
 * @param r2Ns how long the segment must have been unacknowledged before R2 is reached (RFC 9293
 *     §3.8.3)
 * @param synMaxRetries {@code maxRetries} for a SYN
 * @param synR2Ns {@code r2Ns} for a SYN
 * @param dupAckThreshold duplicate ACKs that prove a loss (RFC 5681: 3); 0 = never retransmit fast
 * @param leastDelayedAckNs how long an ACK of data in order may wait on a short path. The delay is
 *     an eighth of the round trip, between this and {@code delayedAckNs}; for a while after
 *     segments out of order there is no delay. If this is {@code delayedAckNs} or more, the delay
 *     is always {@code delayedAckNs}
 * @param delayedAckNs how long an ACK of data in order may wait at most (RFC 9293 §3.8.6.3, below
 *     500 ms); 0 = it leaves once all packets that have come are processed
 * @param acksEverySecondSegment whether two segments of any size end the delay, as on BSD; if not,
 *     two full-sized segments' worth of bytes end it (RFC 9293 SHLD-19)
 * @param keepsOutOfOrder whether segments ahead of RCV.NXT are held for reassembly
 * @param sack whether selective acknowledgments are offered, sent and heard (RFC 2018, RFC 2883)
 * @param rack whether, with {@code sack}, losses are found by time and tails of a flight are probed
 *     (RFC 8985); if not, losses are found by counting reported segments (RFC 6675)
 * @param timestamps whether timestamps are offered and sent (RFC 7323 §3), 12 bytes of each segment
 * @param ecn whether explicit congestion notification is asked for or agreed to (RFC 3168)
 * @param blackHoleRetries retransmissions of one segment that must stay unanswered before smaller
 *     ones are tried in its place (RFC 4821 §7.7); 0 = never
 * @param congestionControl limits the bytes in flight
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
    int lossyRetries,
    long r2Ns,
    int synMaxRetries,
    long synR2Ns,
    int dupAckThreshold,
    long leastDelayedAckNs,
    long delayedAckNs,
    boolean acksEverySecondSegment,
    boolean keepsOutOfOrder,
    boolean sack,
    boolean rack,
    boolean timestamps,
    Ecn ecn,
    int blackHoleRetries,
    CongestionControl congestionControl) {
  /**
   * A segment lost twice in a row is rare below 10 % loss. Of five retries the other three try as
   * many sizes.
   */
  private static final int BLACK_HOLE_RETRIES = 2;

  /**
   * The original jktcp to the letter: 200 ms doubling to 6.4 s, five retries, one segment in
   * flight.
   */
  public static final TcpProfile STOP_AND_WAIT =
      new Builder("stop-and-wait")
          .initialRto(Duration.ofMillis(200))
          .minRto(Duration.ofMillis(200))
          .maxRto(Duration.ofMillis(6_400))
          .maxRetries(5)
          .synMaxRetries(5)
          .blackHoleRetries(0) // its segments are those of the original
          .congestionControl(CongestionControl.STOP_AND_WAIT)
          .build();

  /**
   * The default, for tunnels that rarely lose: a sliding window, and timeouts that stay near those
   * of the original jktcp on a fast link and adapt on a slow one.
   */
  public static final TcpProfile RELIABLE_LINK =
      new Builder("reliable-link")
          .adaptive(true)
          .initialRto(Duration.ofMillis(200))
          .minRto(Duration.ofMillis(200))
          .maxRto(Duration.ofSeconds(60)) // RFC 6298 §2.5 allows an upper bound of 60 s or more.
          // RFC 6298 §2.4 asks for 1 s in all. Linux adds at least 200 ms to SRTT, and so do we.
          .minVariance(Duration.ofMillis(200))
          .maxRetries(5)
          .lossyRetries(5) // R2 is then some four minutes
          .synMaxRetries(5)
          .dupAckThreshold(3)
          // Measured: a delay brings bulk transfers nothing, since a batch has one ACK anyway.
          // Reasoned: it would cost a stop-and-wait peer 40 ms a segment.
          .delayedAck(Duration.ZERO)
          .keepsOutOfOrder(true)
          .sack(true)
          .rack(true)
          .timestamps(true)
          // No router on a tunnel's one link marks. A peer that asks may have one behind it.
          .ecn(Ecn.ACCEPT)
          .congestionControl(CongestionControl.NEW_RENO)
          .build();

  /** For lossy or long paths: the RFCs' own timers, CUBIC, ECN. */
  public static final TcpProfile INTERNET =
      new Builder("internet")
          .adaptive(true)
          .initialRto(Duration.ofSeconds(1)) // RFC 6298 §2.1
          .minRto(Duration.ofSeconds(1)) // RFC 6298 §2.4
          .maxRto(Duration.ofSeconds(60)) // RFC 6298 §2.5
          .minVariance(Duration.ofMillis(1)) // RFC 6298: G, our tick
          .rtoAfterSynLoss(Duration.ofSeconds(3)) // RFC 6298 §5.7
          // As many as fit into R2 from a fresh timeout. After losses a timeout stays backed off
          // until the next sample, and would give up after R1's three: at 10 % loss one transfer in
          // five died.
          .maxRetries(6)
          .lossyRetries(6) // eight minutes; Linux: fifteen
          .r2(Duration.ofSeconds(100)) // RFC 9293 SHLD-11
          .synMaxRetries(3)
          .synR2(Duration.ofSeconds(180)) // RFC 9293 MUST-23
          .dupAckThreshold(3)
          // RFC 9293 MUST-40 allows 500 ms; Linux's least is 40. If a window is an odd number of
          // segments, each delay idles its sender. 5 ms are enough for a user that answers at once.
          .delayedAck(Duration.ofMillis(5), Duration.ofMillis(40))
          .keepsOutOfOrder(true)
          .sack(true)
          .rack(true)
          .timestamps(true)
          // RFC 8087 §2: marks instead of losses. A path that drops such a SYN costs one RTO.
          .ecn(Ecn.ON)
          .congestionControl(CongestionControl.CUBIC)
          .build();

  private static final List<TcpProfile> ALL = List.of(STOP_AND_WAIT, RELIABLE_LINK, INTERNET);

  public TcpProfile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(ecn, "ecn");
    Objects.requireNonNull(congestionControl, "congestionControl");
    if (initialRtoNs <= 0 || minRtoNs < 0 || maxRtoNs < initialRtoNs) {
      throw new IllegalArgumentException(
          "profile "
              + name
              + ": initialRtoNs must be from 1 to maxRtoNs, and minRtoNs 0 or more, not "
              + initialRtoNs
              + ", "
              + maxRtoNs
              + " and "
              + minRtoNs
              + " ns");
    }
    if (Math.min(Math.min(maxRetries, lossyRetries), synMaxRetries) < 0
        || Math.min(dupAckThreshold, blackHoleRetries) < 0) {
      throw new IllegalArgumentException(
          "profile " + name + ": retries and thresholds must be 0 or more");
    }
    if (leastDelayedAckNs < 0) {
      throw new IllegalArgumentException(
          "profile " + name + ": leastDelayedAckNs " + leastDelayedAckNs + ": must be 0 or more");
    }
    if (delayedAckNs < 0 || delayedAckNs >= 500 * MS) { // RFC 9293 MUST-40
      throw new IllegalArgumentException(
          "profile "
              + name
              + ": delayedAckNs "
              + delayedAckNs
              + ": must be 0 to 499,999,999 (500 ms)");
    }
  }

  /** The names {@link #named} knows. */
  public static List<String> names() {
    return ALL.stream().map(TcpProfile::name).collect(Collectors.toUnmodifiableList());
  }

  /**
   * @throws IllegalArgumentException for an unknown name, with a list of the known ones
   */
  public static TcpProfile named(String name) {
    for (TcpProfile profile : ALL) {
      if (profile.name.equals(name)) {
        return profile;
      }
    }
    throw new IllegalArgumentException(
        "profile '" + name + "' is unknown: choose one of " + String.join(", ", names()));
  }

  /**
   * A copy with changes: {@code INTERNET.with(p -> p.delayedAck(Duration.ZERO))}.
   *
   * @throws IllegalArgumentException for a value out of range, with one line that says what to do
   */
  public TcpProfile with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** This profile with another congestion control. */
  public TcpProfile withCongestionControl(CongestionControl other) {
    return with(p -> p.congestionControl(other));
  }

  /** This profile with ACKs delayed by so many ns; 0 = not delayed. */
  public TcpProfile withDelayedAckNs(long ns) {
    return with(p -> p.delayedAck(Duration.ofNanos(ns)));
  }

  /** This profile, but with {@code acksEverySecondSegment} set. */
  public TcpProfile withAcksEverySecondSegment(boolean on) {
    return with(p -> p.acksEverySecondSegment(on));
  }

  @Override
  public String toString() {
    return name;
  }

  /** A profile in the making; each setter is named for the component that it sets. */
  public static final class Builder {
    private String name;
    private long initialRtoNs;
    private long minRtoNs;
    private long maxRtoNs;
    private long minVarianceNs;
    private long rtoAfterSynLossNs;
    private boolean adaptive;
    private int maxRetries;
    private int lossyRetries;
    private long r2Ns;
    private int synMaxRetries;
    private long synR2Ns;
    private int dupAckThreshold;
    private long leastDelayedAckNs;
    private long delayedAckNs;
    private boolean acksEverySecondSegment;
    private boolean keepsOutOfOrder;
    private boolean sack;
    private boolean rack;
    private boolean timestamps;
    private Ecn ecn = Ecn.OFF;
    private int blackHoleRetries = BLACK_HOLE_RETRIES;
    private CongestionControl congestionControl;

    private Builder(String name) {
      this.name = name;
    }

    private Builder(TcpProfile from) {
      name = from.name;
      initialRtoNs = from.initialRtoNs;
      minRtoNs = from.minRtoNs;
      maxRtoNs = from.maxRtoNs;
      minVarianceNs = from.minVarianceNs;
      rtoAfterSynLossNs = from.rtoAfterSynLossNs;
      adaptive = from.adaptive;
      maxRetries = from.maxRetries;
      lossyRetries = from.lossyRetries;
      r2Ns = from.r2Ns;
      synMaxRetries = from.synMaxRetries;
      synR2Ns = from.synR2Ns;
      dupAckThreshold = from.dupAckThreshold;
      leastDelayedAckNs = from.leastDelayedAckNs;
      delayedAckNs = from.delayedAckNs;
      acksEverySecondSegment = from.acksEverySecondSegment;
      keepsOutOfOrder = from.keepsOutOfOrder;
      sack = from.sack;
      rack = from.rack;
      timestamps = from.timestamps;
      ecn = from.ecn;
      blackHoleRetries = from.blackHoleRetries;
      congestionControl = from.congestionControl;
    }

    public Builder name(String called) {
      name = called;
      return this;
    }

    public Builder initialRto(Duration time) {
      initialRtoNs = time.toNanos();
      return this;
    }

    public Builder minRto(Duration time) {
      minRtoNs = time.toNanos();
      return this;
    }

    public Builder maxRto(Duration time) {
      maxRtoNs = time.toNanos();
      return this;
    }

    public Builder minVariance(Duration time) {
      minVarianceNs = time.toNanos();
      return this;
    }

    public Builder rtoAfterSynLoss(Duration time) {
      rtoAfterSynLossNs = time.toNanos();
      return this;
    }

    public Builder adaptive(boolean on) {
      adaptive = on;
      return this;
    }

    public Builder maxRetries(int count) {
      maxRetries = count;
      return this;
    }

    public Builder lossyRetries(int count) {
      lossyRetries = count;
      return this;
    }

    public Builder r2(Duration time) {
      r2Ns = time.toNanos();
      return this;
    }

    public Builder synMaxRetries(int count) {
      synMaxRetries = count;
      return this;
    }

    public Builder synR2(Duration time) {
      synR2Ns = time.toNanos();
      return this;
    }

    public Builder dupAckThreshold(int count) {
      dupAckThreshold = count;
      return this;
    }

    /** Delays ACKs by a fixed time. */
    public Builder delayedAck(Duration time) {
      return delayedAck(time, time);
    }

    /** Delays ACKs by an eighth of the round trip, within these limits. */
    public Builder delayedAck(Duration least, Duration most) {
      leastDelayedAckNs = least.toNanos();
      delayedAckNs = most.toNanos();
      return this;
    }

    public Builder acksEverySecondSegment(boolean on) {
      acksEverySecondSegment = on;
      return this;
    }

    public Builder keepsOutOfOrder(boolean on) {
      keepsOutOfOrder = on;
      return this;
    }

    public Builder sack(boolean on) {
      sack = on;
      return this;
    }

    public Builder rack(boolean on) {
      rack = on;
      return this;
    }

    public Builder timestamps(boolean on) {
      timestamps = on;
      return this;
    }

    public Builder ecn(Ecn use) {
      ecn = use;
      return this;
    }

    public Builder blackHoleRetries(int count) {
      blackHoleRetries = count;
      return this;
    }

    public Builder congestionControl(CongestionControl policy) {
      congestionControl = policy;
      return this;
    }

    private TcpProfile build() {
      return new TcpProfile(
          name,
          initialRtoNs,
          minRtoNs,
          maxRtoNs,
          minVarianceNs,
          rtoAfterSynLossNs,
          adaptive,
          maxRetries,
          lossyRetries,
          r2Ns,
          synMaxRetries,
          synR2Ns,
          dupAckThreshold,
          leastDelayedAckNs,
          delayedAckNs,
          acksEverySecondSegment,
          keepsOutOfOrder,
          sack,
          rack,
          timestamps,
          ecn,
          blackHoleRetries,
          congestionControl);
    }
  }
}
