package dev.jktcp.time;

/** A task that waits for its time. */
public interface Timer {
  /** Cancels the task; no effect if it ran and will not run again. */
  void cancel();
}
