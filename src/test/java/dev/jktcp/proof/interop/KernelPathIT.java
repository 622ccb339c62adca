package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.interop.FaultyPath.Way;
import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.TcpInfo;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bulk to and from the Linux kernel, and beside it between two kernels, each over a faulty link of
 * its own at the same time.
 */
@Timeout(120)
class KernelPathIT {
  private final KernelPathTable paths = new KernelPathTable();

  @AfterEach
  void close() {
    paths.close();
  }

  @ParameterizedTest
  @EnumSource
  void path_bulkToAndFromTheKernel(PathCase each) throws Exception {
    Map<Way, Bulk> bulks = paths.atOnce(each, 1);
    Bulk kernels = bulks.get(Way.KERNEL_TO_KERNEL);
    Bulk to = bulks.get(Way.TO_KERNEL);
    Bulk from = bulks.get(Way.FROM_KERNEL);
    assertAgreed(to);
    assertAgreed(from);
    assertHarmed(each, to);
    TcpInfo info = to.info();
    assertTrue(info.timeouts() <= mostTimeouts(each), to.text());
    assertSentAgain(each, info.retransmits(), to);
    assertSentAgain(each, from.kernel().number("bytes_retrans") / info.mss(), from);
    assertTrue(to.mbit() >= each.least(kernels), to.text() + " beside " + kernels.mbit());
    assertTrue(from.mbit() >= each.least(kernels), from.text() + " beside " + kernels.mbit());
  }

  /**
   * One, and two more for a black hole, which silence alone shows (RFC 4821 §7.7). More where
   * windows of five segments lose a twentieth of their retransmissions, with nothing behind them.
   */
  private static int mostTimeouts(PathCase each) {
    return switch (each) {
      case NARROWS -> 3;
      case LOSS_5 -> 6;
      default -> 1;
    };
  }

  /** Our end, its capture and the kernel say the same of what is in use. */
  private static void assertAgreed(Bulk bulk) {
    AgreedOptions options = bulk.info().options();
    SeenOnWire seen = bulk.seen();
    SocketFacts kernel = bulk.kernel();
    assertTrue(options.sack() && seen.sack() && kernel.has("sack"), bulk.text());
    assertTrue(options.timestamps() && seen.timestamps() && kernel.has("ts"), bulk.text());
    assertTrue(options.ecn() && seen.ecn() && kernel.has("ecn"), bulk.text());
    assertEquals(options.receiveScale(), SeenOnWire.scale(seen.ours()), bulk.text());
    assertEquals(options.sendScale(), SeenOnWire.scale(seen.peers()), bulk.text());
    String scales = options.receiveScale() + "," + options.sendScale();
    assertEquals(scales, kernel.text("wscale"), bulk.text());
    assertEquals(0, seen.ours().withoutTimestamps, bulk.text());
    assertEquals(0, seen.peers().withoutTimestamps, bulk.text());
  }

  /** The case is what it is called, and the receiver said so. */
  private static void assertHarmed(PathCase each, Bulk bulk) {
    SeenOnWire.Side receiver = bulk.seen().peers();
    switch (each) {
      case CLEAN -> assertEquals(0, bulk.path().lost(), bulk.text());
      case LOSS_0_1, LOSS_1, LOSS_5 -> {
        assertTrue(bulk.path().lost() > 0, bulk.text());
        assertTrue(receiver.withSack > 0, bulk.text());
      }
      case REORDERED -> assertTrue(bulk.path().reordered() > 50, bulk.text());
      case MARKED -> {
        assertTrue(bulk.path().marked() > 5, bulk.text());
        assertTrue(receiver.echoes > 0 && bulk.seen().ours().reduced > 0, bulk.text());
        assertTrue(bulk.info().ecnReductions() > 0, bulk.text());
      }
      case NARROWS -> {
        assertTrue(bulk.path().tooBig() > 0, bulk.text());
        assertEquals(1_280, bulk.info().pathMtu(), bulk.text());
      }
    }
  }

  private static void assertSentAgain(PathCase each, long segments, Bulk bulk) {
    assertTrue(segments <= 1.5 * bulk.lost() + 3, segments + ": " + bulk.text());
  }
}
