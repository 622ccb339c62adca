package dev.jktcp.bench.page;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Curves over a logarithmic axis, named where they end. */
final class LineChart {
  private static final double WIDTH = 760;
  private static final double HEIGHT = 340;
  private static final double LEFT = 56;
  private static final double RIGHT = 150; // names of the curves
  private static final double TOP = 16;
  private static final double BOTTOM = 48;
  private static final double NAME_HEIGHT = 17;

  private final String xName;
  private final String yName;
  private final Map<String, TreeMap<Double, Double>> curves = new LinkedHashMap<>();

  private record Name(String text, int curve, double y) {}

  LineChart(String xName, String yName) {
    this.xName = xName;
    this.yName = yName;
  }

  /** A point; the curve begins with its first one. */
  LineChart point(String curve, double x, double y) {
    curves.computeIfAbsent(curve, name -> new TreeMap<>()).put(x, y);
    return this;
  }

  boolean isEmpty() {
    return curves.isEmpty();
  }

  String toSvg() {
    TreeSet<Double> xs = new TreeSet<>();
    curves.values().forEach(curve -> xs.addAll(curve.keySet()));
    double largest =
        curves.values().stream().flatMap(c -> c.values().stream()).max(Double::compare).orElse(0.0);
    Scale x = Scale.logarithmic(xs.first(), xs.last(), LEFT, WIDTH - RIGHT);
    Scale y = Scale.linear(largest, HEIGHT - BOTTOM, TOP);
    Markup svg = new Markup();
    svg.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", yName);
    axes(svg, x, y, xs);
    int number = 0;
    for (Map.Entry<String, TreeMap<Double, Double>> curve : curves.entrySet()) {
      draw(svg, x, y, curve.getKey(), curve.getValue(), number++);
    }
    names(y).forEach(name -> name(svg, name));
    return svg.close("svg").toString();
  }

  private void axes(Markup svg, Scale x, Scale y, TreeSet<Double> xs) {
    for (double tick : y.ticks()) {
      double at = y.at(tick);
      svg.draw("line", "class", "grid", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", at, "y2", at);
      svg.say(number(tick), "text", "class", "end", "x", LEFT - 8, "y", at + 4);
    }
    double before = Double.NEGATIVE_INFINITY;
    for (double tick : xs) {
      double at = x.at(tick);
      if (at - before > 30) { // so that labels do not overlap
        svg.say(number(tick), "text", "class", "middle", "x", at, "y", HEIGHT - BOTTOM + 18);
        before = at;
      }
    }
    double middle = (LEFT + WIDTH - RIGHT) / 2;
    svg.say(xName, "text", "class", "middle axis", "x", middle, "y", HEIGHT - 8);
  }

  private static void draw(
      Markup svg, Scale x, Scale y, String name, TreeMap<Double, Double> curve, int number) {
    StringBuilder path = new StringBuilder();
    curve.forEach(
        (at, value) ->
            path.append(path.length() == 0 ? "M" : " L")
                .append(Markup.format("%.1f %.1f", x.at(at), y.at(value))));
    svg.draw("path", "class", "curve c" + number, "d", path);
    curve.forEach(
        (at, value) -> {
          svg.open("circle", "class", "dot c" + number, "cx", x.at(at), "cy", y.at(value), "r", 4);
          svg.say(name + " at " + number(at) + ": " + number(value), "title");
          svg.close("circle");
        });
  }

  /**
   * Labels stand beside the last points. If two would overlap, one moves down, and if there is no
   * room, up.
   */
  private List<Name> names(Scale y) {
    List<Name> names = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, TreeMap<Double, Double>> curve : curves.entrySet()) {
      names.add(new Name(curve.getKey(), number++, y.at(curve.getValue().lastEntry().getValue())));
    }
    names.sort(Comparator.comparingDouble(Name::y));
    double above = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < names.size(); i++) {
      above = Math.max(names.get(i).y(), above + NAME_HEIGHT);
      names.set(i, at(names.get(i), above));
    }
    double below = HEIGHT - BOTTOM + NAME_HEIGHT;
    for (int i = names.size() - 1; i >= 0; i--) {
      below = Math.min(names.get(i).y(), below - NAME_HEIGHT);
      names.set(i, at(names.get(i), below));
    }
    return names;
  }

  private static Name at(Name name, double y) {
    return new Name(name.text(), name.curve(), y);
  }

  private static void name(Markup svg, Name name) {
    double x = WIDTH - RIGHT + 12;
    svg.say(name.text(), "text", "class", "name n" + name.curve(), "x", x, "y", name.y() + 4);
  }

  /** A number with as many digits as a reader can see. */
  static String number(double value) {
    if (value >= 10_000) {
      return Markup.format("%,.0f", value).replace(',', '\u2009'); // a thin space
    }
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return BigDecimal.valueOf(value)
        .setScale(decimals, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
