package dev.jktcp.proof.sim;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.pkt.Personality;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import java.time.Duration;
import java.util.List;

/** What users may set, drawn. */
final class Knobs {
  /**
   * Never gives up, and asks more than twice a second: it must get through where one packet in ten
   * arrives. The other profiles may die there, as they promise.
   */
  static final TcpProfile PATIENT =
      TcpProfile.RELIABLE_LINK.with(
          p ->
              p.name("patient")
                  .maxRto(Duration.ofMillis(400))
                  .maxRetries(Integer.MAX_VALUE)
                  .synMaxRetries(Integer.MAX_VALUE));

  private static final List<TcpProfile> KERNELS =
      List.of(Personality.LINUX.profile(), Personality.FREEBSD.profile());

  private Knobs() {}

  static TcpProfile profile(SimRandom r, Mood mood, Tally tally) {
    TcpProfile profile =
        r.oneOf(
            TcpProfile.RELIABLE_LINK,
            TcpProfile.RELIABLE_LINK,
            TcpProfile.INTERNET,
            TcpProfile.STOP_AND_WAIT,
            r.oneOf(KERNELS.get(0), KERNELS.get(1)));
    if (mood == Mood.ONE_IN_TEN && r.chance(0.6)) {
      profile = PATIENT;
    }
    profile = r.chance(0.2) ? profile.withAcksEverySecondSegment(true) : profile;
    if (r.chance(0.4)) {
      Ecn ecn = r.oneOf(Ecn.values());
      profile = profile.with(p -> p.ecn(ecn));
    }
    if (r.chance(0.2)) {
      tally.add(Kind.SACK_SWITCHED);
      boolean sack = !profile.sack();
      profile = profile.with(p -> p.sack(sack));
    }
    if (r.chance(0.2)) {
      tally.add(Kind.TIMESTAMPS_SWITCHED);
      boolean timestamps = !profile.timestamps();
      profile = profile.with(p -> p.timestamps(timestamps));
    }
    if (!sendsOneAtATime(profile) && r.chance(0.25)) {
      tally.add(Kind.PACED);
      profile =
          profile.withCongestionControl(
              r.oneOf(CongestionControl.BBR, CongestionControl.BBR_IGNORING_LOSS));
    }
    return r.chance(0.3)
        ? profile.withDelayedAckNs(r.oneOf(0L, 1L, 40L, 100L, 200L, 499L) * MS)
        : profile;
  }

  static boolean sendsOneAtATime(TcpProfile profile) {
    return profile.congestionControl() == TcpProfile.STOP_AND_WAIT.congestionControl();
  }

  static TcpTuning tuning(SimRandom r, Mood mood, Tally tally) {
    TcpTuning tuning = TcpTuning.DEFAULT.withNoDelay(r.chance(0.5));
    if (!tuning.noDelay()) {
      tally.add(Kind.NAGLE);
    }
    // Probes would take their turn at a path that lets one in ten through.
    double mayProbe = mood == Mood.ONE_IN_TEN ? 0 : 1;
    if (r.chance(0.35 * mayProbe)) { // it never loses patience
      tally.add(Kind.KEEP_ALIVE);
      tuning =
          tuning.with(
              probing(r.between(1, 3_000) * MS, r.between(1, 1_000) * MS, Integer.MAX_VALUE));
    } else if (r.chance(0.3 * mayProbe)) { // it does, but not sooner than a living peer answers
      tally.add(Kind.FINITE_KEEP_ALIVE);
      tuning =
          tuning.with(
              probing(
                  r.between(1, 20_000) * MS, r.between(1_000, 8_000) * MS, (int) r.between(2, 9)));
    }
    if (r.chance(0.12)) {
      tally.add(Kind.USER_TIMEOUT);
      tuning =
          tuning.with(
              t ->
                  t.userTimeout(
                      Duration.ofNanos(
                          r.oneOf(r.between(100, 2_000), r.between(2_000, 120_000)) * MS)));
    }
    if (r.chance(0.12)) {
      tally.add(Kind.CONNECT_TIMEOUT);
      tuning =
          tuning.with(
              t ->
                  t.connectTimeout(
                      Duration.ofNanos(r.oneOf(r.between(1, 500), r.between(500, 90_000)) * MS)));
    }
    if (r.chance(0.3)) {
      tally.add(Kind.TTL);
      tuning = tuning.withTtl((int) r.between(1, 255));
    }
    if (r.chance(0.3)) {
      tally.add(Kind.TRAFFIC_CLASS);
      tuning = tuning.withTrafficClass(r.below(256));
    }
    return tuning;
  }
}
