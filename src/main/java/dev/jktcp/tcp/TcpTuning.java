package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.YEAR;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The settings of one connection, which may change while it lives. An immutable value, like {@link
 * TcpProfile}: begin with {@link #DEFAULT} and change it {@link #with}. Times are nanoseconds.
 *
 * @param noDelay whether a small segment leaves while another is unacknowledged; if not, Nagle's
 *     algorithm (RFC 9293 §3.7.4) holds it back
 * @param keepAlive whether an idle peer is asked for a sign of life (RFC 9293 §3.8.4)
 * @param keepAliveNs the silence before the first probe
 * @param keepAliveRetryNs the time between further probes
 * @param keepAliveProbes unanswered probes after which the connection is given up, at least 2
 * @param userTimeoutNs how long data may stay unacknowledged before the connection is given up, in
 *     place of the profile's R2 (RFC 9293 §3.8.3); 0 = the profile's
 * @param connectTimeoutNs how long opening actively may take, in place of the profile's R2 for
 *     SYNs; 0 = the profile's
 * @param ttl IPv4 time to live, IPv6 hop limit, 1 to 255
 * @param trafficClass of each packet, 0 to 255: the 6 bits of DSCP; the 2 bits of ECN are ignored
 * @param maxSegment limit of the MSS that a SYN announces and of the payload of our segments, at
 *     least 88 bytes, where the MTU has room for more; 0 = as the MTU allows. A change after the
 *     SYN limits new segments
 * @param lingerNs time after closing for the peer to acknowledge written data, as of the socket
 *     option SO_LINGER; then the connection is reset. 0 = closing resets it behind the data that
 *     may leave at once; {@link #NO_LINGER} = data is sent for as long as the peer takes it
 * @param requireTimestamps whether a segment without timestamps is dropped, once both ends have
 *     agreed on them (RFC 7323 §3.2); if not, it is taken, as by Linux and FreeBSD, and protected
 *     by its sequence numbers alone
 */
public record TcpTuning(
    boolean noDelay,
    boolean keepAlive,
    long keepAliveNs,
    long keepAliveRetryNs,
    int keepAliveProbes,
    long userTimeoutNs,
    long connectTimeoutNs,
    int ttl,
    int trafficClass,
    int maxSegment,
    long lingerNs,
    boolean requireTimestamps) {
  /** Closing does not end the sending: written data is sent for as long as the peer takes it. */
  public static final long NO_LINGER = -1;

  private static final int ECN_BITS = 3; // RFC 3168 §5
  private static final int LEAST_SEGMENT = 88; // as on Linux: below it, most is headers

  /**
   * Without Nagle and keep-alive, with the profile's timers, TTL 64 (RFC 1700) and traffic class 0.
   */
  public static final TcpTuning DEFAULT =
      new Builder()
          .noDelay(true)
          .keepAlive(false) // RFC 9293 MUST-25
          .keepAliveAfter(Duration.ofHours(2)) // RFC 9293 MUST-28
          .keepAliveRetry(Duration.ofSeconds(75)) // BSD's and Linux's
          .keepAliveProbes(9) // Linux's
          .ttl(64)
          .noLinger()
          .build();

  public TcpTuning {
    // Deadlines compare by difference: one near Long.MAX_VALUE would lie in the past.
    check(keepAliveNs > 0 && keepAliveNs <= YEAR, "keepAliveNs: must be 1 to a year");
    check(keepAliveRetryNs > 0 && keepAliveRetryNs <= YEAR, "keepAliveRetryNs: 1 to a year");
    check(
        keepAliveProbes >= 2, // RFC 9293 MUST-29
        "keepAliveProbes " + keepAliveProbes + ": must be at least 2, for one may be lost");
    check(userTimeoutNs >= 0 && userTimeoutNs <= YEAR, "userTimeoutNs: must be 0 to a year");
    check(connectTimeoutNs >= 0 && connectTimeoutNs <= YEAR, "connectTimeoutNs: 0 to a year");
    check(ttl >= 1 && ttl <= 255, "ttl " + ttl + ": must be 1 to 255");
    check(
        trafficClass >= 0 && trafficClass <= 255,
        "trafficClass " + trafficClass + ": must be 0 to 255");
    check(
        maxSegment == 0 || (maxSegment >= LEAST_SEGMENT && maxSegment <= 65_535),
        "maxSegment " + maxSegment + ": must be 0, or " + LEAST_SEGMENT + " to 65535");
    check(lingerNs >= NO_LINGER && lingerNs <= YEAR, "lingerNs: must be -1 (none) to a year");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The DSCP bits alone; the connection sets the ECN bits (RFC 3168 §5). */
  public int dscp() {
    return trafficClass & ~ECN_BITS;
  }

  /**
   * A copy with changes: {@code DEFAULT.with(t -> t.ttl(255))}.
   *
   * @throws IllegalArgumentException for a value out of range, with one line that says what to do
   */
  public TcpTuning with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  public TcpTuning withNoDelay(boolean on) {
    return with(t -> t.noDelay(on));
  }

  public TcpTuning withKeepAlive(boolean on) {
    return with(t -> t.keepAlive(on));
  }

  public TcpTuning withTtl(int hops) {
    return with(t -> t.ttl(hops));
  }

  public TcpTuning withTrafficClass(int eightBits) {
    return with(t -> t.trafficClass(eightBits));
  }

  public TcpTuning withMaxSegment(int bytes) {
    return with(t -> t.maxSegment(bytes));
  }

  public TcpTuning withRequireTimestamps(boolean on) {
    return with(t -> t.requireTimestamps(on));
  }

  /** A tuning in the making; each setter is named for the component that it sets. */
  public static final class Builder {
    private boolean noDelay;
    private boolean keepAlive;
    private long keepAliveNs;
    private long keepAliveRetryNs;
    private int keepAliveProbes;
    private long userTimeoutNs;
    private long connectTimeoutNs;
    private int ttl;
    private int trafficClass;
    private int maxSegment;
    private long lingerNs;
    private boolean requireTimestamps;

    private Builder() {}

    private Builder(TcpTuning from) {
      noDelay = from.noDelay;
      keepAlive = from.keepAlive;
      keepAliveNs = from.keepAliveNs;
      keepAliveRetryNs = from.keepAliveRetryNs;
      keepAliveProbes = from.keepAliveProbes;
      userTimeoutNs = from.userTimeoutNs;
      connectTimeoutNs = from.connectTimeoutNs;
      ttl = from.ttl;
      trafficClass = from.trafficClass;
      maxSegment = from.maxSegment;
      lingerNs = from.lingerNs;
      requireTimestamps = from.requireTimestamps;
    }

    /**
     * {@code false}: Nagle's algorithm (RFC 9293 §3.7.4) holds a small segment back while another
     * is unacknowledged.
     */
    public Builder noDelay(boolean on) {
      noDelay = on;
      return this;
    }

    /** {@code true}: an idle peer is probed, so that a dead one is noticed (RFC 9293 §3.8.4). */
    public Builder keepAlive(boolean on) {
      keepAlive = on;
      return this;
    }

    /** The silence before the first keep-alive probe. */
    public Builder keepAliveAfter(Duration silence) {
      keepAliveNs = ns(silence);
      return this;
    }

    /** The time between keep-alive probes. */
    public Builder keepAliveRetry(Duration distance) {
      keepAliveRetryNs = ns(distance);
      return this;
    }

    /** Unanswered probes after which the connection is given up, at least 2. */
    public Builder keepAliveProbes(int probes) {
      keepAliveProbes = probes;
      return this;
    }

    /**
     * The time data may stay unacknowledged before the connection is given up; 0 means the
     * profile's.
     */
    public Builder userTimeout(Duration time) {
      userTimeoutNs = ns(time);
      return this;
    }

    /** The time a connect may take; 0 means the profile's. */
    public Builder connectTimeout(Duration time) {
      connectTimeoutNs = ns(time);
      return this;
    }

    /** IPv4 time to live, IPv6 hop limit. */
    public Builder ttl(int hops) {
      ttl = hops;
      return this;
    }

    /** The traffic class of each packet: six bits of DSCP, and two that are not sent. */
    public Builder trafficClass(int eightBits) {
      trafficClass = eightBits;
      return this;
    }

    /**
     * Bytes of the largest segment, both ways, at least 88; 0 means as many as the MTU has room
     * for.
     */
    public Builder maxSegment(int bytes) {
      maxSegment = bytes;
      return this;
    }

    /**
     * The time {@code close()} waits for the peer to acknowledge written data, before it resets the
     * connection; 0 resets it behind the data that may leave at once. In JSON -1 stands for {@link
     * #noLinger}.
     */
    public Builder linger(Duration time) {
      lingerNs = ns(time);
      return this;
    }

    /**
     * {@code close()} returns at once, and written data is sent for as long as the peer takes it.
     */
    public Builder noLinger() {
      lingerNs = NO_LINGER;
      return this;
    }

    /**
     * {@code true}: a segment without timestamps is dropped on a connection that has agreed on
     * them; {@code false}: it is taken, as by Linux and FreeBSD, and its sequence numbers alone
     * protect it.
     */
    public Builder requireTimestamps(boolean on) {
      requireTimestamps = on;
      return this;
    }

    /** A time beyond a long's nanoseconds, 292 years, is refused as one of 292 years is. */
    private static long ns(Duration time) {
      try {
        return time.toNanos();
      } catch (ArithmeticException tooLong) {
        return time.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
    }

    private TcpTuning build() {
      return new TcpTuning(
          noDelay,
          keepAlive,
          keepAliveNs,
          keepAliveRetryNs,
          keepAliveProbes,
          userTimeoutNs,
          connectTimeoutNs,
          ttl,
          trafficClass,
          maxSegment,
          lingerNs,
          requireTimestamps);
    }
  }
}
