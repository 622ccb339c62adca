package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Plays a directory of packetdrill scripts: {@code mvn -q -B test -Dtest=PacketScriptSuite
 * -Dpkt.dir=DIR [-Dpkt.personality=linux|freebsd|jktcp] [-Dpkt.report=FILE.csv]}. Without a
 * directory it plays our own. It is red if no script was run, or if one fails that is not in the
 * list of {@link Unpassed}.
 *
 * <p>{@code -Dpkt.define=NAME=value,…} fills in what scripts expect from a command line. {@code
 * -Dpkt.forgive=sackOK,TS,wscale,sack,win} looks behind what the stack does not have yet: a script
 * that gets to its end so is skipped, never passed.
 */
final class PacketScriptSuite {
  private static final Path OWN = Path.of("src/test/resources/pkt");
  private static final List<String> FORGIVABLE = List.of("sackOK", "TS", "wscale", "sack", "win");

  @Test
  void scripts_pass() throws IOException {
    String directory = System.getProperty("pkt.dir");
    String personality =
        System.getProperty("pkt.personality", directory == null ? "jktcp" : "linux");
    ScriptRunner runner =
        new ScriptRunner(
            personality(personality), forgiven(words("pkt.forgive")), words("pkt.define"));
    List<Verdict> verdicts = runner.runAll(directory == null ? OWN : directory(directory));
    long passed = count(verdicts, Outcome.PASSED);
    long failed = count(verdicts, Outcome.FAILED);
    print(
        "scripts: %d run, %d passed, %d failed, %d skipped"
            .formatted(passed + failed, passed, failed, count(verdicts, Outcome.SKIPPED)));
    report(verdicts, System.getProperty("pkt.report"));
    assertTrue(
        passed + failed > 0,
        () -> "-Dpkt.dir: no script was run of " + directory + "; skipped: " + reasons(verdicts));
    List<Verdict> unexplained = unexplained(verdicts, Unpassed.read());
    print("not passed, and listed why: %d".formatted(failed - unexplained.size()));
    assertEquals(
        0,
        unexplained.size(),
        () -> unexplained.size() + " scripts failed, the first: " + unexplained.get(0));
  }

  private static Personality personality(String name) {
    for (Personality known : Personality.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(name)) {
        return known;
      }
    }
    return fail("-Dpkt.personality: '" + name + "' is none of linux, freebsd, jktcp");
  }

  private static Path directory(String name) {
    if (name.isEmpty() || !Files.isReadable(Path.of(name))) {
      return fail("-Dpkt.dir: no directory '" + name + "' to read");
    }
    return Path.of(name);
  }

  private static List<String> words(String property) {
    String list = System.getProperty(property, "");
    return list.isEmpty() ? List.of() : List.of(list.split(","));
  }

  private static Set<String> forgiven(List<String> names) {
    for (String name : names) {
      if (!FORGIVABLE.contains(name)) {
        fail("-Dpkt.forgive: '" + name + "' is none of " + String.join(", ", FORGIVABLE));
      }
    }
    return Set.copyOf(names);
  }

  private static void report(List<Verdict> verdicts, String fileOrNull) {
    if (fileOrNull == null) {
      return;
    }
    List<String> rows = new ArrayList<>(List.of(Verdict.HEADER));
    verdicts.forEach(v -> rows.add(v.csv()));
    try {
      Files.write(Path.of(fileOrNull), rows);
    } catch (IOException e) {
      fail("-Dpkt.report: cannot write " + fileOrNull + " (" + e.getClass().getSimpleName() + ")");
    }
    print("reasons to skip: " + reasons(verdicts));
  }

  private static Map<SkipReason, Integer> reasons(List<Verdict> verdicts) {
    Map<SkipReason, Integer> reasons = new EnumMap<>(SkipReason.class);
    for (Verdict verdict : verdicts) {
      if (verdict.reasonOrNull() != null) {
        reasons.merge(verdict.reasonOrNull(), 1, Integer::sum);
      }
    }
    return reasons;
  }

  private static List<Verdict> unexplained(List<Verdict> verdicts, Unpassed list) {
    return verdicts.stream()
        .filter(v -> v.outcome() == Outcome.FAILED && !list.explains(v))
        .toList();
  }

  private static long count(List<Verdict> verdicts, Outcome outcome) {
    return verdicts.stream().filter(v -> v.outcome() == outcome).count();
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
