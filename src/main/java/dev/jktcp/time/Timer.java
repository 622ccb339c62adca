package dev.jktcp.time;

/** A task that waits for its time. */
public interface Timer {
  /** Has no effect on a task that ran, and will not run again. */
  void cancel();
}
