package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 3 MB between two stacks of MTU 1500 through a router that from some time on takes 1300 bytes, and
 * tells by ICMP of each packet that it drops, or does not.
 */
class NarrowPathTest {
  private static final int NARROW = 1_300;

  private PathLab lab;
  private long narrowFromNs;
  private int headers;

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, reliable-link, 0, 5000",
    "fd66::1, fd66::2, reliable-link, 0, 5000",
    "10.0.0.1, 10.0.0.2, internet, 100, 5000",
    "fd66::1, fd66::2, internet, 100, 5000",
    "10.0.0.1, 10.0.0.2, reliable-link, 100, 5000",
    "fd66::1, fd66::2, stop-and-wait, 100, 30000"
  })
  void everyByteArrives_withoutATimeout(
      String from, String to, String profile, long narrowFromMs, long withinMs) throws Exception {
    open(from, to, profile, narrowFromMs, NARROW);
    TcpInfo info = lab.transfer(lab.connect(), 3_000_000, withinMs);
    assertEquals(NARROW - headers, info.mss());
    assertEquals(NARROW, info.pathMtu());
    assertEquals(0, info.timeouts());
    assertEquals(0, info.fastRetransmits());
    assertTrue(info.retransmits() > 0, "nothing was too big");
    assertEquals(1, lab.client.narrowPaths());
    assertEquals(1, lab.client.counters().pathMtusLowered());
  }

  /** The router says nothing: timeouts tell, and single larger segments that are tried after it. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, reliable-link, 100, 10000",
    "fd66::1, fd66::2, reliable-link, 100, 10000",
    "10.0.0.1, 10.0.0.2, internet, 100, 30000",
    "fd66::1, fd66::2, internet, 100, 30000",
    "fd66::1, fd66::2, internet, 0, 30000"
  })
  @Rfc("4821 §7.7")
  void everyByteArrives_thoughTheRouterIsSilent(
      String from, String to, String profile, long narrowFromMs, long withinMs) throws Exception {
    open(from, to, profile, narrowFromMs, 0);
    TcpInfo info = lab.transfer(lab.connect(), 3_000_000, withinMs);
    assertEquals(1_280 - headers, info.mss());
    assertEquals(1_280, info.pathMtu());
    assertTrue(info.timeouts() <= 4, info.timeouts() + " timeouts");
    assertEquals(0, lab.client.counters().pathMtusLowered());
    assertEquals(1, lab.client.counters().blackHoles());
    assertEquals(1, lab.client.narrowPaths());

    TcpInfo next = lab.transfer(lab.connect(), 100_000, 1_000);
    assertEquals(0, next.timeouts(), "the next connection knows the path");
    assertEquals(1_280 - headers, next.mss());
  }

  /** What was remembered is forgotten after ten minutes. One segment tries what the path takes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc({"1191 §6.3", "4821 §7.7"})
  void pathOfASilentRouter_isTriedAgainAfterTenMinutes(boolean stillNarrow) throws Exception {
    open("fd66::1", "fd66::2", "reliable-link", 0, 0);
    TcpConnection up = lab.connect();
    TcpInfo before = lab.transfer(up, 1_000_000, 10_000);
    assertEquals(1_280, before.pathMtu());
    narrowFromNs = stillNarrow ? 0 : Long.MAX_VALUE;
    while (lab.nowNs < 650_000 * MS) {
      lab.transfer(up, 1_000, 1_000);
      lab.pass(500);
    }
    TcpInfo info = lab.transfer(up, 1_000_000, 10_000);
    assertEquals(stillNarrow ? 1_280 : 1_500, info.pathMtu());
    assertEquals(before.timeouts(), info.timeouts());
    assertEquals(stillNarrow ? 1 : 0, lab.client.narrowPaths());
  }

  private void open(String from, String to, String profile, long narrowFromMs, int told)
      throws StackException {
    narrowFromNs = narrowFromMs * MS;
    int timestamps = TcpProfile.named(profile).timestamps() ? 12 : 0;
    headers = (from.contains(":") ? 60 : 40) + timestamps;
    lab =
        new PathLab(
            from,
            to,
            o -> o.profile(TcpProfile.named(profile)).mtu(1_500),
            (length, nth, nowNs) -> length > NARROW && nowNs >= narrowFromNs,
            told);
  }
}
