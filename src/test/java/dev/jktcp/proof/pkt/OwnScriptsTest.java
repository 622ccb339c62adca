package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our own scripts pass, and not because nothing is checked: every mutant of them fails. */
final class OwnScriptsTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/pkt");
  private static final Pattern SENT =
      Pattern.compile("(\\s*\\S+ > )(\\S+) (\\d+):(\\d+)\\((\\d+)\\)(.*)");
  private static final Pattern CALL = Pattern.compile("(\\s*\\S+ .*\\) = )(-?\\d+)((?!x).*)");
  private static final ScriptRunner RUNNER = new ScriptRunner(Personality.JKTCP, Set.of());

  @TestFactory
  Stream<DynamicTest> eachScript_passes() throws IOException {
    return ScriptRunner.scriptsIn(DIRECTORY).stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    DIRECTORY.relativize(file).toString(),
                    () -> {
                      Verdict verdict = run(Files.readString(file));
                      assertEquals(Outcome.PASSED, verdict.outcome(), verdict::toString);
                    }));
  }

  @Test
  void eachMutant_fails() throws IOException {
    int mutants = 0;
    List<String> survivors = new ArrayList<>();
    for (Path file : ScriptRunner.scriptsIn(DIRECTORY)) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        for (String mutant : mutants(lines.get(i))) {
          List<String> mutated = new ArrayList<>(lines);
          mutated.set(i, mutant);
          mutants++;
          String text = "--ip_version=ipv4\n" + String.join("\n", mutated); // one family is enough
          if (run(text).outcome() != Outcome.FAILED) {
            survivors.add(file.getFileName() + ":" + (i + 1) + " " + mutant);
          }
        }
      }
    }
    assertEquals(List.of(), survivors);
    assertTrue(mutants > 500, "only " + mutants + " mutants");
  }

  private static Verdict run(String text) {
    return RUNNER.run("script", text, DIRECTORY);
  }

  /** Other lines in place of one: each says something that is not so. */
  private static List<String> mutants(String line) {
    Matcher sent = SENT.matcher(line);
    if (sent.matches()) {
      return sentMutants(line, sent);
    }
    Matcher call = CALL.matcher(line);
    boolean counts = call.matches() && !line.contains("socket(") && !line.contains("accept(");
    if (!counts) {
      return List.of();
    }
    return call.group(2).equals("-1")
        ? List.of(call.group(1) + "0", call.group(1) + "-1 EBADF (Bad file descriptor)")
        : List.of(
            call.group(1) + (Long.parseLong(call.group(2)) + 1) + call.group(3),
            call.group(1) + "-1 EINVAL (Invalid argument)");
  }

  private static List<String> sentMutants(String line, Matcher m) {
    String head = m.group(1);
    long seq = Long.parseLong(m.group(3));
    long end = Long.parseLong(m.group(4));
    long length = Long.parseLong(m.group(5));
    String rest = m.group(6);
    String flags = m.group(2);
    List<String> all =
        new ArrayList<>(
            List.of(
                waits(line),
                line + "\n" + line.replaceFirst("^\\s*\\S+ >", "+0 >"),
                packet(
                    head,
                    flags.contains("U") ? flags.replace("U", "") : "U" + flags,
                    seq,
                    end,
                    length,
                    rest),
                moved(head, flags, seq, end, length, rest),
                packet(head, flags, seq, end + 1, length + 1, rest),
                line.replaceFirst("^(\\s*)\\+(\\S+)", "$1+9.7")));
    if (rest.contains("ack ")) {
      all.add(packet(head, flags, seq, end, length, bumped(rest, "ack ")));
      all.add(
          packet(
              head,
              flags.replace(".", "").isEmpty() ? "S" : flags.replace(".", ""),
              seq,
              end,
              length,
              rest));
    }
    if (rest.contains("win ")) {
      String window =
          rest.contains("win 65535")
              ? rest.replace("win 65535", "win 65534")
              : bumped(rest, "win ");
      all.add(packet(head, flags, seq, end, length, window));
    }
    all.add(rest.contains("<") ? line.replaceAll("<.*>", "") : line + " <nop,nop,nop,nop>");
    if (rest.contains("mss ")) {
      all.add(line.replace("<mss 1360", "<mss 1361"));
      all.add(line.replace("<mss 1360", "<nop,mss 1360"));
    }
    return all;
  }

  /** Nothing instead, for as long: a time of its own may be what makes the packet come. */
  private static String waits(String line) {
    return line.replaceFirst("^\\s*\\S*~\\S* >.*", "+.6 %{ x = 1 }%")
        .replaceFirst(">.*", "%{ x = 1 }%");
  }

  /** By one; but the number of our SYN is the script's to choose. */
  private static String moved(
      String head, String flags, long seq, long end, long length, String rest) {
    boolean syn = flags.startsWith("S");
    return syn
        ? packet(head, flags, seq, end + 1, length + 1, rest)
        : packet(head, flags, seq + 1, end + 1, length, rest);
  }

  private static String packet(
      String head, String flags, long seq, long end, long length, String rest) {
    return head + flags + " " + seq + ":" + end + "(" + length + ")" + rest;
  }

  private static String bumped(String rest, String word) {
    Matcher m = Pattern.compile(word + "(\\d+)").matcher(rest);
    return m.replaceFirst(r -> word + ((Long.parseLong(r.group(1)) + 1) & 0xffff_ffffL));
  }

  @Test
  void mutants_areOfEveryKind() {
    List<String> mutants = mutants("   +0 > S. 0:0(0) ack 1 win 65535 <mss 1360>");
    assertTrue(mutants.size() >= 11, () -> Arrays.toString(mutants.toArray()));
  }
}
