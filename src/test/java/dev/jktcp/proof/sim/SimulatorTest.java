package dev.jktcp.proof.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Figures;
import dev.jktcp.proof.progress.Progress;
import dev.jktcp.testkit.Asked;
import dev.jktcp.testkit.Docs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
  private static final long REPLAYED = 42;
  private static final int LEAST_SEEDS = 5; // that bring a kind about

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
    Progress progress = Progress.of("seeds", seeds);
    int flows = 0;
    int succeeded = 0;
    long packets = 0;
    long damaged = 0;
    long predicting = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      progress.done(seed - first);
      Simulator.Result result = Simulator.run(seed);
      tally.addAll(result.tally());
      flows += result.flows();
      succeeded += result.succeeded();
      packets += result.packets();
      damaged += result.damaged();
      predicting += result.predicted() > 0 ? 1 : 0;
      if (seed % SECOND_RUN_EVERY == 0) {
        assertEquals(result, Simulator.run(seed), "seed " + seed + " is not reproducible");
        assertEquals(
            result,
            Simulator.run(seed, Simulator.Cadence.EVERY_MS),
            "seed " + seed + ": a tick each millisecond changes what is sent");
        assertEquals(
            result.seen(),
            Simulator.runPlain(seed).seen(),
            "seed " + seed + ": the fast path changes what is sent");
        if (result.tally().of(Kind.TIGHT_MEMORY) == 0) { // what lies in a packet takes less of it
          assertEquals(
              result.seen(),
              Simulator.runCopying(seed).seen(),
              "seed " + seed + ": packets that are lent change what is sent");
        }
      }
    }
    Figures.note(
        "simulator: "
            + seeds
            + " seeds, "
            + flows
            + " connections, "
            + succeeded
            + " of them whole, "
            + packets
            + " packets, headers predicted in "
            + predicting
            + " seeds; drawn and come about, in how many seeds:\n"
            + tally);
    if (seeds >= SEEDS_FOR_ALL_KINDS) { // of a few seeds, none may be hard, or none easy
      // The worlds must stay hard, and most flows must still get through.
      assertTrue(damaged > flows, "only " + damaged + " packets lost or damaged");
      assertTrue(predicting > seeds * 4 / 10, "headers were predicted in " + predicting + " seeds");
      assertTrue(succeeded > flows * 55 / 100, succeeded + " of " + flows + " flows succeeded");
      assertEquals(
          Set.of(), tally.rarerThan(LEAST_SEEDS), "kinds that hardly a seed brought about");
    }
  }

  @Test
  void guide_saysHowManySeeds() {
    Docs.says(Docs.README, String.format(Locale.ROOT, "%,d simulated", SEEDS_FOR_ALL_KINDS));
    Docs.says(Docs.PROOF, String.format(Locale.ROOT, "|%,d on each `verify`", SEEDS_FOR_ALL_KINDS));
  }

  @Test
  void failingSeed_isNamedWithItsCommand_andLeavesAPcap() throws Exception {
    long seed = 1;
    AssertionError failure = null;
    for (; failure == null; seed += failure == null ? 1 : 0) {
      try {
        Simulator.run(seed, Simulator.Cadence.JUMP, Sabotage.SENDS_OTHER_BYTES);
      } catch (AssertionError e) {
        failure = e;
      }
    }
    String said = failure.getMessage();
    assertTrue(said.startsWith("seed " + seed + ", JUMP: on the wire: other bytes"), said);
    assertTrue(said.contains("mvn -q -B test -Dtest=SimulatorTest -Dseed=" + seed + "\n"), said);
    assertTrue(said.contains("pcap: target/sim/seed-" + seed + ".pcap "), said);
    assertTrue(packetsIn(Path.of("target/sim/seed-" + seed + ".pcap")) > 0);
  }

  @Test
  void replayedSeed_leavesAPcapOfItsPackets() throws Exception {
    Simulator.Result result = Simulator.replay(REPLAYED);
    Path pcap = Path.of("target/sim/seed-" + REPLAYED + ".pcap");
    assertTrue(packetsIn(pcap) >= result.packets(), "fewer than " + result.packets());
  }

  /** As Wireshark counts them: a header of 24 octets, then records of 16 and the packet. */
  private static long packetsIn(Path pcap) throws Exception {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap)).order(ByteOrder.LITTLE_ENDIAN);
    int magic = file.getInt(0);
    assertTrue(magic == 0xa1b2c3d4 || magic == 0xa1b23c4d, Integer.toHexString(magic));
    assertEquals(101, file.getInt(20)); // LINKTYPE_RAW: an IP header comes first
    long packets = 0;
    for (file.position(24); file.hasRemaining(); packets++) {
      file.getLong();
      int length = file.getInt();
      assertEquals(length, file.getInt()); // whole
      int version = file.get(file.position()) >> 4 & 15;
      assertTrue(version == 4 || version == 6, "IP version " + version);
      file.position(file.position() + length);
    }
    return packets;
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
