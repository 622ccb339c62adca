package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.Repair.Bound;
import dev.jktcp.proof.golden.Repair.Case;
import dev.jktcp.proof.golden.Repair.Result;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Rfc;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a loss takes to be repaired: never by a timeout, if anything tells of it. */
class RepairTest {
  private static final int[] RTTS_MS = {10, 50, 150};
  private static final TcpProfile[] PROFILES = {TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET};
  private static final long ACK_DELAY_NS = 200 * MS; // TLP.max_ack_delay

  private static final long SLACK_NS = 2 * MS;

  static Stream<Arguments> cases() {
    return Arrays.stream(PROFILES)
        .flatMap(profile -> Repair.CASES.stream().map(what -> Arguments.of(profile, what)));
  }

  @ParameterizedTest
  @Rfc({"8985 §9.1", "9937 SHLD-§5(1)"})
  @MethodSource("cases")
  void loss_isRepairedInTime(TcpProfile profile, Case what) {
    for (int rttMs : RTTS_MS) {
      Result result = Repair.of(profile, what, rttMs);
      String told = profile + ", " + what + ", " + rttMs + " ms: " + result;
      int timeouts = what.bound() == Bound.ONE_TIMEOUT ? 1 : 0;
      assertEquals(timeouts, result.info().timeouts(), told);
      assertTrue(result.tookNs() <= bound(result, profile), told);
    }
  }

  /**
   * If a segment is alone in flight, its probe waits for the longest delay of an ACK, and then the
   * receiver may delay the ACK of the probe. The slack is for the timer's tick and the line.
   */
  private static long bound(Result result, TcpProfile profile) {
    long rtt = result.rttNs();
    return switch (result.of().bound()) {
      case WITHIN -> 2 * rtt + rtt / 4 + SLACK_NS;
      case TAIL ->
          2 * result.srttNs()
              + rtt
              + (result.alone() ? ACK_DELAY_NS + delayNs(profile, rtt) : 0)
              + SLACK_NS;
      case AGAIN -> 3 * rtt + rtt / 2;
      case BURST, ONE_TIMEOUT -> Long.MAX_VALUE;
    };
  }

  /** How long the receiver may delay the ACK of the probe. */
  private static long delayNs(TcpProfile profile, long rtt) {
    return Math.max(profile.leastDelayedAckNs(), Math.min(profile.delayedAckNs(), rtt / 8));
  }

  @Test
  void table_isAsCommitted() {
    GoldenText.check(GoldenText.file("repair.txt"), text());
  }

  private static String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        "Repair of what is lost once a connection is established, with SACK and timestamps.");
    out.append("\n\n10 Gbit/s without a queue, segments of ").append(Repair.MSS);
    out.append(" bytes. A cell is the time from the first sending of\nwhat was lost (the first of");
    out.append(" several) to its ACK, in round trips; t: timeouts.\n");
    out.append("RFC 8985 predicts: two round trips within a flight, 2·SRTT + 1 for its tail (and");
    out.append(
        " 200 ms for\na single segment), one more for each further loss of the same segment.\n");
    for (TcpProfile profile : PROFILES) {
      String title = profile.name();
      out.append("\n## ").append(title).append('\n');
      int begin = out.length();
      line(out, "lost", Arrays.stream(RTTS_MS).mapToObj(ms -> "rtt " + ms + " ms"));
      out.append("-".repeat(out.length() - begin - 1)).append('\n');
      for (Case what : Repair.CASES) {
        line(out, what.name(), Arrays.stream(RTTS_MS).mapToObj(ms -> cell(profile, what, ms)));
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String label, Stream<String> cells) {
    out.append(String.format("%-36s", label));
    out.append(cells.map(cell -> String.format("  %14s", cell)).collect(Collectors.joining()));
    out.append('\n');
  }

  private static String cell(TcpProfile profile, Case what, int rttMs) {
    Result result = Repair.of(profile, what, rttMs);
    String timeouts = result.info().timeouts() == 0 ? "" : " t" + result.info().timeouts();
    return String.format(Locale.ROOT, "%.2f", result.roundTrips()) + timeouts;
  }
}
