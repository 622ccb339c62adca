package dev.jktcp.bench.page;

import java.util.ArrayList;
import java.util.List;

/** Horizontal bars, each with its name before it and its value behind it. */
final class BarChart {
  private static final double WIDTH = 760;
  private static final double LEFT = 270; // names, of 36 characters at most
  private static final double RIGHT = 190; // values
  private static final double ROW = 30;
  private static final double BAR = 18;

  private final String name;
  private final List<Bar> bars = new ArrayList<>();

  private record Bar(String name, double value, String text) {}

  BarChart(String name) {
    this.name = name;
  }

  /**
   * @param text the value in text, and remarks on it
   */
  BarChart bar(String barName, double value, String text) {
    bars.add(new Bar(barName, value, text));
    return this;
  }

  boolean isEmpty() {
    return bars.isEmpty();
  }

  String toSvg() {
    double largest = bars.stream().mapToDouble(Bar::value).max().orElse(0);
    double height = ROW * bars.size() + 8;
    Markup svg = new Markup();
    svg.open("svg", "viewBox", "0 0 " + WIDTH + " " + height, "role", "img", "aria-label", name);
    double top = 4;
    for (Bar bar : bars) {
      double length = largest > 0 ? bar.value() / largest * (WIDTH - LEFT - RIGHT) : 0;
      double middle = top + ROW / 2;
      svg.say(bar.name(), "text", "class", "end word", "x", LEFT - 10, "y", middle + 4);
      svg.open(
          "rect",
          "class",
          "bar",
          "x",
          LEFT,
          "y",
          middle - BAR / 2,
          "width",
          Math.max(1.0, length),
          "height",
          BAR,
          "rx",
          3);
      svg.say(bar.name() + ": " + bar.text(), "title").close("rect");
      svg.say(bar.text(), "text", "class", "word", "x", LEFT + length + 8, "y", middle + 4);
      top += ROW;
    }
    return svg.close("svg").toString();
  }
}
