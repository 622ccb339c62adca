package dev.jktcp;

import dev.jktcp.impl.TuningJson;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.Docs;
import dev.jktcp.transport.CdTunnelDeviceOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The guide's tables of keys: names and defaults are those of the code, and a key's meaning is the
 * first paragraph of its Javadoc, at the setter (or getter) of an options class or at the field of
 * the verticle's configuration.
 */
final class OptionTables {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern JAVADOC =
      Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/", Pattern.DOTALL);

  /** Where the guide says more of a key. */
  private static final Map<String, String> MORE =
      Map.ofEntries(
          Map.entry("transport", "xref:transports.adoc[URIs]"),
          Map.entry("reconnect", "xref:transports.adoc#a-transport-that-comes-back[how]"),
          Map.entry("profile", "<<profiles,profiles>>"),
          Map.entry("congestion", "<<congestion,congestion control>>"),
          Map.entry("tuning", "<<tuning,tuning>>"),
          Map.entry("sendBuffer", "<<buffers,buffers>>"),
          Map.entry("maxBytesHeld", "<<memory,memory>>"),
          Map.entry("pathMtuProbing", "<<path-mtu,path MTU>>"),
          Map.entry("maxHalfOpen", "<<listeners-and-syn-floods,SYN floods>>"),
          Map.entry("metricsName", "xref:watching.adoc#metrics[metrics]"),
          Map.entry("fault", "xref:transports.adoc#faults[keys]"));

  private OptionTables() {}

  /** Of a deployed adapter. */
  static String verticle() {
    StringBuilder table = head("key");
    JsonObject defaults = new AdapterOptions().toJson();
    String config = source(AdapterVerticleConfig.class);
    String options = source(AdapterOptions.class);
    for (String key : AdapterVerticleConfig.keys()) {
      boolean ofAdapter = defaults.containsKey(key);
      Object standard = ofAdapter ? defaults.getValue(key) : verticleDefault(key);
      String meaning = ofAdapter ? ofProperty(options, key) : ofField(config, key);
      row(table, key, standard, MORE.containsKey(key) ? meaning + ": " + MORE.get(key) : meaning);
    }
    return table.append("|===\n").toString();
  }

  private static Object verticleDefault(String key) {
    AdapterVerticleConfig config =
        new AdapterVerticleConfig(
            new JsonObject()
                .put("toAdapter", "in")
                .put("fromAdapter", "out")
                .put("localAddresses", new JsonArray().add("10.0.0.1")));
    return switch (key) {
      case "name" -> config.name();
      case "plainBuffers" -> config.busOptions().isPlainBuffers();
      case "local" -> config.isLocal();
      case "rsdPort" -> new CdTunnelDeviceOptions().getRsdPort();
      default -> null;
    };
  }

  /** Of one connection. */
  static String tuning() {
    StringBuilder table = head("key of `tuning`");
    String builder = source(TcpTuning.class).split("class Builder", 2)[1];
    for (Map.Entry<String, Object> key : TuningJson.write(TcpTuning.DEFAULT)) {
      String method =
          key.getKey().equals("keepAliveMs") ? "keepAliveAfter" : property(key.getKey());
      row(table, key.getKey(), key.getValue(), before(builder, "public Builder " + method + "\\("));
    }
    return table.append("|===\n").toString();
  }

  /** Of classes that code makes, each with a heading. */
  static String classes(List<Class<?>> types) throws ReflectiveOperationException {
    StringBuilder tables = new StringBuilder();
    for (Class<?> type : types) {
      Object made = type.getConstructor().newInstance();
      JsonObject defaults = (JsonObject) type.getMethod("toJson").invoke(made);
      String source = source(type);
      tables.append("=== ").append(type.getSimpleName()).append('\n');
      Matcher about =
          Pattern.compile(
                  JAVADOC.pattern() + "\\s*(?:@\\w+\\s+)?public (?:final )?class", Pattern.DOTALL)
              .matcher(source);
      if (about.find()) tables.append(sentences(about.group(1))).append("\n\n");
      StringBuilder table = head("key");
      for (String key : keys(type)) {
        row(table, key, defaults.getValue(key), ofProperty(source, key));
      }
      tables.append(table).append("|===\n\n");
    }
    return tables.toString();
  }

  /** Those of its table, for a key without a default is not in the JSON of one. */
  private static Set<String> keys(Class<?> type) throws ReflectiveOperationException {
    Field table = type.getDeclaredField("JSON");
    table.setAccessible(true);
    return ((JsonKeys<?>) table.get(null)).names();
  }

  private static StringBuilder head(String key) {
    return new StringBuilder("[%header,cols=\"5,4,11\"]\n|===\n")
        .append('|')
        .append(key)
        .append(" |default |meaning\n\n");
  }

  private static void row(StringBuilder table, String key, Object standard, String meaning) {
    table.append("|`" + key + "` |" + text(standard) + " |" + meaning + "\n");
  }

  private static String text(Object standard) {
    if (standard == null) return "none";
    if (standard instanceof JsonObject) return "`{}`";
    if (standard instanceof JsonArray array) return "`" + array.encode() + "`";
    return standard instanceof String ? "`\"" + standard + "\"`" : "`" + standard + "`";
  }

  // --- meanings

  private static String source(Class<?> type) {
    return Docs.read(SOURCES.resolve(type.getName().replace('.', '/') + ".java"));
  }

  /** A time is a {@code Duration} in Java and has its unit in its key. */
  private static String property(String key) {
    return key.endsWith("Ms") ? key.substring(0, key.length() - 2) : key;
  }

  private static String ofProperty(String source, String key) {
    String property = property(key);
    String name = Character.toUpperCase(property.charAt(0)) + property.substring(1);
    String atSetter = before(source, "public \\w+ set" + name + "\\(");
    return atSetter != null
        ? atSetter
        : before(source, "public [\\w<>., ]+ (?:get|is)" + name + "\\(");
  }

  private static String ofField(String source, String key) {
    return before(source, "private (?!static)[\\w<>]+ " + key + "(?: =|;)");
  }

  /** The first paragraph of what stands right before a declaration, or null. */
  private static String before(String source, String declaration) {
    Matcher documented =
        Pattern.compile(JAVADOC.pattern() + "\\s*" + declaration, Pattern.DOTALL).matcher(source);
    return documented.find() ? asciidoc(documented.group(1)) : null;
  }

  /** As a cell of a table: begins small, and has no full stop at its end. */
  static String asciidoc(String javadoc) {
    String text = sentences(javadoc);
    boolean word = text.length() > 1 && !Character.isUpperCase(text.charAt(1));
    String lower = word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
    return lower.replaceAll("\\.$", "");
  }

  private static String sentences(String javadoc) {
    String first =
        javadoc
            .replaceAll("\n\\s*\\* ?", "\n")
            .strip()
            .replaceFirst("^@param \\w+ ", "")
            .split("\n\\s*(?:\n|<p>|@)", 2)[0]
            .replaceAll("\\s+", " ");
    String text =
        Pattern.compile("\\{@code ((?:[^{}]|\\{[^{}]*(?:\\{[^{}]*}[^{}]*)*})*)}")
            .matcher(first)
            .replaceAll(code -> Matcher.quoteReplacement("`" + code.group(1) + "`"));
    text =
        Pattern.compile("\\{@link ([^\\s}]+)(?: ([^}]*))?}")
            .matcher(text)
            .replaceAll(link -> Matcher.quoteReplacement(linked(link)));
    return text;
  }

  private static String linked(MatchResult link) {
    if (link.group(2) != null) return link.group(2);
    String name = link.group(1).replaceAll("\\([^)]*\\)|(?:[a-z]+\\.)+(?=[A-Z])", "");
    Matcher setter = Pattern.compile("#(?:set|get|is)(\\w)(\\w*)").matcher(name);
    if (setter.matches()) return "`" + setter.group(1).toLowerCase() + setter.group(2) + "`";
    return "`" + name.replaceAll("^#", "").replace('#', '.') + "`";
  }
}
