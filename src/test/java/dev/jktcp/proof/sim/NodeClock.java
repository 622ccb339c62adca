package dev.jktcp.proof.sim;

/** A node's own clock: the simulator's with a skew that may change, read rightly or not. */
final class NodeClock {
  private static final long WRONG_BY = 100; // times, when sabotaged

  private final Simulator sim;
  private long startNs;
  private long skewNs;
  private long latestNs;
  private long steadyNs;

  NodeClock(Simulator sim) {
    this.sim = sim;
    startNs = sim.nowNs();
    latestNs = startNs;
  }

  /** It begins a little earlier, so that nodes' milliseconds differ. */
  void startUp(long earlierNs) {
    skewNs = -earlierNs;
    startNs = properNow();
    latestNs = startNs;
    steadyNs = startNs;
  }

  void skew(long byNs) {
    skewNs += byNs;
  }

  /** What a shell is to tell its stack, which takes a step back for standing still. */
  long properNs() {
    latestNs = Math.max(latestNs, properNow());
    return latestNs;
  }

  private long properNow() {
    return sim.nowNs() + skewNs;
  }

  /** What it does tell. */
  long toldNs() {
    long sinceNs = properNow() - startNs;
    return startNs
        + switch (sim.sabotage) {
          case SLOW_CLOCK -> sinceNs / WRONG_BY;
          case FAST_CLOCK -> sinceNs * WRONG_BY;
          default -> sinceNs;
        };
  }

  /** The same for connections, whose clock does not run backwards. */
  long steadyNs() {
    steadyNs = Math.max(steadyNs, toldNs());
    return steadyNs;
  }

  /** When, for the simulator, the stack is to be told this. */
  long simNs(long toldNs) {
    long sinceNs = toldNs - startNs;
    long properNs =
        switch (sim.sabotage) {
          case SLOW_CLOCK -> sinceNs * WRONG_BY;
          case FAST_CLOCK -> (sinceNs + WRONG_BY - 1) / WRONG_BY;
          default -> sinceNs;
        };
    return startNs + properNs - skewNs;
  }
}
