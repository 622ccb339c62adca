package dev.jktcp.proof.fuzz;

import dev.jktcp.proof.model.compare.Walk;

/**
 * Core and model, walked together by the input: a situation, then a step of it for every few bytes.
 */
public final class ModelFuzz {
  private static final int STEPS = 40;

  private ModelFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      walk(data, false);
    } catch (AssertionError e) {
      walk(data, true); // fails once more, and tells how it came to that
      throw e;
    }
  }

  private static void walk(byte[] data, boolean tell) {
    Draws draws = new Draws(data);
    Walk walk = new Walk(draws::below, "", tell);
    for (int step = 0; step < STEPS && draws.hasMore() && walk.step(); step++) {}
    walk.end();
  }
}
