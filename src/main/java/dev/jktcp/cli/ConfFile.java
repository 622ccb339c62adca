package dev.jktcp.cli;

import dev.jktcp.text.Nearest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command's options as JSON: the keys are the long options without their dashes and, for
 * arguments without an option, {@code port} or {@code mappings}. A value on the command line
 * replaces the whole value here.
 */
final class ConfFile implements IDefaultValueProvider {
  private static final String OPTION = "--conf";
  private static final List<String> NOT_IN_A_FILE = List.of("conf", "help", "version");

  private static final String SOURCE =
      "(?:start marker at )?\\[Source: .*?; (line: \\d+[^\\]]*)\\]";

  private final JsonObject values;

  private ConfFile(JsonObject values) {
    this.values = values;
  }

  /** The file that a command line names; null for none. It is read before the rest is parsed. */
  static String namedIn(List<String> args) {
    for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
      if (args.get(i).equals(OPTION) && i + 1 < args.size()) {
        return args.get(i + 1);
      }
      if (args.get(i).startsWith(OPTION + "=")) {
        return args.get(i).substring(OPTION.length() + 1);
      }
    }
    return null;
  }

  /**
   * Reads and checks it for one command.
   *
   * @throws BadUsage if it cannot be read, is not a JSON object or has a key unknown to the command
   */
  static ConfFile read(String file, CommandSpec command) {
    String name = OPTION + " " + file;
    JsonObject values = parse(file, name);
    var known = new TreeMap<String, ArgSpec>();
    for (OptionSpec option : command.options()) {
      known.put(keyOf(option), option);
    }
    for (PositionalParamSpec positional : command.positionalParameters()) {
      known.put(keyOf(positional), positional);
    }
    NOT_IN_A_FILE.forEach(known::remove);
    for (String key : values.fieldNames()) {
      ArgSpec arg = known.get(key);
      if (arg == null) {
        throw new BadUsage(
            name + ": unknown key '" + key + "'; " + Nearest.hint(key, known.keySet()));
      }
      check(name, key, values.getValue(key), arg);
    }
    return new ConfFile(values);
  }

  /**
   * @param name the option and the file, for messages
   */
  private static JsonObject parse(String file, String name) {
    try {
      if (Json.decodeValue(Files.readString(Path.of(file))) instanceof JsonObject values) {
        return values;
      }
      throw new BadUsage(name + ": is not a JSON object");
    } catch (FileSystemException e) {
      throw new BadUsage(OPTION + " " + Failure.line(e)); // it names the file
    } catch (IOException | InvalidPathException e) {
      throw new BadUsage(name + ": cannot be read: " + Failure.line(e));
    } catch (DecodeException e) {
      throw new BadUsage(name + ": is not a JSON object: " + firstLine(e));
    }
  }

  /** Without the parser's own words about its source. */
  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage()).replaceAll(SOURCE, "$1");
    return message.lines().findFirst().orElse(message);
  }

  private static void check(String name, String key, Object value, ArgSpec arg) {
    boolean list = value instanceof JsonArray;
    if (list && !arg.isMultiValue()) {
      throw new BadUsage(name + ": '" + key + "' takes one value, not a list");
    }
    for (Object each : list ? ((JsonArray) value).getList() : List.of(String.valueOf(value))) {
      boolean plain = each instanceof String || each instanceof Number || each instanceof Boolean;
      if (!plain || value == null || value instanceof JsonObject) {
        throw new BadUsage(name + ": '" + key + "' must be text, a number or true");
      }
    }
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    Object value = values.getValue(keyOf(arg));
    if (value == null) {
      return null;
    }
    List<Object> all = new ArrayList<>();
    if (value instanceof JsonArray list) {
      list.forEach(all::add);
    } else {
      all.add(value);
    }
    return all.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String keyOf(ArgSpec arg) {
    if (arg instanceof OptionSpec option) {
      return option.longestName().replaceFirst("^-+", "");
    }
    return arg.isMultiValue() ? "mappings" : "port";
  }
}
