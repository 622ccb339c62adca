package dev.jktcp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jktcp help}: the usage of a command. */
@Command(name = "help", description = "Prints the help of a command, or the list of commands.")
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..1",
      completionCandidates = Completions.Commands.class,
      description = "The command to explain.")
  private String command;

  @Override
  public Integer call() {
    CommandLine all = spec.root().commandLine();
    CommandLine one = command == null ? all : all.getSubcommands().get(command);
    if (one == null) {
      throw new BadUsage(UsageLine.unknownCommand(spec.root(), command));
    }
    one.usage(all.getOut());
    return Failure.OK;
  }
}
