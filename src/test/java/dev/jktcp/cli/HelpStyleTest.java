package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The help is written in one style: a value is named by a noun, a flag says what it does, defaults
 * stand at the end in one form, and each quantity has its unit.
 */
class HelpStyleTest {
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);

  /** What an option without a value, or one with a file to use, begins with. */
  private static final List<String> VERBS =
      List.of(
          "For ", "Pass ", "Print ", "Read ", "Run ", "Search ", "Send ", "Serve ", "Use ", "Wait ",
          "Write ");

  private static final List<String> NOUNS = List.of("The ", "A ", "An ", "Faults ");

  /** Picocli's own, and those of its command for completion. */
  private static final Set<String> FOREIGN = Set.of("--help", "--version");

  static Stream<Arguments> args() {
    CommandLine all =
        Main.commandLine(
            new Console(
                new ByteArrayInputStream(new byte[0]),
                new ByteArrayOutputStream(),
                new PrintStream(new ByteArrayOutputStream())));
    return Main.commandNames().stream()
        .filter(command -> !command.equals("generate-completion"))
        .flatMap(command -> args(command, all.getSubcommands().get(command)));
  }

  private static Stream<Arguments> args(String command, CommandLine line) {
    return line.getCommandSpec().args().stream()
        .filter(arg -> !arg.hidden() && !FOREIGN.contains(name(arg)))
        .map(arg -> Arguments.of(command, name(arg), arg));
  }

  private static String name(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  private static String text(ArgSpec arg) {
    return String.join(" ", arg.description());
  }

  private static boolean isFlag(ArgSpec arg) {
    return arg instanceof OptionSpec && arg.arity().max() == 0;
  }

  @Test
  void all_areFound() {
    assertTrue(args().count() > 150, () -> "only " + args().count());
  }

  @ParameterizedTest
  @MethodSource("args")
  void description_isASentence_ofAFlagAboutWhatItDoes_ofAValueAboutWhatItIs(
      String command, String name, ArgSpec arg) {
    String text = text(arg);
    assertTrue(text.endsWith("."), text);
    boolean begins = Stream.concat(VERBS.stream(), NOUNS.stream()).anyMatch(text::startsWith);
    assertTrue(begins, text);
    assertFalse(isFlag(arg) && NOUNS.stream().anyMatch(text::startsWith), text);
    assertFalse(NUMBERS.contains(arg.type()) && VERBS.stream().anyMatch(text::startsWith), text);
  }

  @ParameterizedTest
  @MethodSource("args")
  void default_isTheLastThing_inOneForm(String command, String name, ArgSpec arg) {
    String text = text(arg);
    assertFalse(text.matches("(?i).*(unless set|\\(default|by default).*"), text);
    assertEquals(
        NUMBERS.contains(arg.type()) && arg instanceof OptionSpec || text.contains("Default"),
        text.matches(".*[.:;] Default(: | of )[^.]*(\\.[^ ][^.]*)*\\."),
        text);
    if (arg.defaultValue() != null) {
      assertTrue(text.contains("Default: " + arg.defaultValue()), text);
    }
  }

  @ParameterizedTest
  @MethodSource("args")
  void quantity_hasItsUnit(String command, String name, ArgSpec arg) {
    String text = text(arg);
    switch (arg.paramLabel()) {
      case "TIME" -> {
        assertTrue(text.startsWith("The time "), text);
        assertTrue(text.matches(".*Default: \\d+(ms|s|m)\\."), text);
      }
      case "BYTES" -> assertTrue(text.startsWith("The bytes "), text);
      case "PERCENT" -> assertTrue(text.contains(", in percent."), text);
      case "N" ->
          assertTrue(
              text.startsWith("The number of ") || text.matches(".*, in (bytes|seconds)\\. .*"),
              text);
      default -> {}
    }
  }

  @Test
  void formOfATime_isAtTheEndOfEachHelpThatHasOne() {
    for (Arguments each : (Iterable<Arguments>) args()::iterator) {
      OptionSpec option = each.get()[2] instanceof OptionSpec o ? o : null;
      if (option == null || !option.paramLabel().equals("TIME")) continue;
      String help = option.command().commandLine().getUsageMessage();
      assertTrue(help.contains("TIME is a number with its unit: 500us, 20ms, 1.5s"), help);
    }
  }
}
