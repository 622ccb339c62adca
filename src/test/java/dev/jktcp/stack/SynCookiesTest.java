package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.api.Test;

/**
 * SYN cookies: what they carry, how long they are good, and that guesses find none (RFC 4987 §3.6).
 */
class SynCookiesTest {
  private static final long STEP_NS = 64_000_000_000L;
  private static final IpAddress OURS_V4 = IpAddress.parse("10.0.0.1");
  private static final IpAddress OURS_V6 = IpAddress.parse("fd00::1");

  private final SynCookies cookies = new SynCookies(new SipHash(3, 4));
  private final SimRandom random = new SimRandom(4987);

  private SynCookies.Opening drawn() {
    boolean v6 = random.chance(0.5);
    IpAddress remote = IpAddress.parse((v6 ? "fd00::2:" : "10.0.0.") + (1 + random.below(200)));
    return new SynCookies.Opening(
        v6 ? OURS_V6 : OURS_V4,
        1 + random.below(65_535),
        remote,
        1 + random.below(65_535),
        (int) random.nextLong());
  }

  /** None is above what the peer takes, and the usual ones are there themselves. */
  @Test
  @Rfc("4987 §3.6")
  void everyMss_comesBackAsTheLargestOfTheTable() {
    int[] usual = {536, 1360, 1460, 8960};
    for (int mss = 28; mss <= 65_535; mss += mss < 2_000 ? 1 : 97) {
      SynCookies.Opening opening = drawn();
      long nowNs = random.nextLong() >> 2;
      int back = cookies.mssIn(cookies.make(opening, mss, nowNs), opening, nowNs);
      assertTrue(back > 0 && back <= mss, back + " of " + mss);
    }
    for (int mss : usual) {
      SynCookies.Opening opening = new SynCookies.Opening(OURS_V4, 80, OURS_V4, 1, 2);
      assertEquals(mss, cookies.mssIn(cookies.make(opening, mss, 0), opening, 0));
    }
    for (int mss : new int[] {536, 1220, 1340, 1440, 8940}) {
      SynCookies.Opening opening = new SynCookies.Opening(OURS_V6, 80, OURS_V6, 1, 2);
      assertEquals(mss, cookies.mssIn(cookies.make(opening, mss, 0), opening, 0));
    }
  }

  @Test
  @Rfc("4987 §3.6")
  void isGoodForOneStepAtLeast_andForTwoAtMost() {
    for (int i = 0; i < 1_000; i++) {
      SynCookies.Opening opening = drawn();
      long nowNs = random.nextLong() >> 2;
      int cookie = cookies.make(opening, 1460, nowNs);
      assertTrue(cookies.mssIn(cookie, opening, nowNs + STEP_NS) > 0);
      assertEquals(0, cookies.mssIn(cookie, opening, nowNs + 2 * STEP_NS));
      assertEquals(0, cookies.mssIn(cookie, opening, nowNs - STEP_NS));
      assertEquals(0, cookies.mssIn(cookie, opening, nowNs + 256 * STEP_NS - 2 * STEP_NS));
    }
  }

  @Test
  @Rfc("4987 §3.6")
  void isForOneTupleOneNumberAndOneSecret() {
    SynCookies others = new SynCookies(new SipHash(3, 5));
    for (int i = 0; i < 1_000; i++) {
      SynCookies.Opening o = drawn();
      int cookie = cookies.make(o, 1460, 0);
      assertEquals(0, others.mssIn(cookie, o, 0));
      assertEquals(0, cookies.mssIn(cookie + 1 + random.below(1 << 30), o, 0));
      assertEquals(0, cookies.mssIn(cookie + 1, withIrs(o, o.irs() + 1), 0)); // one tells no other
      assertEquals(
          0,
          cookies.mssIn(
              cookie,
              new SynCookies.Opening(
                  o.local(), o.localPort() ^ 1, o.remote(), o.remotePort(), o.irs()),
              0));
      assertEquals(
          0,
          cookies.mssIn(
              cookie,
              new SynCookies.Opening(
                  o.local(), o.localPort(), o.remote(), o.remotePort() ^ 1, o.irs()),
              0));
      assertEquals(
          0,
          cookies.mssIn(
              cookie,
              new SynCookies.Opening(
                  o.local(), o.localPort(), o.remote(), o.remotePort(), o.irs() + 1),
              0));
    }
  }

  /** By the numbers 2^-28 each: of ten million one in twenty-seven runs would find one. */
  @Test
  @Rfc("4987 §3.6")
  void guesses_findNone() {
    SynCookies.Opening opening = drawn();
    int found = 0;
    for (int i = 0; i < 2_000_000; i++) {
      found += cookies.mssIn((int) random.nextLong(), opening, 0) > 0 ? 1 : 0;
    }
    assertEquals(0, found);
  }

  @Test
  @Rfc("4987 §3.6")
  void segmentBehindTheFirst_isKnown_andLittleElseIs() {
    int mistaken = 0;
    for (int i = 0; i < 10_000; i++) {
      SynCookies.Opening o = drawn();
      int cookie = cookies.make(o, 1460, 0);
      int ahead = random.below(65_536);
      assertTrue(cookies.mayBeAhead(cookie, withIrs(o, o.irs() + ahead), STEP_NS));
      mistaken += cookies.mayBeAhead((int) random.nextLong(), o, 0) ? 1 : 0;
    }
    assertTrue(mistaken < 120, mistaken + " of 10,000");
  }

  private static SynCookies.Opening withIrs(SynCookies.Opening o, int irs) {
    return new SynCookies.Opening(o.local(), o.localPort(), o.remote(), o.remotePort(), irs);
  }

  /** RFC 9293 §3.4.1: of one tuple, as seen by a peer whose ISN follows a clock. */
  @Test
  void growsWithTime() {
    SynCookies.Opening o = drawn();
    int before = cookies.make(o, 1460, 0);
    for (int step = 1; step < 1_000; step++) {
      SynCookies.Opening later =
          new SynCookies.Opening(
              o.local(), o.localPort(), o.remote(), o.remotePort(), o.irs() + step * 1_000_000);
      int cookie = cookies.make(later, 1460, step * STEP_NS);
      assertTrue(cookie - before > 0, "after " + step + " steps");
      before = cookie;
    }
  }

  @Test
  void spent_areForgottenOnceNoCookieIsGood_orWhenThereAreTooMany() {
    SpentCookies spent = new SpentCookies(3);
    for (int tuple = 0; tuple < 4; tuple++) {
      spent.add(tuple, 7, 0);
    }
    assertFalse(spent.contains(0, 7, 0));
    assertTrue(spent.contains(1, 7, 0));
    assertFalse(spent.contains(1, 8, 0));
    assertTrue(spent.knows(1, 0));
    assertTrue(spent.contains(3, 7, 2 * STEP_NS - 1));
    assertFalse(spent.knows(3, 2 * STEP_NS));
    SpentCookies none = new SpentCookies(0);
    none.add(1, 7, 0);
    assertFalse(none.knows(1, 0));
  }
}
