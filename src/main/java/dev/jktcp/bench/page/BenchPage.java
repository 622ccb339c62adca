package dev.jktcp.bench.page;

import static dev.jktcp.bench.Figure.BYTES_PER_CONNECTION;
import static dev.jktcp.bench.Figure.FLOOR_GBIT_PER_SEC;
import static dev.jktcp.bench.Figure.GARBAGE_BYTES;
import static dev.jktcp.bench.Figure.GBIT_PER_SEC;
import static dev.jktcp.bench.Figure.KEPT;
import static dev.jktcp.bench.Figure.PER_SEC;
import static dev.jktcp.bench.Figure.PROCESS_MICROS;
import static dev.jktcp.bench.Figure.RATIO;
import static dev.jktcp.bench.Figure.SYSTEM_MICROS_PER_MB;
import static dev.jktcp.bench.Figure.USER_MICROS_PER_MB;
import static dev.jktcp.bench.Figure.WAKE_UPS;

import dev.jktcp.bench.BenchOptions;
import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.bench.Figure;
import dev.jktcp.bench.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A self-contained page: curves, bars, and each figure with its command. */
public final class BenchPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --line: #dfe5eb; --back: #fff;
        --c0: #1668b8; --c1: #d1600c; --c2: #2a8a4a; --c3: #8b4bb5; --c4: #6b7785; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4eaf0; --soft: #9aa8b6; --line: #303b47;
        --back: #141a21; --c0: #5aa9f0; --c1: #f39a52; --c2: #62c584; --c3: #c08ee6; --c4: #9aa8b6; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back);
        max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.7rem; margin-bottom: .2rem; }
      h2 { font-size: 1.15rem; margin: 2.4rem 0 .2rem; }
      p { color: var(--soft); margin: .2rem 0 .8rem; }
      dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; margin: 1rem 0; }
      dt { color: var(--soft); } dd { margin: 0; }
      code { font: 13px/1.4 ui-monospace, monospace; }
      svg { width: 100%; height: auto; display: block; }
      svg text { font-size: 12px; fill: var(--soft); }
      svg .word { font-size: 13px; fill: var(--ink); }
      svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
      svg .name { font-size: 13px; font-weight: 600; }
      .grid { stroke: var(--line); }
      .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
      .dot { stroke: var(--back); stroke-width: 1.5; }
      .bar { fill: var(--c0); }
      .curve.c0 { stroke: var(--c0); } .dot.c0, svg .n0 { fill: var(--c0); }
      .curve.c1 { stroke: var(--c1); } .dot.c1, svg .n1 { fill: var(--c1); }
      .curve.c2 { stroke: var(--c2); } .dot.c2, svg .n2 { fill: var(--c2); }
      .curve.c3 { stroke: var(--c3); } .dot.c3, svg .n3 { fill: var(--c3); }
      .curve.c4 { stroke: var(--c4); stroke-dasharray: 6 4; } .dot.c4, svg .n4 { fill: var(--c4); }
      .table { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-size: 13px; }
      th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
        vertical-align: top; }
      th { color: var(--soft); font-weight: 600; } td.number { white-space: nowrap; }
      """;

  private final Machine machine;
  private final String command;
  private final List<Result> results;
  private final Map<BenchOptions, String> failures;

  /**
   * @param command that made the results
   * @param failures the measurements without a result, each with the reason in one line
   */
  public BenchPage(
      Machine machine, String command, List<Result> results, Map<BenchOptions, String> failures) {
    this.machine = machine;
    this.command = command;
    this.results = results;
    this.failures = failures;
  }

  public String toHtml() {
    Markup page = new Markup().add("<!DOCTYPE html>").open("html", "lang", "en").open("head");
    page.draw("meta", "charset", "utf-8");
    page.draw("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.say("jktcp bench", "title").open("style").add(STYLE).close("style").close("head");
    page.open("body").say("jktcp bench", "h1");
    page.say(
        "CPU time of the threads that do the work, both ends of a connection together, checksums "
            + "made and verified. Figures are 99th percentiles of slices: what an undisturbed core "
            + "gives. Only ratios of one run count.",
        "p");
    page.open("dl");
    entry(page, "Machine", machine.processor());
    entry(page, "System", machine.system());
    entry(page, "JDK", machine.jdk());
    page.say("Command", "dt").open("dd").say(command, "code").close("dd").close("dl");
    overMtu(page);
    overIdle(page);
    kinds(page);
    table(page);
    missing(page);
    return page.close("body").close("html").toString();
  }

  private static void entry(Markup page, String name, String value) {
    page.say(name, "dt").say(value, "dd");
  }

  private void overMtu(Markup page) {
    LineChart rates = new LineChart("MTU, bytes", "Gbit/s over MTU");
    LineChart ratios = new LineChart("MTU, bytes", "ratio to the floor over MTU");
    for (Kind kind : List.of(Kind.GOODPUT, Kind.STREAM, Kind.BUS)) {
      for (Result result : plain(kind)) {
        int mtu = result.options().mtu();
        rates.point(kind.text(), mtu, result.get(GBIT_PER_SEC));
        ratios.point(kind.text(), mtu, result.get(RATIO));
      }
    }
    section(
        page,
        "Ratio to the floor",
        "The floor does two copies and two checksums of each byte, "
            + "packet by packet, and nothing else.",
        ratios.isEmpty(),
        ratios::toSvg);
    for (Result result : plain(Kind.GOODPUT)) {
      rates.point("floor", result.options().mtu(), result.get(FLOOR_GBIT_PER_SEC));
    }
    section(
        page,
        "Bulk data over the MTU",
        "Gbit/s of payload: core to core, through adapters in " + "hand, and through a handle.",
        rates.isEmpty(),
        rates::toSvg);
  }

  /** Results of a kind that differ in the MTU only. */
  private List<Result> plain(Kind kind) {
    return select(kind, o -> o.equals(new Builder(kind).mtu(o.mtu()).seconds(o.seconds()).build()));
  }

  private List<Result> select(Kind kind, Predicate<BenchOptions> which) {
    return results.stream()
        .filter(result -> result.options().kind() == kind && which.test(result.options()))
        .toList();
  }

  private void overIdle(Markup page) {
    LineChart kept = new LineChart("idle connections beside", "rate kept with idle connections");
    for (Kind kind : List.of(Kind.GOODPUT, Kind.RR, Kind.CONNECT)) {
      for (Result result : select(kind, o -> o.idle() > 0)) {
        kept.point(kind.text(), result.options().idle(), result.get(KEPT));
      }
    }
    section(
        page,
        "Idle connections beside",
        "The part of the rate without them; both were " + "measured in turn.",
        kept.isEmpty(),
        kept::toSvg);
  }

  private void kinds(Markup page) {
    BarChart bulk = new BarChart("bulk data by kind");
    BarChart trips = new BarChart("round trips by kind");
    for (Result result : results) {
      BenchOptions options = result.options();
      boolean plain = options.text().equals(options.kind().text());
      if (plain && result.get(GBIT_PER_SEC) > 0) {
        bulk.bar(options.kind().text(), result.get(GBIT_PER_SEC), bulkText(result));
      } else if (plain && result.get(PER_SEC) > 0 && options.kind() != Kind.CONNECT) {
        trips.bar(options.kind().text(), result.get(PER_SEC), perSecText(result));
      }
    }
    section(
        page,
        "Bulk data by kind",
        "Gbit/s a second of CPU time at MTU 1500. Work in front "
            + "of an adapter and behind it is included.",
        bulk.isEmpty(),
        bulk::toSvg);
    section(
        page,
        "Round trips of one byte",
        "A second of CPU time; of loops-rr, both event loops " + "together.",
        trips.isEmpty(),
        trips::toSvg);
    BarChart connects = new BarChart("connections");
    for (Result result : select(Kind.CONNECT, o -> true)) {
      connects.bar(connectName(result.options()), result.get(PER_SEC), perSecText(result));
    }
    section(
        page,
        "Connect, one byte, close",
        "Connections a second of CPU time, both ends, with " + "what is beside them.",
        connects.isEmpty(),
        connects::toSvg);
  }

  private static String bulkText(Result result) {
    String text = LineChart.number(result.get(GBIT_PER_SEC));
    double ratio = result.get(RATIO);
    return ratio == 0 ? text : text + Markup.format(" (%.2f of the floor)", ratio);
  }

  private static String perSecText(Result result) {
    String text = LineChart.number(result.get(PER_SEC));
    double kept = result.get(KEPT);
    return kept == 0 ? text : text + Markup.format(" (%.2f kept)", kept);
  }

  private static String connectName(BenchOptions options) {
    List<String> parts = new ArrayList<>();
    if (options.idle() > 0) {
      parts.add(LineChart.number(options.idle()) + " idle");
    }
    if (options.portsTaken() > 0) {
      parts.add(options.portsTaken() + " % of ports taken");
    }
    if (options.timeWait() > 0) {
      parts.add(LineChart.number(options.timeWait()) + " in TIME-WAIT");
    }
    if (options.serverCloses()) {
      parts.add("server closes");
    }
    return parts.isEmpty() ? "nothing beside" : String.join(", ", parts);
  }

  private void table(Markup page) {
    page.say("All figures", "h2");
    page.say("A command begins with java -jar target/jktcp.jar.", "p");
    page.open("div", "class", "table").open("table").open("tr");
    for (String head : List.of("rate", "ratio", "median", "more", "command")) {
      page.say(head, "th");
    }
    page.close("tr");
    for (Result result : results) {
      page.open("tr");
      page.say(rate(result), "td", "class", "number");
      page.say(ratio(result), "td", "class", "number");
      page.say(median(result), "td", "class", "number");
      page.say(more(result), "td");
      page.open("td").say("bench " + result.options().text(), "code").close("td").close("tr");
    }
    page.close("table").close("div");
  }

  private static String rate(Result result) {
    if (result.get(BYTES_PER_CONNECTION) > 0) {
      return LineChart.number(result.get(BYTES_PER_CONNECTION)) + " bytes an end";
    }
    return result.get(GBIT_PER_SEC) > 0
        ? LineChart.number(result.get(GBIT_PER_SEC)) + " Gbit/s"
        : LineChart.number(result.get(PER_SEC)) + " a second";
  }

  private static String ratio(Result result) {
    List<String> parts = new ArrayList<>();
    part(parts, result, RATIO, "%.2f of the floor");
    part(parts, result, KEPT, "%.2f kept");
    return String.join(", ", parts);
  }

  private static String median(Result result) {
    double gbit = result.get(Figure.GBIT_PER_SEC_MEDIAN);
    double perSec = result.get(Figure.PER_SEC_MEDIAN);
    return gbit + perSec == 0 ? "" : LineChart.number(gbit + perSec); // one of them is 0
  }

  private static String more(Result result) {
    List<String> parts = new ArrayList<>();
    part(parts, result, PROCESS_MICROS, "%.1f µs of the process each");
    part(parts, result, WAKE_UPS, "%.1f wake-ups each");
    part(parts, result, USER_MICROS_PER_MB, "%.0f µs of user time a MB");
    part(parts, result, SYSTEM_MICROS_PER_MB, "%.0f µs of system time a MB");
    if (result.options().kind().hasSlices()) {
      parts.add(
          Markup.format("%.0f bytes of garbage a ", result.get(GARBAGE_BYTES)) + part(result));
    }
    return String.join(", ", parts);
  }

  private static String part(Result result) {
    if (result.get(GBIT_PER_SEC) > 0) {
      return "segment";
    }
    return result.options().kind() == Kind.CONNECT ? "connection" : "trip";
  }

  private static void part(List<String> parts, Result result, Figure figure, String format) {
    if (result.get(figure) > 0) {
      parts.add(Markup.format(format, result.get(figure)));
    }
  }

  private void missing(Markup page) {
    if (failures.isEmpty()) {
      return;
    }
    page.say("Without a figure", "h2").open("ul");
    failures.forEach(
        (options, why) ->
            page.open("li").say(options.command(), "code").say(": " + why, "span").close("li"));
    page.close("ul");
  }

  private static void section(
      Markup page, String title, String about, boolean empty, Supplier<String> picture) {
    if (!empty) {
      page.say(title, "h2").say(about, "p").add(picture.get());
    }
  }
}
