package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.bench.page.Machine;
import dev.jktcp.testkit.Docs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts what {@code bench all --json} printed into the tables of the guide's page about performance:
 * its arguments are files of such lines, of one JDK each or of several.
 */
public final class PerformanceTable {
  private static final int[] JDKS = {17, 25};

  private static final String HEAD =
      """
      [%header,cols="4,2,2,6"]
      |===
      |what |JDK 17 |JDK 25 |command

      """;

  /** By text of the options, for each JDK. */
  private final Map<Integer, Map<String, Result>> results = new TreeMap<>();

  private final List<BenchOptions> points = Campaign.points(Builder.SECONDS);

  public static void main(String[] files) throws IOException {
    PerformanceTable table = new PerformanceTable();
    for (String file : files) {
      Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith("{"))
          .map(JsonObject::new)
          .forEach(table::add);
    }
    Files.writeString(Docs.PERFORMANCE, table.fill(Docs.read(Docs.PERFORMANCE), Machine.here()));
    System.out.println("filled in " + Docs.PERFORMANCE);
  }

  void add(JsonObject line) {
    Result result = Result.of(line);
    results
        .computeIfAbsent(line.getInteger("jdk"), jdk -> new HashMap<>())
        .put(result.options().text(), result);
  }

  /** The page with these figures instead of its own. */
  String fill(String page, Machine machine) {
    String filled = replace(page, "machine", machine.processor() + ", " + machine.system() + ".");
    filled = replace(filled, "kernel", rows(this::hasKernel, this::ofKernel));
    filled = replace(filled, "floor", rows(this::hasRatio, this::ratio));
    filled = replace(filled, "kept", rows(this::hasKept, this::kept));
    return replace(filled, "rates", rows(options -> true, this::rate));
  }

  private static String replace(String page, String block, String with) {
    String begin = "// " + block + "\n";
    String end = "// /" + block + "\n";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("the page has no block " + begin.trim());
    }
    return page.substring(0, from + begin.length())
        + with.stripTrailing()
        + "\n"
        + page.substring(to);
  }

  private interface Has {
    boolean figure(BenchOptions options);
  }

  private interface Cell {
    String of(Result result);
  }

  private String rows(Has has, Cell cell) {
    StringBuilder rows = new StringBuilder(HEAD);
    for (BenchOptions point : points) {
      if (has.figure(point)) {
        rows.append('|').append(name(point)).append(" |");
        for (int jdk : JDKS) {
          Result result = results.getOrDefault(jdk, Map.of()).get(point.text());
          rows.append(result == null ? "–" : cell.of(result)).append(" |");
        }
        rows.append('`').append(point.command()).append("`\n");
      }
    }
    return rows.append("|===").toString();
  }

  private boolean hasRatio(BenchOptions options) {
    return options.kind().isBulk() && options.kind().hasSlices() && options.isAlone();
  }

  private boolean hasKernel(BenchOptions options) {
    return Kind.BESIDE_KERNEL.contains(options.kind());
  }

  private boolean hasKept(BenchOptions options) {
    return !options.isAlone();
  }

  private String ratio(Result result) {
    return hundredths(result.get(Figure.RATIO));
  }

  private String ofKernel(Result result) {
    return hundredths(result.get(Figure.OF_KERNEL));
  }

  private String kept(Result result) {
    return hundredths(result.get(Figure.KEPT));
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("^0", "");
  }

  private String rate(Result result) {
    Kind kind = result.options().kind();
    if (kind == Kind.MEMORY) {
      return say("%.0f bytes", result.get(Figure.BYTES_PER_CONNECTION));
    }
    if (kind == Kind.LOOPS_RR) {
      return say("%.0f µs, ", result.get(Figure.PROCESS_MICROS))
          + say("%.1f wake-ups", result.get(Figure.WAKE_UPS));
    }
    if (kind.needsRoot()) {
      return say("%.0f Mbit/s: ", result.get(Figure.GBIT_PER_SEC) * 1000)
          + say("%.0f + ", result.get(Figure.USER_MICROS_PER_MB))
          + say("%.0f µs a MB", result.get(Figure.SYSTEM_MICROS_PER_MB));
    }
    return kind.isBulk()
        ? say("%.1f Gbit/s", result.get(Figure.GBIT_PER_SEC))
        : say("%.0f k/s", result.get(Figure.PER_SEC) / 1000);
  }

  private static String say(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String name(BenchOptions options) {
    List<String> parts = new ArrayList<>(List.of(name(options.kind())));
    if (options.mtu() != Builder.MTU || options.kind().isBulk()) {
      parts.add("MTU " + options.mtu());
    }
    if (options.ipv6() && options.kind() != Kind.CDTUNNEL) {
      parts.add("IPv6");
    }
    if (options.flows() > 1) {
      parts.add(options.flows() + " flows");
    }
    if (options.idle() > 0) {
      parts.add(options.idle() + " idle beside");
    }
    if (options.kind() == Kind.CONNECT && options.timeWait() > 0) {
      parts.add(options.timeWait() + " in TIME-WAIT");
    }
    if (options.portsTaken() > 0) {
      parts.add(options.portsTaken() + " % of ports taken");
    }
    if (options.tls()) {
      parts.add("TLS");
    }
    if (options.serverCloses()) {
      parts.add("server closes");
    }
    return String.join(", ", parts);
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case GOODPUT -> "core";
      case STREAM -> "adapters in hand";
      case BUS -> "through a handle";
      case SOCKET -> "over a Unix socket";
      case FORWARD -> "`forward` in front";
      case CDTUNNEL -> "through a CDTunnel";
      case TUN_OUT -> "TUN, to the kernel";
      case TUN_IN -> "TUN, from the kernel";
      case RR -> "round trips, core";
      case STREAM_RR -> "round trips, adapters in hand";
      case BUS_RR -> "round trips, through a handle";
      case LOOPS_RR -> "round trip, handle on another loop";
      case CONNECT -> "connect, byte, close";
      case HTTP_GET -> "small GETs, one at a time";
      case HTTP_GET_32 -> "small GETs, 32 at a time";
      case HTTP_LARGE -> "GETs of 1 MiB";
      case NET_RR -> "round trips, NetClient and NetServer";
      case LOOPS_HTTP_GET -> "small GETs, one at a time, across loops";
      case LOOPS_HTTP_GET_32 -> "small GETs, 32 at a time, across loops";
      case LOOPS_HTTP_LARGE -> "GETs of 1 MiB, across loops";
      case LOOPS_NET_RR -> "round trips, NetClient and NetServer, across loops";
      case MEMORY -> "idle end in the core";
      case FLOOR -> "floor";
    };
  }
}
