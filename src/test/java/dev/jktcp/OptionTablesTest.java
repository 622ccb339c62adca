package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jktcp.testkit.Asked;
import dev.jktcp.testkit.Docs;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import dev.jktcp.transport.CdTunnelOptions;
import dev.jktcp.transport.PipeTransportOptions;
import dev.jktcp.transport.ReconnectOptions;
import dev.jktcp.transport.SocketTransportOptions;
import dev.jktcp.transport.StreamTransportOptions;
import dev.jktcp.transport.TunOptions;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.codegen.annotations.DataObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guide's tables of keys are {@link OptionTables}; {@code -Ddocs=write} puts them there. */
class OptionTablesTest {
  private static final String MEND = "To mend: mvn -q -B test -Dtest=OptionTablesTest -Ddocs=write";

  /** In the order in which a user meets them. */
  private static final List<Class<?>> CLASSES =
      List.of(
          TcpConnectOptions.class,
          TcpListenOptions.class,
          HandleOptions.class,
          ProxyServerOptions.class,
          ReconnectOptions.class,
          StreamTransportOptions.class,
          SocketTransportOptions.class,
          UriTransportOptions.class,
          TunOptions.class,
          CdTunnelOptions.class,
          CdTunnelDeviceOptions.class,
          PipeTransportOptions.class,
          BusOptions.class);

  private static final Pattern TABLE =
      Pattern.compile("(?s)(?<=// keys (\\w{1,20})\n).*?(?=// /keys)");

  @Test
  void guide_hasTheKeysOfTheCode() throws Exception {
    Map<String, String> tables =
        Map.of(
            "verticle", OptionTables.verticle(),
            "tuning", OptionTables.tuning(),
            "classes", OptionTables.classes(CLASSES));
    String page = Docs.read(Docs.CONFIGURATION);
    Matcher places = TABLE.matcher(page);
    assertEquals(tables.size(), places.results().count(), "tables in " + Docs.CONFIGURATION);
    String now = places.replaceAll(place -> Matcher.quoteReplacement(tables.get(place.group(1))));
    assertFalse(now.contains("|null"), "a key without Javadoc: " + undocumented(now));
    if (Asked.word("docs", "write").equals("write")) {
      Files.writeString(Docs.CONFIGURATION, now);
    } else {
      assertEquals(now, page, MEND);
    }
  }

  private static String undocumented(String page) {
    return page.lines().filter(row -> row.contains("|null")).collect(Collectors.joining("\n"));
  }

  /** A class that is not in the list has no table. */
  @Test
  void everyOptionsClass_isThere() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/jktcp"))) {
      assertEquals(
          new TreeSet<>(
              files
                  .filter(file -> file.toString().endsWith("Options.java"))
                  .filter(
                      file -> Docs.read(file).contains("\n@" + DataObject.class.getSimpleName()))
                  .map(file -> file.getFileName().toString().replace(".java", ""))
                  .filter(name -> !name.equals("AdapterOptions")) // is the verticle's table
                  .toList()),
          new TreeSet<>(CLASSES.stream().map(Class::getSimpleName).toList()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The {@code x}, {@link #setMtuMs}.| the `x`, `mtuMs`",
        "IP {@code {\"a\": {}}} of {@link Adapter#connect(int)}.| IP `{\"a\": {}}` of"
            + " `Adapter.connect`",
        "See {@link Adapter its page}. More.| see its page. More"
      })
  void javadoc_becomesAsciidoc(String javadoc, String asciidoc) {
    assertEquals(asciidoc, OptionTables.asciidoc("\n   * " + javadoc + "\n   *\n   * <p>Rest"));
  }
}
