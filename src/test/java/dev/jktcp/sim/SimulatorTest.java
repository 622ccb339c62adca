package dev.jktcp.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code -Dseeds=N} runs more seeds, {@code -Dseed=X} replays one and leaves a pcap under
 * target/sim.
 */
class SimulatorTest {
  private static final int SECOND_RUN_EVERY = 20;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // -Dseeds may ask for any number
  void everySeed_keepsEveryPromise() {
    String one = System.getProperty("seed", "");
    if (!one.isBlank()) {
      Simulator.replay(Long.parseLong(one.strip()));
      return;
    }
    int seeds = Integer.getInteger("seeds", 2_000);
    int flows = 0;
    int succeeded = 0;
    long damaged = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      Simulator.Result result = Simulator.run(seed);
      flows += result.flows();
      succeeded += result.succeeded();
      damaged += result.damaged();
      if (seed % SECOND_RUN_EVERY == 0) {
        assertEquals(result, Simulator.run(seed), "seed " + seed + " is not reproducible");
        assertEquals(
            result,
            Simulator.run(seed, Simulator.Cadence.EVERY_MS),
            "seed " + seed + ": a tick each millisecond changes what is sent");
      }
    }
    // The worlds must stay hard, and most flows must still get through.
    assertTrue(damaged > flows, "only " + damaged + " packets lost or damaged");
    assertTrue(succeeded > flows * 6 / 10, succeeded + " of " + flows + " flows succeeded");
  }
}
