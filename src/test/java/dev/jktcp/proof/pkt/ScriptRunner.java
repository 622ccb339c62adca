package dev.jktcp.proof.pkt;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Plays script files, each on every family it is for. */
final class ScriptRunner {
  private final Personality personality;
  private final Set<String> forgiven;
  private final List<String> defined;

  /**
   * @param forgiven what comparisons look away from, to see what lies behind a missing feature; a
   *     script that needs it is never passed
   */
  ScriptRunner(Personality personality, Set<String> forgiven) {
    this(personality, forgiven, List.of());
  }

  /**
   * @param defined {@code NAME=value}: words of the scripts that whoever plays them fills in
   */
  ScriptRunner(Personality personality, Set<String> forgiven, List<String> defined) {
    this.personality = personality;
    this.forgiven = forgiven;
    this.defined = defined;
  }

  /** All {@code .pkt} files below a directory, in the order of their names. */
  static List<Path> scriptsIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".pkt"))
          .filter(f -> !Files.isDirectory(f))
          .sorted()
          .toList();
    }
  }

  List<Verdict> runAll(Path directory) throws IOException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Path file : scriptsIn(directory)) {
      boolean alone = file.equals(directory);
      String name = (alone ? file.getFileName() : directory.relativize(file)).toString();
      verdicts.add(read(name, file));
    }
    return verdicts;
  }

  private Verdict read(String name, Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) { // a link to nothing, or no UTF-8
      return skipped(name, "", new SkippedException(SkipReason.SYNTAX, 1, "unreadable: " + e));
    }
    return run(name, text, file.toAbsolutePath().getParent());
  }

  /** A script of a test, which forgives and defines nothing. */
  static Verdict runText(Personality personality, String text, Path directory) {
    return new ScriptRunner(personality, Set.of()).run("script", text, directory);
  }

  /** Never throws: one script must not end the run. */
  Verdict run(String name, String text, Path directory) {
    try {
      return runOne(name, text, directory);
    } catch (StackOverflowError e) {
      return skipped(name, "", new SkippedException(SkipReason.SYNTAX, 1, "nested too deep"));
    }
  }

  private Verdict runOne(String name, String text, Path directory) {
    Script script;
    try {
      script = Parser.parse(text, definitions(Family.IPV4));
    } catch (SkippedException e) {
      return skipped(name, "", e);
    }
    List<Family> families = families(name, script);
    if (personality != Personality.JKTCP && families.size() > 1 && setsOptionsOfIpv4(script)) {
      families = List.of(Family.IPV4); // a kernel's IPv6 socket has none of them
    }
    Verdict worst = null;
    for (Family family : families) {
      Verdict verdict = playEither(name, text, directory, family);
      if (worst == null || rank(verdict) > rank(worst)) {
        worst = verdict;
      }
    }
    if (worst.outcome() == Outcome.FAILED) {
      return worst;
    }
    String all = String.join("+", families.stream().map(Family::text).toList());
    return new Verdict(
        name,
        all,
        worst.outcome(),
        worst.line(),
        worst.expected(),
        worst.actual(),
        worst.reasonOrNull());
  }

  private static boolean setsOptionsOfIpv4(Script script) {
    return script.events().stream()
        .anyMatch(
            e ->
                e.action() instanceof Action.Call call
                    && call.arguments().stream().anyMatch(a -> a.toString().equals("SOL_IP")));
  }

  private static int rank(Verdict verdict) {
    return switch (verdict.outcome()) {
      case PASSED -> 0;
      case SKIPPED -> 1;
      case FAILED -> 2;
    };
  }

  private List<String> definitions(Family family) {
    List<String> all = new ArrayList<>(family.definitions());
    all.addAll(defined);
    return all;
  }

  /**
   * If a script has a branch for the standard and one for the kernel that is played, it passes by
   * either.
   */
  private Verdict playEither(String name, String text, Path directory, Family family) {
    Verdict verdict = play(name, text, directory, family);
    String kernel = personality.scriptsName();
    if (verdict.outcome() != Outcome.FAILED || !text.contains("#ifdef " + kernel)) {
      return verdict;
    }
    Verdict other = play(name, Conditionals.resolve(text, kernel), directory, family);
    return other.outcome() == Outcome.PASSED ? other : verdict;
  }

  private Verdict play(String name, String text, Path directory, Family family) {
    Settings settings = new Settings(personality, family, forgiven);
    try {
      Script script = Parser.parse(text, definitions(family));
      new Player(script, directory, settings).play();
    } catch (SkippedException e) {
      return skipped(name, family.text(), e);
    } catch (FailedException e) {
      return new Verdict(
          name, family.text(), Outcome.FAILED, e.line(), e.expected(), e.actual(), null);
    } catch (RuntimeException | StackOverflowError e) { // one script must not end the run
      return new Verdict(
          name, family.text(), Outcome.FAILED, 1, "no fault of the runner", e.toString(), null);
    }
    return settings.looked
        ? skipped(
            name, family.text(), new SkippedException(SkipReason.FORGIVEN, 0, forgiven.toString()))
        : new Verdict(name, family.text(), Outcome.PASSED, 0, "", "", null);
  }

  private static Verdict skipped(String name, String family, SkippedException e) {
    return new Verdict(name, family, Outcome.SKIPPED, e.line(), "", e.getMessage(), e.reason());
  }

  /** Google's scripts end in the one family they are for, where it is one. */
  static List<Family> families(String name, Script script) {
    List<Family> families = families(script);
    if (families.size() == 1) {
      return families;
    }
    return name.endsWith("v4.pkt")
        ? List.of(Family.IPV4)
        : name.endsWith("v6.pkt") ? List.of(Family.IPV6) : families;
  }

  /** What a script asks for, or where its words only make sense, or both of IPv4 and IPv6. */
  static List<Family> families(Script script) {
    List<Family> asked = null;
    List<Family> addressed = null;
    for (Script.Option option : script.options()) {
      switch (option.name()) {
        case "ip_version" ->
            asked =
                switch (option.value()) {
                  case "ipv6" -> List.of(Family.IPV6_ASKED);
                  case "ipv4-mapped-ipv6" -> List.of(Family.IPV4_MAPPED);
                  default -> List.of(Family.IPV4); // or the option skips it
                };
        case "local_ip", "remote_ip" ->
            addressed = List.of(option.value().contains(":") ? Family.IPV6_ASKED : Family.IPV4);
        default -> {}
      }
    }
    if (asked != null || addressed != null) {
      return asked != null ? asked : addressed;
    }
    for (Script.Event event : script.events()) {
      if (event.action() instanceof Action.Icmp icmp) {
        boolean v4 = Icmp.isOf(icmp, false);
        boolean v6 = Icmp.isOf(icmp, true);
        if (v4 != v6) {
          return List.of(v4 ? Family.IPV4 : Family.IPV6);
        }
      }
      if (event.action() instanceof Action.Call call
          && call.arguments().toString().contains("inet_addr")) {
        return List.of(Family.IPV4);
      }
    }
    return List.of(Family.IPV4, Family.IPV6);
  }
}
