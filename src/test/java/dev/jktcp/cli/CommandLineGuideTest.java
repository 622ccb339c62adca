package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Docs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The guide's page of the command line has every command and option, and no other. */
class CommandLineGuideTest {
  private static final Pattern OPTION_ROW =
      Pattern.compile("(?m)^\\|((?:`--[\\w-]+[^`]*`(?:, )?)+) \\|");
  private static final Pattern OPTION = Pattern.compile("--[\\w-]+");
  private static final Pattern COMMAND_ROW = Pattern.compile("(?m)^\\|`([a-z-]+)(?: [^`]+)?` \\|");

  private final CommandLine line =
      Main.commandLine(
          new Console(
              new ByteArrayInputStream(new byte[0]),
              new ByteArrayOutputStream(),
              new PrintStream(new ByteArrayOutputStream())));

  @Test
  void everyOption_hasARow() {
    Set<String> options = new TreeSet<>();
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().options().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> options.add(option.longestName()));
    }
    Set<String> rows = new TreeSet<>();
    for (String cell : firstCells(OPTION_ROW, Docs.read(Docs.COMMAND_LINE))) {
      OPTION.matcher(cell).results().map(MatchResult::group).forEach(rows::add);
    }
    assertEquals(options, rows);
  }

  @Test
  void everyCommand_hasARow() {
    String section = Docs.read(Docs.COMMAND_LINE).split("\n== ")[1];
    assertEquals(
        new TreeSet<>(line.getSubcommands().keySet()),
        new TreeSet<>(firstCells(COMMAND_ROW, section)));
  }

  private static Set<String> firstCells(Pattern row, String text) {
    return row.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }
}
