package dev.jktcp.cli;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whether event loops have stood still since the JVM ran out of memory. An OutOfMemoryError may
 * surface on any thread, kill an event loop, or be swallowed by the code that happened to allocate;
 * so there are three signs of it: errors that are reported, beats for which each loop must find
 * room, and an attempt of the watcher's own once a loop stands still. A loop that stands still
 * while there is memory is only blocked, which this class ignores.
 *
 * <p>A heap that is full to the last bytes may go on for minutes without any error: each collection
 * finds the few bytes that the next allocation needs. So a process that has done little but collect
 * for {@value #COLLECTING_PATIENCE_S} seconds also counts as out of memory.
 *
 * <p>{@link #look} allocates nothing, until a loop has stood still for {@value #PATIENCE} looks.
 */
final class MemoryPulse {
  /** Looks without a beat, one a second: more than any collection of a heap of our size takes. */
  static final int PATIENCE = 10;

  /** Seconds of shortage after which a heap of our size has lost its clients, and so recovers. */
  static final int COLLECTING_PATIENCE_S = 20;

  /**
   * A part of the time since the last look. The remaining time serves at most a twentieth of the
   * load.
   */
  private static final double COLLECTING_SHARE = .95;

  /** The room a beat needs: too much for what threads keep in reserve, little for a sound heap. */
  private static final int BEAT_BYTES = 64 * 1024;

  private final AtomicIntegerArray beats; // by the loops
  private volatile boolean struck; // any thread; an error not yet looked at
  private volatile byte[] room; // or the compiler would leave it out

  // The watcher's thread only.
  private final int[] seen;
  private final int[] still;
  private int sinceError = Integer.MAX_VALUE;
  private long lookedMs;
  private long collectedMs;
  private long collectingMs; // for so long, without a pause

  MemoryPulse(int loops) {
    beats = new AtomicIntegerArray(loops);
    seen = new int[loops];
    still = new int[loops];
  }

  /** Reports an error. One that has nothing to do with memory is ignored. Any thread. */
  void onError(Throwable error) {
    int depth = 0;
    for (Throwable e = error; e != null && depth < 16; e = e.getCause(), depth++) {
      if (e instanceof OutOfMemoryError) {
        struck = true;
      }
    }
  }

  /** Called on that loop, once a second. */
  void beat(int loop) {
    if (hasRoom()) {
      beats.lazySet(loop, beats.get(loop) + 1);
    }
  }

  private boolean hasRoom() {
    try {
      room = new byte[BEAT_BYTES];
      room = null;
      return true;
    } catch (OutOfMemoryError e) {
      struck = true;
      return false;
    }
  }

  /**
   * Called once a second, on the watcher's thread.
   *
   * @param nowMs of a clock that never goes back
   * @param collectedMs the time all collections have taken since the start of the process
   * @return whether memory is out: a loop has not moved since, or nothing moves but the collector
   */
  boolean look(long nowMs, long collectedMs) {
    return onlyCollects(nowMs, collectedMs) | loopsStandStill();
  }

  private boolean onlyCollects(long nowMs, long collectedMs) {
    long passed = nowMs - lookedMs;
    boolean only = collectedMs - this.collectedMs >= COLLECTING_SHARE * passed;
    collectingMs = only ? collectingMs + passed : 0;
    lookedMs = nowMs;
    this.collectedMs = collectedMs;
    return collectingMs >= COLLECTING_PATIENCE_S * 1_000L;
  }

  private boolean loopsStandStill() {
    if (struck) {
      struck = false;
      sinceError = 0;
    } else if (sinceError < Integer.MAX_VALUE) {
      sinceError++;
    }
    boolean over = false;
    for (int i = 0; i < still.length; i++) {
      over |= standsStill(i);
    }
    return over;
  }

  private boolean standsStill(int loop) {
    int now = beats.get(loop);
    still[loop] = now == seen[loop] ? still[loop] + 1 : 0;
    seen[loop] = now;
    if (still[loop] < PATIENCE) {
      return false;
    }
    boolean sinceItsLastBeat = sinceError <= still[loop] + 1;
    return sinceItsLastBeat || !hasRoom();
  }
}
