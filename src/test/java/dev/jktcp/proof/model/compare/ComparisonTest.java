package dev.jktcp.proof.model.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jktcp.proof.model.Liberty;
import dev.jktcp.proof.model.Observation;
import dev.jktcp.proof.model.Seg;
import dev.jktcp.proof.model.compare.Explanations.Entry;
import dev.jktcp.proof.progress.Figures;
import dev.jktcp.testkit.Docs;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The core against an independent reading of RFC 9293 §3.10: every cell of state, flags, sequence
 * position, ACK position, window and payload is equal or explained. {@code -Dcell='…'} replays one
 * that a failure printed.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // half a minute alone; machines may be busy
class ComparisonTest {
  private static final int MOST_CLASSES = 30;
  private static final List<Entry> LIST = Explanations.load();

  @Test
  void everyCell_isEqualOrExplained() throws IOException {
    String cell = System.getProperty("cell", "");
    if (!cell.isEmpty()) {
      replay(cell);
      return;
    }
    Comparison comparison = new Comparison(EnumSet.allOf(Liberty.class));
    Situation.all().forEach(comparison::compare);
    int faults = cellsWithFaults(comparison);
    long classes = LIST.stream().filter(entry -> !entry.fault()).count();
    Figures.note(
        String.format(
            "cells: %d compared, %d explained in %d classes%s",
            comparison.cells(),
            comparison.differing() - comparison.unexplainedCells() - faults,
            classes,
            faults > 0 ? ", " + faults + " with a known fault" : ""));
    assertTrue(comparison.predicted() > 0, "no header was predicted");
    assertEquals(
        0,
        comparison.unexplainedCells(),
        "cells without explanation, for example\n" + String.join("\n", comparison.unexplained()));
    for (Entry entry : LIST) {
      boolean needed = comparison.explained().containsKey(entry.liberty());
      assertTrue(needed || entry.fault(), entry.liberty() + " explains nothing: take it out");
    }
    String cells = String.format(Locale.ROOT, "%,d cells", comparison.cells());
    Docs.says(Docs.README, cells);
    Docs.says(Docs.PROOF, cells);
    Docs.says(Docs.PROOF, Situation.all().size() + " situations");
    Docs.says(Docs.PROOF, "of " + classes + " classes");
  }

  private static int cellsWithFaults(Comparison comparison) {
    return LIST.stream()
        .filter(Entry::fault)
        .mapToInt(entry -> comparison.explained().getOrDefault(entry.liberty(), 0))
        .sum();
  }

  private static void replay(String cell) {
    Comparison comparison = new Comparison(EnumSet.allOf(Liberty.class));
    try {
      int colon = cell.indexOf(':');
      Situation situation = Situation.named(cell.substring(0, colon));
      Seg segment = Text.parsePeer(cell.substring(colon + 1));
      System.out.println(cell + '\n' + comparison.replay(situation, segment));
    } catch (RuntimeException e) {
      fail("-Dcell: '" + cell + "' is none; such as 'TIME_WAIT: R seq 2 win 10000'");
    }
    assertEquals(0, comparison.unexplainedCells(), "unexplained");
  }

  @Test
  void list_namesEachLibertyOnce_withItsSection() {
    Set<Liberty> named = LIST.stream().map(Entry::liberty).collect(Collectors.toSet());
    assertEquals(EnumSet.allOf(Liberty.class), named);
    assertEquals(named.size(), LIST.size(), "a liberty is listed twice");
    assertTrue(LIST.size() <= MOST_CLASSES, LIST.size() + " classes");
    for (Entry entry : LIST) {
      assertTrue(entry.section().matches(".*RFC \\d+ .*(§|Appendix).*"), entry.toString());
      assertTrue(entry.reason().length() > 20, entry.toString());
    }
  }

  @Test
  void situation_isTheStateItIsNamedAfter() {
    for (Situation situation : Situation.all()) {
      CoreEnd core = new CoreEnd(situation.rcvBuff());
      situation.reach().accept(core);
      Observation seen = core.observe();
      assertEquals(situation.name().split(",")[0], seen.state().name());
    }
  }

  /** Were the comparison blind, it would find nothing here either. */
  @Test
  void differenceWhoseClassIsTakenAway_isFoundAndCanBeReplayed() {
    Set<Liberty> allButOne = EnumSet.allOf(Liberty.class);
    allButOne.remove(Liberty.TIME_WAIT_IGNORES_RST);
    Comparison comparison = new Comparison(allButOne);
    comparison.compare(Situation.named("TIME_WAIT"));
    assertTrue(comparison.unexplainedCells() > 0);
    String first = comparison.unexplained().get(0);
    String cell = first.substring("-Dcell='".length(), first.indexOf("'\n"));
    Seg seg = Text.parsePeer(cell.substring(cell.indexOf(':') + 1));
    assertTrue(seg.rst(), first);
    Comparison again = new Comparison(allButOne);
    assertEquals(first, again.replay(Situation.named("TIME_WAIT"), seg));
  }
}
