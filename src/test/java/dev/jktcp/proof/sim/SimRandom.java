package dev.jktcp.proof.sim;

/** SplitMix64: the same draws from the same seed on every JDK. */
public final class SimRandom {
  private long state;

  public SimRandom(long seed) {
    state = seed;
  }

  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** 0 … bound - 1. */
  public int below(int bound) {
    return (int) ((nextLong() >>> 33) % bound);
  }

  /** Both ends included. */
  public long between(long from, long to) {
    return from + Long.remainderUnsigned(nextLong(), to - from + 1);
  }

  public boolean chance(double probability) {
    return (nextLong() >>> 11) * 0x1.0p-53 < probability;
  }

  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return values[below(values.length)];
  }

  /** An independent stream, so that one part's draws do not shift another's. */
  public SimRandom fork() {
    return new SimRandom(nextLong());
  }
}
