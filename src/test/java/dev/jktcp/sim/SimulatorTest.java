package dev.jktcp.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code -Dseeds=N} runs more seeds, {@code -Dfirst=F} from another one on, {@code -Dseed=X}
 * replays one and leaves a pcap under target/sim.
 */
class SimulatorTest {
  private static final int SECOND_RUN_EVERY = 20;
  private static final int SEEDS_FOR_ALL_KINDS = 2_000;

  @Test
  @Timeout(value = 12, unit = TimeUnit.HOURS) // -Dseeds may ask for any number
  void everySeed_keepsEveryPromise() {
    if (!System.getProperty("seed", "").isBlank()) {
      long one = Asked.number("seed", Long.MIN_VALUE, 0);
      Simulator.Result result = Simulator.replay(one);
      System.out.println("seed " + one + ", packets under target/sim: " + describe(result));
      return;
    }
    long seeds = Asked.number("seeds", 1, SEEDS_FOR_ALL_KINDS);
    long first = Asked.number("first", Long.MIN_VALUE, 1);
    Tally tally = new Tally();
    int flows = 0;
    int succeeded = 0;
    long packets = 0;
    long damaged = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      Simulator.Result result = Simulator.run(seed);
      tally.addAll(result.tally());
      flows += result.flows();
      succeeded += result.succeeded();
      packets += result.packets();
      damaged += result.damaged();
      if (seed % SECOND_RUN_EVERY == 0) {
        assertEquals(result, Simulator.run(seed), "seed " + seed + " is not reproducible");
        assertEquals(
            result,
            Simulator.run(seed, Simulator.Cadence.EVERY_MS),
            "seed " + seed + ": a tick each millisecond changes what is sent");
      }
    }
    System.out.println(
        "simulator: "
            + seeds
            + " seeds, "
            + flows
            + " connections, "
            + succeeded
            + " of them whole, "
            + packets
            + " packets; drawn and come about:\n"
            + tally);
    if (seeds >= SEEDS_FOR_ALL_KINDS) { // of a few seeds, none may be hard, or none easy
      // The worlds must stay hard, and most flows must still get through.
      assertTrue(damaged > flows, "only " + damaged + " packets lost or damaged");
      assertTrue(succeeded > flows * 55 / 100, succeeded + " of " + flows + " flows succeeded");
      assertEquals(Set.of(), tally.missing(), "kinds that no seed brought about");
    }
  }

  @Test
  void readme_saysHowManySeeds() throws Exception {
    String said = String.format(Locale.ROOT, "| %,d on each `verify` |", SEEDS_FOR_ALL_KINDS);
    assertTrue(Files.readString(Path.of("README.md")).contains(said), "README: " + said);
  }

  private static String describe(Simulator.Result result) {
    return result.mood()
        + " links, "
        + result.succeeded()
        + " of "
        + result.flows()
        + " connections whole, "
        + result.packets()
        + " packets\n"
        + result.tally();
  }
}
