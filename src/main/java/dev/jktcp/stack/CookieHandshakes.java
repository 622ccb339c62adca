package dev.jktcp.stack;

import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ConnectionSettings;
import dev.jktcp.tcp.connection.EcnHandshake;
import dev.jktcp.tcp.connection.Negotiated;
import dev.jktcp.tcp.connection.SynOptions;
import dev.jktcp.tcp.connection.TimestampOffsets;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.TcpSegment;

/**
 * Handshakes beyond the limit of half-open connections: the SYN is answered with a {@link
 * SynCookies cookie} and forgotten, and its ACK makes an established connection. Such a handshake
 * offers only what the cookie carries; one that has a place offers everything.
 */
final class CookieHandshakes {
  /**
   * How long after an overflow ACKs are checked for cookies; at other times they cost nothing.
   * Longer than a cookie is valid.
   */
  private static final long WATCH_NS = 120_000_000_000L;

  /** {@link #mssIn} of an ACK without a cookie. */
  static final int NO_COOKIE = 0;

  /** {@link #mssIn} of an ACK of a cookie that has already made a connection. */
  static final int SPENT = -1;

  /** {@link #mssIn} of an ACK that may follow a first segment which is late or lost. */
  static final int AHEAD = -2;

  private final SynCookies cookies;
  private final SpentCookies spent;
  private final TimestampOffsets timestampOffsets;
  private final StackCounters counters;
  private boolean overflowed;
  private long overflowNs;

  CookieHandshakes(
      SynCookies cookies,
      SpentCookies spent,
      TimestampOffsets timestampOffsets,
      StackCounters counters) {
    this.cookies = cookies;
    this.spent = spent;
    this.timestampOffsets = timestampOffsets;
    this.counters = counters;
  }

  /**
   * Answers a SYN that found no place.
   *
   * @param way the way back to the peer
   */
  void answer(
      TcpListener listener,
      ConnectionSettings settings,
      IpAddress local,
      IpAddress remote,
      TcpSegment syn,
      ReadyQueue way,
      long nowNs) {
    overflowed = true;
    overflowNs = nowNs;
    OutSegment synAck = way.addCookie();
    if (synAck == null) {
      counters.repliesDropped++;
      return;
    }
    TcpTuning tuning = listener.tuning();
    Negotiated agreed = agreedOn(syn, local.isV6(), settings, tuning);
    int cookie = cookies.make(opening(local, remote, syn, syn.seq()), agreed.mss(), nowNs);
    int tsVal = CookieTimestamps.make(agreed, timestampOffsets.of(local, remote), nowNs);
    synAck
        .begin(local, syn.dstPort(), remote, syn.srcPort())
        .ip(tuning.ttl(), tuning.dscp())
        .tcp(TcpSegment.SYN | TcpSegment.ACK, cookie, syn.seq() + 1)
        .alsoFlags(agreed.ecn() ? TcpSegment.ECE : 0)
        .window(settings.synWindow());
    SynOptions.add(
        synAck, settings.announcedMss(tuning), agreed, settings.offeredShift(), tsVal, syn.tsVal());
    counters.cookiesSent++;
  }

  /** Without timestamps the cookie carries only the MSS. */
  private static Negotiated agreedOn(
      TcpSegment syn, boolean v6, ConnectionSettings settings, TcpTuning tuning) {
    Negotiated both = Negotiated.of(syn, v6, Negotiated.offer(settings, tuning));
    boolean ecn = settings.profile().ecn() != Ecn.OFF && EcnHandshake.asks(syn);
    return both.timestamps() ? both.withEcn(ecn) : Negotiated.remembered(both.mss());
  }

  /** Whether a segment without a connection may complete such a handshake; cheap. */
  boolean mayComplete(TcpSegment segment, long nowNs) {
    if (overflowed && nowNs - overflowNs > WATCH_NS) {
      overflowed = false;
    }
    return overflowed && segment.hasAck() && !segment.syn() && !segment.rst();
  }

  /**
   * @return the MSS that the cookie carries, or {@link #NO_COOKIE}, {@link #SPENT}, {@link #AHEAD}
   */
  int mssIn(IpAddress local, IpAddress remote, TcpSegment ack, long nowNs) {
    SynCookies.Opening opening = opening(local, remote, ack, ack.seq() - 1);
    int mss = cookies.mssIn(ack.ack() - 1, opening, nowNs);
    long tuple = cookies.nameOf(opening);
    if (mss > 0) {
      return spent.contains(tuple, opening.irs(), nowNs) ? SPENT : mss;
    }
    boolean ahead = ack.length() > 0 && cookies.mayBeAhead(ack.ack() - 1, opening, nowNs);
    return ahead && !spent.knows(tuple, nowNs) ? AHEAD : NO_COOKIE;
  }

  /**
   * The options agreed on in the handshake that {@code ack} completes.
   *
   * @param mss of its cookie
   */
  Negotiated agreedIn(IpAddress local, IpAddress remote, TcpSegment ack, int mss, long nowNs) {
    return CookieTimestamps.agreedIn(ack, mss, timestampOffsets.of(local, remote), nowNs);
  }

  /** The cookie that {@code ack} acknowledges has made a connection. */
  void onCompleted(IpAddress local, IpAddress remote, TcpSegment ack, long nowNs) {
    SynCookies.Opening opening = opening(local, remote, ack, ack.seq() - 1);
    spent.add(cookies.nameOf(opening), opening.irs(), nowNs);
    counters.cookiesAccepted++;
  }

  private static SynCookies.Opening opening(
      IpAddress local, IpAddress remote, TcpSegment segment, int irs) {
    return new SynCookies.Opening(local, segment.dstPort(), remote, segment.srcPort(), irs);
  }
}
