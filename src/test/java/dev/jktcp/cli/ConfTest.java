package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What lies in conf/ is what commands and adapters read. */
class ConfTest {
  private static final Path CONF = Path.of("conf");

  @ParameterizedTest
  @ValueSource(strings = {"connect", "listen", "forward", "expose", "socks"})
  void fileOfACommand_isAWholeCommandLine(String name) {
    CommandLine line = Main.commandLine(Console.system());
    CommandLine command = line.getSubcommands().get(name);
    String file = CONF.resolve(name + ".json").toString();
    command.setDefaultValueProvider(ConfFile.read(file, command.getCommandSpec()));
    line.parseArgs(name);
    command.getCommandSpec().mixins().values().stream()
        .map(mixin -> mixin.userObject())
        .filter(CommonOptions.class::isInstance)
        .map(CommonOptions.class::cast)
        .forEach(CommonOptions::check);
  }

  @Test
  void fileOfAnAdapter_isAdapterOptions() throws IOException {
    JsonObject json = new JsonObject(Files.readString(CONF.resolve("adapter.json")));
    AdapterOptions options = new AdapterOptions(json);
    assertTrue(options.getLocalAddresses().contains("fd66::2"));
    assertEquals(json, subset(options.toJson(), json));
  }

  private static JsonObject subset(JsonObject all, JsonObject keys) {
    JsonObject some = new JsonObject();
    keys.fieldNames().forEach(key -> some.put(key, all.getValue(key)));
    return some;
  }

  /** Those of verticles by AdapterVerticleConfigTest, which reads whatever is there. */
  @Test
  void everyOtherFile_isCheckedHere() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      assertEquals(
          "[adapter.json, connect.json, expose.json, forward.json, listen.json, socks.json]",
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("verticle"))
              .collect(Collectors.toCollection(TreeSet::new))
              .toString());
    }
  }
}
