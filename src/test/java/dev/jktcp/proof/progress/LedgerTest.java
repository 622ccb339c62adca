package dev.jktcp.proof.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A new instrument needs a share of the minutes of {@code verify}. */
class LedgerTest {
  private static final Path TESTS = Path.of("src/test/java");
  private static final int FORKS = 2;

  @Test
  void everyPackageWithTests_isInOneRow() throws IOException {
    List<String> named = Ledger.rows().stream().flatMap(row -> row.names().stream()).toList();
    try (Stream<Path> files = Files.walk(TESTS)) {
      TreeSet<String> there = new TreeSet<>();
      files
          .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
          .map(file -> TESTS.relativize(file).getParent().toString().replace('/', '.'))
          .forEach(there::add);
      there.removeAll(named);
      assertEquals(List.of(), List.copyOf(there), "packages without a share, see Docs.PROOF");
    }
    assertEquals(named.size(), new TreeSet<>(named).size(), "a package in two rows");
  }

  @Test
  void sharesTogether_stayBelowTenMinutes() {
    List<Ledger.Row> rows = Ledger.rows();
    int build = rows.get(0).share(); // Maven's own work is in one process
    int tests = rows.stream().skip(1).mapToInt(Ledger.Row::share).sum();
    assertTrue(build + tests / FORKS <= Ledger.LIMIT_S, build + " s and " + tests + " s of tests");
    for (Ledger.Row row : rows) assertTrue(row.seconds() <= row.share(), row::toString);
  }
}
