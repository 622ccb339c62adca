package dev.jktcp.cli;

import dev.jktcp.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Picocli's complaints as one line each, with the nearest right word for a wrong one. */
final class UsageLine {
  private static final Pattern WRONG_FLAG =
      Pattern.compile("Invalid value for option '(\\S+)'(?: \\(.*\\))?: ('.*' is not )a boolean");

  private UsageLine() {}

  static String of(ParameterException error) {
    CommandLine command = error.getCommandLine();
    CommandSpec spec = command.getCommandSpec();
    if (error instanceof UnmatchedArgumentException unmatched) {
      return unmatched(spec, unmatched.getUnmatched().get(0));
    }
    if (error instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      boolean valueOnly = error.getMessage().contains("parameter for option");
      return valueOnly
          ? valueless(spec, missing.getMissing().get(0))
          : missing(spec, missing.getMissing());
    }
    if (error instanceof OverwrittenOptionException twice) {
      return named(twice.getOverwritten()) + "is given twice: give it once";
    }
    if (error instanceof MaxValuesExceededException) {
      return spec.name() + ": an option is given too many values";
    }
    if (error.getCause() instanceof IllegalArgumentException bad) {
      return named(error.getArgSpec()) + bad.getMessage();
    }
    return withPlainType(error.getMessage());
  }

  /** Java's name of a type, in plain words. */
  private static String withPlainType(String message) {
    Matcher wrong = WRONG_FLAG.matcher(message);
    return wrong.matches() ? wrong.group(1) + " " + wrong.group(2) + "true or false" : message;
  }

  /**
   * The first unknown option. To be asked before parsing: there its value would be taken for an
   * argument, and the complaint would be about that.
   *
   * @return null if all are known
   */
  static String unknownOption(CommandSpec spec, List<String> args) {
    boolean value = false;
    for (String arg : args) {
      if (arg.equals("--")) {
        return null;
      }
      String name = arg.replaceFirst("=.*", "");
      OptionSpec option = spec.findOption(name);
      if (!value && option == null && name.startsWith("-") && name.length() > 1) {
        return unmatched(spec, name);
      }
      value = !value && option != null && option.arity().max() > 0 && name.equals(arg);
    }
    return null;
  }

  private static String unmatched(CommandSpec spec, String word) {
    if (word.startsWith("-")) {
      String name = word.replaceFirst("=.*", "");
      return "unknown option " + name + "; " + Nearest.hint(name, names(spec), "");
    }
    if (spec.parent() == null) {
      return unknownCommand(spec, word);
    }
    return spec.name() + ": unexpected '" + word + "'";
  }

  static String unknownCommand(CommandSpec all, String word) {
    return "unknown command '" + word + "'; " + Nearest.hint(word, all.subcommands().keySet(), "");
  }

  private static List<String> names(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        names.addAll(List.of(option.names()));
      }
    }
    return names;
  }

  private static String missing(CommandSpec spec, List<ArgSpec> args) {
    String what =
        args.stream()
            .map(
                arg ->
                    arg instanceof OptionSpec option
                        ? option.longestName() + " " + option.paramLabel()
                        : arg.paramLabel())
            .collect(Collectors.joining(" and "));
    return spec.name() + " needs " + what;
  }

  private static String valueless(CommandSpec spec, ArgSpec option) {
    return spec.name() + ": " + named(option) + "needs " + option.paramLabel();
  }

  private static String named(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() + " " : "";
  }
}
