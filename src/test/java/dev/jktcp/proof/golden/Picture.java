package dev.jktcp.proof.golden;

import java.util.List;
import java.util.Locale;

/** A trace as SVG: cwnd and ssthresh over time. */
final class Picture {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 300;
  private static final int LEFT = 46;
  private static final int TOP = 34;
  private static final int PLOT_WIDTH = WIDTH - LEFT - 14;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - 36;

  private final Trace trace;
  private final double toMs;
  private final double most;
  private final StringBuilder out = new StringBuilder();

  private Picture(Trace trace) {
    this.trace = trace;
    double end = trace.rows.get(trace.rows.size() - 1).atMs();
    toMs = Math.ceil(end / 500) * 500;
    double highest = trace.points.stream().mapToDouble(Trace.Point::cwnd).max().orElse(1);
    most = Math.ceil(highest / 20) * 20;
  }

  static String of(Trace trace, String title) {
    return new Picture(trace).draw(title);
  }

  private String draw(String title) {
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH, HEIGHT);
    line("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
    line("<text x=\"%d\" y=\"18\" font-size=\"14\">%s</text>", LEFT, title);
    for (int y = 0; y <= most; y += 20) {
      line(
          "<path d=\"M%d %.1fh%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%d</text>",
          LEFT, y(y), PLOT_WIDTH, LEFT - 6, y(y) + 4, y);
    }
    for (int ms = 0; ms <= toMs; ms += 500) {
      line(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f s</text>",
          x(ms), HEIGHT - 18, ms / 1_000.0);
    }
    steps("#c60", "stroke-dasharray=\"5 4\"", true);
    steps("#06c", "stroke-width=\"1.6\"", false);
    for (Trace.Row row : trace.rows) {
      if (row.is("fast retransmit") || row.is("timeout")) {
        line(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#c00\"><title>%s</title></circle>",
            x(row.atMs()), y(row.cwnd()), row.event());
      }
    }
    line(
        "<text x=\"%d\" y=\"%d\" fill=\"#06c\">cwnd, segments</text><text x=\"%d\" y=\"%d\""
            + " fill=\"#c60\">ssthresh</text><text x=\"%d\" y=\"%d\" fill=\"#c00\">fast"
            + " retransmit</text>",
        LEFT, HEIGHT - 3, LEFT + 110, HEIGHT - 3, LEFT + 180, HEIGHT - 3);
    line("</svg>");
    return out.toString();
  }

  private void steps(String colour, String style, boolean ssthresh) {
    StringBuilder path = new StringBuilder();
    List<Trace.Point> points = trace.points;
    for (Trace.Point point : points) {
      double value = ssthresh ? point.ssthresh() : point.cwnd();
      if (value == Double.POSITIVE_INFINITY || point.cwnd() == 0) {
        continue;
      }
      String first = path.isEmpty() ? "M%.1f %.1f" : "H%.1fV%.1f";
      path.append(String.format(Locale.ROOT, first, x(point.atMs()), y(value)));
    }
    double end = trace.rows.get(trace.rows.size() - 1).atMs();
    line("<path d=\"%sH%.1f\" fill=\"none\" stroke=\"%s\" %s/>", path, x(end), colour, style);
  }

  private double x(double ms) {
    return LEFT + ms / toMs * PLOT_WIDTH;
  }

  private double y(double segments) {
    return TOP + PLOT_HEIGHT - segments / most * PLOT_HEIGHT;
  }

  private void line(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
