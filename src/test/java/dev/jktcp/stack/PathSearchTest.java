package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 4821: the user asked to search for the largest packet that the path carries. Bulk over links
 * of MTU 8192 with a silent router between.
 */
class PathSearchTest {
  private PathLab lab;

  private void open(String profile, PathLab.Router router, int told) throws StackException {
    lab =
        new PathLab(
            "fd66::1",
            "fd66::2",
            o -> o.profile(TcpProfile.named(profile)).mtu(8_192).pathMtuProbing(true),
            router,
            told);
  }

  /** Nothing that passes is missed by more than a sixteenth, nothing is found out by a timeout. */
  @ParameterizedTest
  @CsvSource({
    "1400, 1313",
    "1500, 1400",
    "2000, 1875",
    "4000, 3750",
    "5000, 4688",
    "8191, 7680",
    "8192, 8192"
  })
  @Rfc({"4821 §7.3", "4821 §7.6"})
  void searchEndsNearWhatPasses_withoutATimeout(int carries, int atLeast) throws Exception {
    for (String profile : new String[] {"reliable-link", "internet"}) {
      open(profile, (length, nth, nowNs) -> length > carries, 0);
      TcpConnection up = lab.connect();
      TcpInfo info = lab.transfer(up, 6_000_000, 20_000);
      String what = profile + ": " + info;
      assertTrue(info.pathMtu() <= carries && info.pathMtu() >= atLeast, what);
      assertEquals(0, info.timeouts(), what);
      assertTrue(lab.largest > carries || carries == 8_192, what);
      assertEquals(0, lab.client.counters().blackHoles());
      TcpInfo next = lab.transfer(lab.connect(), 100_000, 2_000);
      assertEquals(info.pathMtu(), next.pathMtu(), "the next connection begins with it");
    }
  }

  /** The congestion window is what it is without the search. */
  @Test
  @Rfc("4821 §7.6")
  void lostProbes_areNoCongestion() throws Exception {
    open("reliable-link", (length, nth, nowNs) -> length > 1_400, 0);
    TcpInfo info = lab.transfer(lab.connect(), 3_000_000, 20_000);
    assertTrue(lab.largest > 2_000);
    assertEquals(Integer.MAX_VALUE, info.ssthresh());
  }

  /**
   * The probe and a segment behind it: a recovery for its size alone becomes one of congestion,
   * whether both losses are proved by one ACK or by two.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  @Rfc("4821 §7.6")
  void lossBesideALostProbe_isCongestion(int behind) throws Exception {
    int[] since = {Integer.MIN_VALUE};
    open(
        "reliable-link",
        (length, nth, nowNs) -> {
          boolean probe = length > 1_400;
          boolean first = probe && since[0] < 0;
          since[0] = first ? 0 : since[0] + 1;
          return probe || since[0] == behind;
        },
        0);
    TcpInfo info = lab.transfer(lab.connect(), 3_000_000, 20_000);
    assertTrue(info.ssthresh() < Integer.MAX_VALUE, info.toString());
    assertEquals(0, info.timeouts(), info.toString());
  }

  /** A device that takes large packets alone, and drops all of a flight of them. */
  @ParameterizedTest
  @CsvSource({"2000, 1400", "5000, 2740"})
  @Rfc("4821 §7.7")
  void sizeThatDiesUnderLoad_isWithdrawn_andNotTriedForTenMinutes(int dies, int found)
      throws Exception {
    int[] alone = {0};
    open(
        "reliable-link",
        (length, nth, nowNs) -> {
          boolean large = length > dies;
          boolean first = large && nth == 0;
          alone[0] += first ? 1 : 0;
          return large && nth > 0;
        },
        0);
    TcpConnection up = lab.connect();
    TcpInfo info = lab.transfer(up, 6_000_000, 30_000);
    assertTrue(alone[0] > 0, "no large packet passed");
    assertEquals(found, info.pathMtu(), info.toString());
    assertEquals(0, info.timeouts(), "RACK finds the losses: " + info);
    lab.largest = 0;
    lab.transfer(up, 6_000_000, 30_000);
    lab.transfer(lab.connect(), 6_000_000, 30_000);
    assertTrue(lab.largest <= dies, "tried " + lab.largest + " again");
    lab.pass(600_000);
    lab.transfer(up, 6_000_000, 30_000);
    assertTrue(lab.largest > dies, "not tried again after ten minutes");
  }

  /** Packets of all sizes are lost alike, one in a hundred: no size is at fault. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @Rfc("4821 §7.7")
  void randomLoss_withdrawsNothing(long seed) throws Exception {
    Random random = new Random(seed);
    open("reliable-link", (length, nth, nowNs) -> random.nextInt(100) == 0, 0);
    TcpInfo info = lab.transfer(lab.connect(), 6_000_000, 60_000);
    assertTrue(info.retransmits() > 0, info.toString());
    assertEquals(8_192, info.pathMtu(), info.toString());
  }

  /** A router that speaks spares the search what it would find: what it says is the most. */
  @Test
  @Rfc({"4821 §7.5", "8201 §4"})
  void routerThatTells_isBelieved() throws Exception {
    open("reliable-link", (length, nth, nowNs) -> length > 4_000, 4_000);
    TcpInfo info = lab.transfer(lab.connect(), 6_000_000, 20_000);
    assertEquals(4_000, info.pathMtu());
    assertEquals(0, info.timeouts());
    assertEquals(1, lab.client.counters().pathMtusLowered());
  }
}
