package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.Reordering.Path;
import dev.jktcp.proof.golden.Reordering.Result;
import dev.jktcp.tcp.TcpProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A path that changes the order of packets is not taken for one that loses them. */
class ReorderingTest {
  private static final double SHARE = 0.03;
  private static final double[] MOST = {0.25, 0.5, 1};
  private static final double HALF = 0.5;

  /** Both paths for the profile of lossy paths; the other profile recovers in the same way. */
  private static final Map<TcpProfile, List<Path>> PATHS = new LinkedHashMap<>();

  static {
    PATHS.put(TcpProfile.INTERNET, List.of(Path.SLOW, Path.FAST));
    PATHS.put(TcpProfile.RELIABLE_LINK, List.of(Path.SLOW));
  }

  static Stream<Arguments> paths() {
    return PATHS.keySet().stream()
        .flatMap(profile -> PATHS.get(profile).stream().map(path -> Arguments.of(profile, path)));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void threeOfAHundredLateByHalfARoundTrip_costLessThanFive_andSendLessThanOneAgain(
      TcpProfile profile, Path path) {
    Result quiet = Reordering.of(profile, path, 0, HALF);
    Result late = Reordering.of(profile, path, SHARE, HALF);
    String told = profile + ", " + path + ": " + late + " without: " + quiet;
    assertTrue(late.kbs() > 0.95 * quiet.kbs(), told);
    assertTrue(late.againPercent() < 1, told);
    assertEquals(0, late.timeouts(), told);
  }

  /** Nothing is lost, so a DSACK comes for each segment that is sent again. */
  @ParameterizedTest
  @MethodSource("paths")
  void recoveryThatIsProvedToBeForNothing_isUndone(TcpProfile profile, Path path) {
    int begun = 0;
    for (double most : MOST) {
      Result late = Reordering.of(profile, path, SHARE, most);
      assertEquals(late.begun(), late.proved(), late.toString());
      assertEquals(late.proved(), late.undone(), late.toString());
      begun += late.begun();
    }
    assertTrue(begun > 3 * MOST.length, "only " + begun);
  }

  @Test
  void table_isAsCommitted() {
    GoldenText.check(GoldenText.file("reordering.txt"), text());
  }

  private static String text() {
    StringBuilder out = new StringBuilder();
    out.append("Three of a hundred packets are late, none lost: what that costs.\n\nBuffers of ");
    out.append("twice the product, 30 s after 6 s to learn, ").append(Reordering.SEEDS);
    out.append(
        """
         seeds. A cell is goodput in percent of
        that without, behind it how many bytes were sent again for each 100, all needlessly, and from the
        first byte on how many recoveries began, were proved to be for nothing by DSACKs, and were undone.
        RFC 8985 predicts: the reordering window grows by a quarter of the least round trip for each round
        trip with a DSACK, up to SRTT, so what is late by less is seldom sent again.
        """);
    PATHS.forEach((profile, paths) -> section(out, profile, paths));
    return out.toString();
  }

  private static void section(StringBuilder out, TcpProfile profile, List<Path> paths) {
    out.append("\n## ").append(profile.name()).append('\n');
    int begin = out.length();
    line(out, "late by up to", paths.stream().map(Path::toString));
    out.append("-".repeat(out.length() - begin - 1)).append('\n');
    for (double most : MOST) {
      line(out, most + " rtt", paths.stream().map(path -> cell(profile, path, most)));
    }
  }

  private static void line(StringBuilder out, String label, Stream<String> cells) {
    out.append(String.format("%-13s", label));
    cells.forEach(cell -> out.append(String.format("  %24s", cell)));
    out.append('\n');
  }

  private static String cell(TcpProfile profile, Path path, double most) {
    Result quiet = Reordering.of(profile, path, 0, HALF);
    Result late = Reordering.of(profile, path, SHARE, most);
    return String.format(
        Locale.ROOT,
        "%.1f (%.2f) %d/%d/%d",
        100 * late.kbs() / quiet.kbs(),
        late.againPercent(),
        late.begun(),
        late.proved(),
        late.undone());
  }
}
