package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** The retransmission timeout of each profile (RFC 6298). */
class RttEstimatorTest {
  @Test
  void stopAndWait_doublesAndStartsOver() {
    RttEstimator rtt = new RttEstimator(TcpProfile.STOP_AND_WAIT);
    long[] expected = {200, 400, 800, 1600, 3200, 6400, 6400};
    for (long ms : expected) {
      assertEquals(ms * MS, rtt.rtoNs());
      rtt.onTimeout();
    }
    rtt.onProgress();
    assertEquals(200 * MS, rtt.rtoNs());
  }

  @Test
  @Rfc("9293 MUST-18")
  void internet_followsRfc6298() {
    RttEstimator rtt = new RttEstimator(TcpProfile.INTERNET);
    assertEquals(1000 * MS, rtt.rtoNs());
    sample(rtt, 600);
    assertEquals(600 * MS, rtt.srttNs());
    assertEquals(300 * MS, rtt.rttVarNs());
    assertEquals(1800 * MS, rtt.rtoNs());
    sample(rtt, 600);
    assertEquals(225 * MS, rtt.rttVarNs());
    assertEquals(1500 * MS, rtt.rtoNs());
    sample(rtt, 1);
    for (int i = 0; i < 200; i++) {
      sample(rtt, 1);
    }
    assertEquals(1000 * MS, rtt.rtoNs(), "never below the floor");
  }

  @Test
  void reliableLink_addsAtLeast200Ms() {
    RttEstimator rtt = new RttEstimator(TcpProfile.RELIABLE_LINK);
    assertEquals(200 * MS, rtt.rtoNs());
    for (int i = 0; i < 200; i++) {
      sample(rtt, 50);
    }
    assertEquals(250, rtt.rtoNs() / MS);
  }

  @Test
  @Rfc("9293 MUST-18")
  void backOff_staysUntilThereIsASample() {
    RttEstimator rtt = new RttEstimator(TcpProfile.RELIABLE_LINK);
    rtt.onTimeout();
    rtt.onProgress();
    assertEquals(0, rtt.srttNs());
    assertEquals(400 * MS, rtt.rtoNs(), "Karn: until a clean sample");
    assertEquals(100 * MS, rtt.onSample(100 * MS, 1));
    assertEquals(300 * MS, rtt.rtoNs());
  }

  @Test
  @Rfc("7323 appendix G")
  void manySamplesOfARoundTrip_weighTogetherAsOne() {
    RttEstimator one = new RttEstimator(TcpProfile.RELIABLE_LINK);
    RttEstimator many = new RttEstimator(TcpProfile.RELIABLE_LINK);
    sample(one, 100);
    sample(many, 100);
    for (int round = 0; round < 8; round++) {
      sample(one, 200);
      for (int i = 0; i < 50; i++) {
        many.onSample(200 * MS, 50);
      }
    }
    assertEquals(165, one.srttNs() / MS);
    assertEquals(163, many.srttNs() / MS);
  }

  @Test
  void lostSyn_makesTheInternetWaitThreeSeconds() {
    RttEstimator rtt = new RttEstimator(TcpProfile.INTERNET);
    rtt.onTimeout();
    rtt.onSynLost();
    assertEquals(3000 * MS, rtt.rtoNs());
  }

  @Test
  void lostSyn_keepsTheBackOffWhereNoLeastIsAskedFor() {
    RttEstimator rtt = new RttEstimator(TcpProfile.RELIABLE_LINK);
    rtt.onTimeout();
    rtt.onSynLost();
    assertEquals(400 * MS, rtt.rtoNs());
  }

  private static void sample(RttEstimator rtt, long ms) {
    rtt.onSample(ms * MS, 1);
  }
}
