package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.FaultCounts;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import io.vertx.core.Promise;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our TCP and the Linux kernel's, joined by a link that treats both badly. */
@Timeout(300)
class KernelUnderLossIT {
  private static final int MIB = 1024 * 1024;
  private static final String FAULTS =
      "loss=0.01,reorder=0.01,duplicate=0.01,corrupt=0.001,delay=1ms,seed=7";

  private KernelLab lab;
  private FaultyTransport faulty;

  @BeforeEach
  void open() throws Exception {
    FaultSpec spec = FaultSpec.parse(FAULTS);
    lab =
        through(
            KernelLab.onTun(
                new AdapterOptions(),
                (vertx, tun) -> faulty = new FaultyTransport(tun, spec, Clock.of(vertx))));
  }

  /** How our ends are used. */
  KernelLab through(KernelLab inHand) {
    return inHand;
  }

  @AfterEach
  void close() throws Exception {
    if (lab != null) lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void asClient_moves16MiBEachWay(Family family) {
    Link link = await(lab.connect(family, Role.CLIENT));
    new Transfer("tun " + family + " " + FAULTS, link).oneWayThenTheOther(16 * MIB).end();
    assertHarmed();
  }

  @ParameterizedTest
  @EnumSource
  void asServer_moves16MiBEachWayAtOnce(Family family) {
    Link link = await(lab.connect(family, Role.SERVER));
    new Transfer("tun " + family + " " + FAULTS, link).bothWays(16 * MIB).end();
    assertHarmed();
  }

  private void assertHarmed() {
    lab.awaitIdle();
    assertHarmed(counts(FaultyTransport::outbound));
    assertHarmed(counts(FaultyTransport::inbound));
    // Not one damaged packet was believed: the bytes were right, and these were seen to be wrong.
    long seenAsBad =
        lab.stats().counters().entrySet().stream()
            .filter(e -> e.getKey().startsWith("dropped"))
            .mapToLong(e -> e.getValue())
            .sum();
    assertTrue(seenAsBad > 0, "no damaged packet was noticed");
  }

  private static void assertHarmed(FaultCounts counts) {
    assertTrue(counts.lost() > 50, counts.toString());
    assertTrue(counts.duplicated() > 50, counts.toString());
    assertTrue(counts.reordered() > 50, counts.toString());
    assertTrue(counts.corrupted() > 0, counts.toString());
    assertEquals(0, counts.overflowed(), counts.toString());
  }

  private FaultCounts counts(Function<FaultyTransport, FaultCounts> direction) {
    Promise<FaultCounts> counts = Promise.promise();
    lab.context().runOnContext(v -> counts.complete(direction.apply(faulty)));
    return await(counts.future());
  }
}
