package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.FrameCodec;
import dev.jktcp.testkit.Asked;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Census;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code -DbusSeeds=N} runs more seeds, {@code -Dseed=X} replays one. */
class LossyBusTest {
  private static final int SEEDS = 500;

  /** As between nodes: what arrives is what was read from bytes. */
  private static final class WireCodec extends FrameCodec {
    @Override
    public Frame transform(Frame frame) {
      Buffer wire = Buffer.buffer();
      encodeToWire(wire, frame);
      return decodeFromWire(0, wire);
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // -Dseeds may ask for any number
  void everySeed_keepsEveryPromise() throws Exception {
    Census inProcess = new Census();
    Census asBetweenNodes = new Census();
    asBetweenNodes.vertx().eventBus().registerCodec(new WireCodec());
    if (System.getProperty("seed", "").isBlank()) {
      runAll(inProcess, asBetweenNodes, Asked.number("busSeeds", 1, SEEDS));
    } else {
      long seed = Asked.number("seed", Long.MIN_VALUE, 0);
      LossyRun.run(seed % 4 == 0 ? asBetweenNodes : inProcess, seed);
    }
    Await.result(inProcess.vertx().close());
    Await.result(asBetweenNodes.vertx().close());
  }

  private static void runAll(Census inProcess, Census asBetweenNodes, long seeds) {
    int flows = 0;
    int opened = 0;
    int succeeded = 0;
    long harmed = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      LossyRun.Result result = LossyRun.run(seed % 4 == 0 ? asBetweenNodes : inProcess, seed);
      flows += result.flows();
      opened += result.opened();
      succeeded += result.succeeded();
      harmed += result.harmed();
    }
    if (seeds < SEEDS) { // of a few, none may be bad
      return;
    }
    // The bus must stay bad, and what can live through that must.
    assertTrue(harmed > 4L * flows, "only " + harmed + " messages harmed");
    assertTrue(opened > flows * 6 / 10, opened + " of " + flows + " flows opened");
    assertTrue(succeeded > flows * 2 / 10, succeeded + " of " + flows + " flows succeeded");
  }
}
