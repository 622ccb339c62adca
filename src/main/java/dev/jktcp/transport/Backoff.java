package dev.jktcp.transport;

import java.util.function.DoubleSupplier;

/** How long to wait before the next attempt, and whether there is one. */
final class Backoff {
  /** After so many doublings 1 ms is more than an hour, the longest wait that is allowed. */
  private static final int MOST_DOUBLINGS = 22;

  private final ReconnectOptions options;
  private final DoubleSupplier random; // from 0 to 1
  private int failed; // attempts in a row

  Backoff(ReconnectOptions options, DoubleSupplier random) {
    this.options = options;
    this.random = random;
  }

  void onFailure() {
    failed++;
  }

  void onSuccess() {
    failed = 0;
  }

  int failed() {
    return failed;
  }

  boolean isOver() {
    return options.getAttempts() > 0 && failed >= options.getAttempts();
  }

  /** 0: at once. */
  long delayMs() {
    if (failed == 0) {
      return 0;
    }
    int doublings = Math.min(failed - 1, MOST_DOUBLINGS);
    long most =
        Math.min(options.getLargest().toMillis(), options.getFirst().toMillis() << doublings);
    return Math.max(1, Math.round(most * (1 - options.getJitter() * random.getAsDouble())));
  }
}
