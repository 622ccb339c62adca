package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static dev.jktcp.proof.interop.KernelLab.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterStats;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import io.vertx.core.Future;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Our TCP and the Linux kernel's, joined by a TUN device. */
@Timeout(300)
class KernelInteropIT {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private KernelLab lab;

  @BeforeEach
  void open() throws Exception {
    lab = through(KernelLab.onTun());
  }

  /** The end that is ours. */
  KernelLab through(KernelLab inHand) {
    return inHand;
  }

  /** Bytes of a long transfer. */
  int large() {
    return 256 * MIB;
  }

  @AfterEach
  void close() throws Exception {
    if (lab != null) lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void asClient_movesMuchEachWay(Family family) throws Exception {
    Link link = await(lab.connect(family, Role.CLIENT));
    new Transfer("tun " + family, link).oneWayThenTheOther(large()).end();
    assertNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void asServer_movesMuchEachWayAtOnce(Family family) throws Exception {
    Link link = await(lab.connect(family, Role.SERVER));
    new Transfer("tun " + family, link).bothWays(large()).end();
    assertNothingLeft();
  }

  @Test
  void bothFamiliesAtOnce_doNotDisturbEachOther() throws Exception {
    List<Future<?>> through = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (Family family : Family.values()) {
      for (Role role : Role.values()) links.add(await(lab.connect(family, role)));
    }
    for (Link link : links) through.addAll(bothWays(link, 16 * MIB, 16 * MIB));
    await(Future.all(through));
    assertNothingLeft();
  }

  @Test
  void twoHundredConnectionsAtOnce_eachOfItsOwnSizes() throws Exception {
    SplittableRandom random = new SplittableRandom(200);
    List<Future<Link>> connecting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Family family = Family.values()[i & 1];
      connecting.add(lab.connect(family, Role.values()[i >> 1 & 1]));
    }
    await(Future.all(connecting));
    assertEquals(200, lab.stats().connections());
    List<Future<?>> through = new ArrayList<>();
    for (Future<Link> link : connecting) {
      through.addAll(bothWays(link.result(), random.nextInt(MIB), random.nextInt(MIB)));
    }
    await(Future.all(through));
    assertNothingLeft();
  }

  /** Everything that has to happen. */
  private static List<Future<?>> bothWays(Link link, int forth, int back) {
    Future<Void> weEnd = link.ours().send(forth).compose(v -> link.ours().stream().end());
    Future<Void> kernelEnds =
        link.kernels().send(back).onSuccess(v -> link.kernels().shutdownOutput());
    Future<Void> kernelHasAll = link.kernels().ended(forth);
    // Ours may be closed while the kernel's reading thread has yet to see what its kernel acked.
    Future<?> over =
        Future.join(link.ours().closed(), kernelHasAll, kernelEnds)
            .onComplete(v -> link.kernels().close());
    return List.of(weEnd, link.ours().ended(back), over);
  }

  @ParameterizedTest
  @CsvSource({"V4,CLIENT", "V4,SERVER", "V6,CLIENT", "V6,SERVER"})
  void kernelHalfCloses_andStillReceives(Family family, Role role) throws Exception {
    Link link = await(lab.connect(family, role));
    link.kernels().send(100 * KIB).onSuccess(v -> link.kernels().shutdownOutput());
    await(link.ours().ended(100 * KIB));
    link.ours().send(700 * KIB).onSuccess(v -> link.ours().stream().end());
    await(link.kernels().ended(700 * KIB));
    await(link.ours().stream().end());
    await(link.ours().closed());
    assertNothingLeft();
    assertEquals(0, lab.stats().timeWaits()); // The kernel closed first; the wait is its own.
  }

  @ParameterizedTest
  @CsvSource({"V4,CLIENT", "V4,SERVER", "V6,CLIENT", "V6,SERVER"})
  void weHalfClose_andStillReceive(Family family, Role role) throws Exception {
    Link link = await(lab.connect(family, role));
    link.ours().send(100 * KIB).onSuccess(v -> link.ours().stream().end());
    await(link.kernels().ended(100 * KIB));
    await(link.ours().stream().end());
    await(link.kernels().send(700 * KIB));
    link.kernels().shutdownOutput();
    await(link.ours().ended(700 * KIB));
    await(link.ours().closed());
    assertNothingLeft();
    assertEquals(1, lab.stats().timeWaits());
  }

  @ParameterizedTest
  @EnumSource
  void portClosedInTheKernel_refusesUs(Family family) throws Exception {
    int port = lab.closedKernelPort(family);
    Throwable refused =
        awaitFailure(lab.dial(new TcpConnectOptions().setHost(lab.kernel(family)).setPort(port)));
    assertEquals(CloseReason.REFUSED, ((TcpException) refused).reason());
    assertNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void portClosedHere_refusesTheKernel(Family family) throws Exception {
    InetSocketAddress closed =
        new InetSocketAddress(KernelLab.literal(lab.peer(family)), KernelLab.OUR_PORT + 1);
    long before = System.nanoTime();
    assertThrows(ConnectException.class, () -> SocketChannel.open(closed).close());
    long repeated = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before); // its SYN, at most
    long strays = lab.stats().counters().get("strays");
    assertTrue(strays >= 1 && strays <= 1 + repeated, strays + " strays");
  }

  @ParameterizedTest
  @CsvSource({"V4,CLIENT", "V4,SERVER", "V6,CLIENT", "V6,SERVER"})
  void kernelResets_weLearnOfIt(Family family, Role role) throws Exception {
    Link link = await(lab.connect(family, role));
    await(link.ours().send(KIB));
    await(link.kernels().received(KIB));
    link.kernels().reset();
    Throwable reset = awaitFailure(link.ours().closed());
    assertEquals(CloseReason.RESET, ((TcpException) reset).reason());
    assertEquals(reset.getMessage(), awaitFailure(link.ours().ended(0)).getMessage());
    assertNothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"V4,CLIENT", "V4,SERVER", "V6,CLIENT", "V6,SERVER"})
  void weReset_theKernelLearnsOfIt(Family family, Role role) throws Exception {
    Link link = await(lab.connect(family, role));
    await(link.kernels().send(KIB));
    await(link.ours().received(KIB));
    await(link.ours().stream().reset());
    Throwable reset = awaitFailure(link.kernels().received(1));
    assertTrue(reset.getMessage().contains("reset"), reset.toString());
    assertEquals(0, lab.stats().timeWaits());
    assertNothingLeft();
  }

  /** As root the JDK sends an ICMP echo request; its other way, a SYN to port 7, is a stray. */
  @ParameterizedTest
  @EnumSource
  void ping_isAnswered(Family family) throws Exception {
    for (int i = 0; i < 3; i++) {
      assertTrue(KernelLab.literal(lab.peer(family)).isReachable(60_000));
    }
    AdapterStats stats = lab.stats();
    assertEquals(0, stats.counters().get("strays"));
    assertTrue(stats.counters().get("packetsSent") >= 3, stats.toString());
  }

  @ParameterizedTest
  @EnumSource
  void stopAndWait_moves1MiBEachWay(Family family) throws Exception {
    withProfile(family, TcpProfile.STOP_AND_WAIT);
  }

  @ParameterizedTest
  @EnumSource
  void internet_moves1MiBEachWay(Family family) throws Exception {
    withProfile(family, TcpProfile.INTERNET);
  }

  private void withProfile(Family family, TcpProfile profile) throws Exception {
    TcpConnectOptions options = new TcpConnectOptions().setProfile(profile);
    Link link = await(lab.connect(family, Role.CLIENT, options));
    new Transfer("tun " + family + " " + profile.name(), link).oneWayThenTheOther(MIB).end();
    assertNothingLeft();
  }

  private void assertNothingLeft() {
    lab.awaitIdle();
    lab.stats()
        .counters()
        .forEach(
            (name, count) -> {
              if (name.startsWith("droppedBad")) assertEquals(0, count, name);
            });
  }
}
