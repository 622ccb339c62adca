package dev.jktcp.bench;

import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code bench all}, with measurements that take virtual time. */
class CampaignTest {
  private static final List<BenchOptions> THREE =
      List.of(
          new Builder(Kind.RR).seconds(1).build(),
          new Builder(Kind.TUN_OUT).seconds(1).build(),
          new Builder(Kind.GOODPUT).mtu(9000).seconds(1).build());

  private long nowNs;
  private final List<String> progress = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();

  private Campaign run(List<BenchOptions> points, Campaign.Runner runner) {
    Campaign campaign = new Campaign(runner, () -> nowNs);
    campaign.run(points, progress::add, results::add);
    return campaign;
  }

  @Test
  void points_haveEveryKindButTheFloorWhichIsBesideThem_andNoneTwice() {
    List<BenchOptions> points = Campaign.points(2);
    Set<Kind> kinds = points.stream().map(BenchOptions::kind).collect(Collectors.toSet());
    assertEquals(EnumSet.complementOf(EnumSet.of(Kind.FLOOR)), kinds);
    assertEquals(points.size(), new HashSet<>(points).size());
    assertEquals(
        points.size(), points.stream().map(BenchOptions::command).distinct().count(), "commands");
  }

  @Test
  void whole_isBounded_toSixMinutesUnlessToldOtherwise() {
    assertTrue(Campaign.mostSeconds(Campaign.points(Campaign.SECONDS)) <= 6 * 60);
    assertTrue(Campaign.mostSeconds(Campaign.points(1)) <= 5 * 60);
  }

  @Test
  void everyPoint_isMeasured_andSaid() {
    Campaign campaign = run(THREE, (options, leftNs) -> new Result(options));
    assertEquals(List.of("1 of 3: rr", "2 of 3: tun-out", "3 of 3: goodput --mtu 9000"), progress);
    assertEquals(THREE, results.stream().map(Result::options).toList());
    assertEquals(results, campaign.results());
    assertEquals(0, campaign.failures().size());
  }

  @Test
  void whatCannotBeMeasured_isNamed_andTheRestGoesOn() {
    Campaign campaign =
        run(
            THREE,
            (options, leftNs) -> {
              if (options.kind() == Kind.TUN_OUT) {
                throw new IOException("tun: run as root");
              }
              return new Result(options);
            });
    assertTrue(progress.contains("no figure: tun: run as root"), progress::toString);
    assertEquals("tun: run as root", campaign.failures().get(THREE.get(1)));
    assertEquals(List.of(THREE.get(0), THREE.get(2)), options(campaign));
  }

  @Test
  void whenTimeIsUp_noFigureIsBegun() {
    Campaign campaign =
        run(
            THREE,
            (options, leftNs) -> {
              assertTrue(leftNs > 0 && leftNs <= 15 * SECOND, "left " + leftNs);
              nowNs += 8 * SECOND; // of the 15 that three may take
              return new Result(options);
            });
    assertEquals(THREE.subList(0, 2), options(campaign));
    assertEquals("the time of bench all was used up", campaign.failures().get(THREE.get(2)));
  }

  private static List<BenchOptions> options(Campaign campaign) {
    return campaign.results().stream().map(Result::options).toList();
  }

  @Test
  void result_isReadAsItWasWritten() {
    for (BenchOptions point : Campaign.points(Builder.SECONDS)) {
      Result result = new Result(point);
      double value = 1.5;
      for (Figure figure : Figure.values()) {
        result.put(figure, value++);
      }
      Result read = Result.of(result.toJson());
      assertEquals(point, read.options());
      assertEquals(result.toJson(), read.toJson());
      assertEquals(result.toLine(), read.toLine());
    }
  }
}
