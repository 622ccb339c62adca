package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A number that its type cannot hold is refused in this program's form, whichever option of
 * whichever command it is given to.
 */
class WholeNumberTest {
  private static final String FAR = "99999999999999999999";
  private static final String MOST_INT = "2147483647";
  private static final String MOST_LONG = "9223372036854775807";
  private static final Map<Class<?>, String> MOST =
      Map.of(
          int.class,
          MOST_INT,
          Integer.class,
          MOST_INT,
          long.class,
          MOST_LONG,
          Long.class,
          MOST_LONG);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console() {
    return new Console(
        new ByteArrayInputStream(new byte[0]),
        new ByteArrayOutputStream(),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** Numbers without a converter of their own, such as the one of times. */
  private static boolean isNumber(ArgSpec arg) {
    return MOST.containsKey(arg.type()) && arg.converters().length == 0;
  }

  static List<Arguments> numbers() {
    Console console = new WholeNumberTest().console();
    Set<Map.Entry<String, CommandLine>> commands =
        Main.commandLine(console).getSubcommands().entrySet();
    return commands.stream().flatMap(WholeNumberTest::numbers).toList();
  }

  private static Stream<Arguments> numbers(Map.Entry<String, CommandLine> command) {
    return command.getValue().getCommandSpec().options().stream()
        .filter(WholeNumberTest::isNumber)
        .flatMap(option -> Stream.of(option.names()).map(name -> numbers(command, option, name)));
  }

  private static Arguments numbers(
      Map.Entry<String, CommandLine> command, OptionSpec option, String name) {
    return Arguments.of(command.getKey(), name, option.longestName(), MOST.get(option.type()));
  }

  @Test
  void all_areFound() {
    List<String> found = numbers().stream().map(a -> a.get()[0] + " " + a.get()[1]).toList();
    assertTrue(found.containsAll(List.of("connect --mtu", "ping -c", "stats --limit")), "" + found);
    assertTrue(found.size() > 50, "only " + found.size());
  }

  private String refused(String... args) {
    err.reset();
    assertEquals(2, Main.run(console(), args));
    return err.toString(StandardCharsets.UTF_8).strip();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void numberBeyondItsType_isRefusedInOneForm(
      String command, String given, String name, String most) {
    String what = "jktcp: " + name + " ";
    assertEquals(what + FAR + ": must be " + most + " or less", refused(command, given, FAR));
    assertEquals(what + "-" + FAR + ": must be 0 or more", refused(command, given, "-" + FAR));
    assertEquals(what + "'1.5' is not a whole number", refused(command, given, "1.5"));
    assertEquals(what + "'many' is not a whole number", refused(command, given, "many"));
    assertEquals(what + "'' is not a whole number", refused(command, given, ""));
  }

  @Test
  void numberOfAFile_isRefusedLikewise(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("conf.json"), "{\"mtu\": 4294967296}");
    assertEquals(
        "jktcp: --mtu 4294967296: must be 2147483647 or less",
        refused("connect", "--conf", file.toString(), "80"));
  }

  @Test
  void longText_isCut() {
    assertEquals(
        "jktcp: --limit " + "9".repeat(40) + "…: must be " + MOST_LONG + " or less",
        refused("stats", "--limit", "9".repeat(500)));
  }
}
