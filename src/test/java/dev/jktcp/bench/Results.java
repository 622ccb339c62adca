package dev.jktcp.bench;

import java.util.Map;

/** Results that nobody measured, for tests of other packages. */
public final class Results {
  private Results() {}

  public static Result of(BenchOptions options, Map<Figure, Double> figures) {
    Result result = new Result(options);
    figures.forEach(result::put);
    return result;
  }
}
