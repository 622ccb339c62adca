package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.testkit.Await;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows that close, windows smaller than a segment, packets of every size. */
@Timeout(300)
class KernelWindowIT {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private KernelLab lab;

  /** The end that is ours. */
  KernelLab through(KernelLab inHand) {
    return inHand;
  }

  /** Bytes that wait for a reader who has paused. */
  long mostUnread() {
    return AdapterOptions.FIRST_BUFFER;
  }

  @AfterEach
  void close() throws Exception {
    if (lab != null) lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void wePause_theWindowCloses_andOpensAgain(Family family) throws Exception {
    lab = through(KernelLab.onTun());
    Link link = await(lab.connect(family, Role.SERVER));
    link.ours().stream().pause();
    link.kernels().send(8 * MIB);
    // A reader that has not read yet is offered 64 KiB.
    awaitInfo(link, info -> info.readable() >= 62 * KIB);
    // The kernel probes the closed window meanwhile; what it brings is refused.
    awaitInfo(link, info -> info.segmentsReceived() > 0 && info.receiveWindow() < 2 * KIB);
    long held = lab.stats().bytesHeld();
    // A chunk of 64 KiB more at either end: one read in part, one filled in part.
    long most = mostUnread() + 2 * 64 * KIB;
    assertTrue(held <= most, held + " bytes held");
    link.ours().stream().resume();
    await(link.ours().received(8 * MIB));
    finish(link, 0, 8 * MIB);
  }

  @ParameterizedTest
  @EnumSource
  void kernelDoesNotRead_weProbe_andGoOnWhenItDoes(Family family) throws Exception {
    lab = through(KernelLab.onTun());
    Link link = await(lab.connect(family, Role.CLIENT));
    link.ours().send(32 * MIB);
    awaitInfo(link, info -> info.sendWindow() == 0 && info.inFlight() == 0);
    long sent = await(link.ours().stream().info()).segmentsSent();
    awaitInfo(link, info -> info.segmentsSent() >= sent + 2);
    await(link.kernels().received(32 * MIB));
    finish(link, 32 * MIB, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1280, 262144",
    "9000, 262144",
    "16000, 262144",
    "65535, 262144",
    "1280, 2048",
    "1500, 4096",
    "9000, 4096",
    "16000, 20000",
    "65535, 8192",
    "65535, 65536"
  })
  void anyMtu_anyBuffers(int mtu, int buffers) throws Exception {
    AdapterOptions options = new AdapterOptions().setSendBuffer(buffers).setReceiveBuffer(buffers);
    lab = through(KernelLab.onTun(mtu, options));
    Family family = (mtu & 1) == 0 ? Family.V6 : Family.V4;
    Link link = await(lab.connect(family, Role.SERVER));
    new Transfer("mtu " + mtu + " buffers " + buffers, link)
        .oneWayThenTheOther(16 * buffers)
        .bothWays(16 * buffers)
        .end();
    lab.awaitIdle();
  }

  private void finish(Link link, long forth, long back) {
    link.ours().stream().end();
    await(link.kernels().ended(forth));
    link.kernels().shutdownOutput();
    await(link.ours().ended(back));
    await(link.ours().closed());
    lab.awaitIdle();
    assertEquals(0, lab.stats().counters().get("strays"));
  }

  private interface Condition {
    boolean holds(TcpInfo info);
  }

  private void awaitInfo(Link link, Condition condition) throws Exception {
    AtomicReference<TcpInfo> last = new AtomicReference<>();
    try {
      Await.until(
          lab.vertx(),
          () -> link.ours().stream().info().onSuccess(last::set).map(condition::holds));
    } catch (TimeoutException e) {
      throw new AssertionError("does not come to hold: " + last.get(), e);
    }
  }
}
