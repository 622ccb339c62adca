package dev.jktcp.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.golden.Reordering.Result;
import dev.jktcp.tcp.TcpProfile;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A path that changes the order of packets is not taken for one that loses them. */
class ReorderingTest {
  private static final int[] RTTS_MS = {10, 50, 100};
  private static final TcpProfile[] PROFILES = {TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET};
  private static final double SHARE = 0.03;
  private static final double[] MOST = {0.25, 0.5, 1};
  private static final double HALF = 0.5;

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 100})
  void threeOfAHundredLateByHalfARoundTrip_costLessThanFive_andSendLessThanOneAgain(int rttMs) {
    for (TcpProfile profile : PROFILES) {
      Result quiet = Reordering.of(profile, rttMs, 0, HALF);
      Result late = Reordering.of(profile, rttMs, SHARE, HALF);
      String told = profile + ", " + rttMs + " ms: " + late + " without: " + quiet;
      assertTrue(late.kbs() > 0.95 * quiet.kbs(), told);
      assertTrue(late.againPercent() < 1, told);
      assertEquals(0, late.info().timeouts(), told);
    }
  }

  @Test
  void table_isAsCommitted() {
    GoldenText.check(GoldenText.file("reordering.txt"), text());
  }

  private static String text() {
    StringBuilder out = new StringBuilder();
    out.append("Three of a hundred packets are late, none lost: what that costs.\n\n10 Mbit/s, ");
    out.append("buffers of twice the product, 30 s after 10 s to learn, ").append(Reordering.SEEDS);
    out.append(
        " seeds. A cell is goodput\nin percent of that without, and behind it how many bytes");
    out.append(" were sent again for each 100, all needlessly.\nRFC 8985 predicts: the reordering");
    out.append(
        " window grows by a quarter of the least round trip for each round\ntrip with a DSACK");
    out.append(", up to SRTT, so what is late by less is seldom sent again.\n");
    for (TcpProfile profile : PROFILES) {
      out.append("\n## ").append(profile.name()).append('\n');
      int begin = out.length();
      line(out, "late by up to", i -> "rtt " + RTTS_MS[i] + " ms");
      out.append("-".repeat(out.length() - begin - 1)).append('\n');
      for (double most : MOST) {
        line(out, most + " rtt", i -> cell(profile, RTTS_MS[i], most));
      }
    }
    return out.toString();
  }

  private interface Text {
    String of(int column);
  }

  private static void line(StringBuilder out, String label, Text text) {
    out.append(String.format("%-13s", label));
    for (int i = 0; i < RTTS_MS.length; i++) {
      out.append(String.format("  %14s", text.of(i)));
    }
    out.append('\n');
  }

  private static String cell(TcpProfile profile, int rttMs, double most) {
    Result quiet = Reordering.of(profile, rttMs, 0, HALF);
    Result late = Reordering.of(profile, rttMs, SHARE, most);
    double percent = 100 * late.kbs() / quiet.kbs();
    return String.format(Locale.ROOT, "%.1f (%.2f)", percent, late.againPercent());
  }
}
