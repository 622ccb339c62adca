package dev.jktcp.bench.page;

import java.util.ArrayList;
import java.util.List;

/** The position of a value on an axis. */
final class Scale {
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};
  private static final int MOST_TICKS = 6;

  private final boolean logarithmic;
  private final double first;
  private final double last;
  private final double from;
  private final double to;

  private Scale(boolean logarithmic, double first, double last, double from, double to) {
    this.logarithmic = logarithmic;
    this.first = first;
    this.last = last;
    this.from = from;
    this.to = to;
  }

  /** From 0 to a round number that is no less than the largest value. */
  static Scale linear(double largest, double from, double to) {
    double step = step(largest);
    return new Scale(false, 0, step * Math.max(1, Math.ceil(largest / step - 1e-9)), from, to);
  }

  static Scale logarithmic(double least, double largest, double from, double to) {
    return new Scale(true, Math.log(least), Math.log(largest), from, to);
  }

  double at(double value) {
    double place = logarithmic ? Math.log(value) : value;
    return first == last ? (from + to) / 2 : from + (place - first) / (last - first) * (to - from);
  }

  /** Round numbers along a linear axis, its ends included. */
  List<Double> ticks() {
    double step = step(last);
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= last * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A step of 1, 2, 2.5 or 5 times a power of ten, at most six of them. */
  private static double step(double largest) {
    if (largest <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(largest / MOST_TICKS)));
    for (double step : STEPS) {
      if (largest / (step * power) <= MOST_TICKS + 1e-9) {
        return step * power;
      }
    }
    return 10 * power;
  }
}
