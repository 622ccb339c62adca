package dev.jktcp.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code java -jar jktcp.jar COMMAND}. */
@Command(
    name = "jktcp",
    mixinStandardHelpOptions = true,
    description = "Userspace TCP over anything that carries IP packets.",
    footer = {"", "To begin: jktcp demo. Help on a command: jktcp help COMMAND."},
    subcommands = {
      DemoCommand.class,
      ConnectCommand.class,
      ListenCommand.class,
      ForwardCommand.class,
      ExposeCommand.class,
      SocksCommand.class,
      UdpCommand.class,
      PingCommand.class,
      StatsCommand.class,
      TopCommand.class,
      BenchCommand.class,
      HelpCommand.class,
      GenerateCompletion.class
    })
public final class Main implements Runnable {
  private static final String TIME = "TIME";

  private final Console console;

  @Spec private CommandSpec spec;

  private Main(Console console) {
    this.console = console;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(runOrEnd(Console.system(), args));
  }

  /** An error that escaped this thread would leave an idle process behind. */
  private static int runOrEnd(Console console, String... args) {
    try {
      return run(console, args);
    } catch (OutOfMemoryError e) {
      OutOfMemory.halt();
    } catch (Error e) {
      console.fail(e.toString());
    }
    return Failure.FAILED;
  }

  static int run(Console console, String... args) {
    CommandLine line = commandLine(console);
    try {
      prepare(line, List.of(args));
    } catch (BadUsage bad) {
      return refuse(console, bad.getMessage());
    }
    int code = line.execute(args);
    return code == Failure.OK ? afterPrinting(console) : code;
  }

  /** Printed text may not have arrived, as on a full disk. */
  private static int afterPrinting(Console console) {
    IOException cause = console.out().failure();
    if (cause == null) {
      return Failure.OK;
    }
    if (StandardOutput.isBrokenPipe(cause)) {
      return Failure.READER_GONE; // in silence, as a program that SIGPIPE ends
    }
    console.fail(StandardOutput.NAME + ": " + cause.getMessage());
    return Failure.FAILED;
  }

  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new Main(console));
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    Ansi colours = Ansi.valueOf(console.outTerminal().isColoured());
    line.setOut(out)
        .setColorScheme(Help.defaultColorScheme(colours))
        .setUsageHelpAutoWidth(false)
        .setParameterExceptionHandler((error, given) -> refuse(console, UsageLine.of(error)))
        .setExecutionExceptionHandler((error, command, parsed) -> fail(console, error));
    WholeNumber.register(line);
    line.getSubcommands()
        .get("generate-completion")
        .getCommandSpec()
        .usageMessage()
        .description(
            "Prints a script by which bash and zsh complete commands, options and values.",
            "source <(jktcp generate-completion)");
    line.getSubcommands().values().forEach(Main::complete);
    complete(line);
    return line;
  }

  static List<String> commandNames() {
    return Stream.of(Main.class.getAnnotation(Command.class).subcommands())
        .map(command -> command.getAnnotation(Command.class).name())
        .toList();
  }

  /** The options that every command has. */
  private static void complete(CommandLine command) {
    command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
    showExitCodes(command);
    showUnit(command);
  }

  private static void showUnit(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    if (spec.options().stream().anyMatch(option -> option.paramLabel().equals(TIME))) {
      spec.usageMessage()
          .footer(TIME + " is a number with its unit: 500us, 20ms, 1.5s, 2m or 1h; 0 needs none.");
    }
  }

  private static void showExitCodes(CommandLine line) {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put(" " + Failure.OK, "done");
    codes.put(" " + Failure.FAILED, "failed: one line says why");
    codes.put(" " + Failure.USAGE, "not understood: one line names the option");
    codes.put(" " + Failure.OUT_OF_MEMORY, "out of memory: one line says so");
    codes.put(" 128+N", "ended by signal N: 130 after Ctrl-C, 143 after SIGTERM");
    line.getCommandSpec().usageMessage().exitCodeListHeading("Exit codes:%n").exitCodeList(codes);
  }

  /** Checks to be made before a command's options are parsed. */
  private static void prepare(CommandLine line, List<String> args) {
    int at = 0;
    while (at < args.size() && !line.getSubcommands().containsKey(args.get(at))) {
      at++;
    }
    if (at == args.size()) {
      return;
    }
    CommandLine command = line.getSubcommands().get(args.get(at));
    List<String> rest = args.subList(at + 1, args.size());
    String unknown = UsageLine.unknownOption(command.getCommandSpec(), rest);
    if (unknown != null) {
      throw new BadUsage(unknown);
    }
    boolean takesNone = command.getCommandSpec().positionalParameters().isEmpty();
    if (takesNone && !rest.isEmpty() && !rest.get(0).startsWith("-")) {
      // Picocli does not look at the arguments of a command that prints a kind of help.
      throw new BadUsage(args.get(at) + ": unexpected '" + rest.get(0) + "'");
    }
    String file = ConfFile.namedIn(rest);
    if (file != null) {
      command.setDefaultValueProvider(ConfFile.read(file, command.getCommandSpec()));
    }
  }

  private static int refuse(Console console, String message) {
    console.fail(message);
    return Failure.USAGE;
  }

  private static int fail(Console console, Exception error) {
    console.fail(Failure.line(error));
    return Failure.exitCode(error);
  }

  Console console() {
    return console;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
