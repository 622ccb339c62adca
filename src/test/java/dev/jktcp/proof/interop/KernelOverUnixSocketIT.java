package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our TCP and the Linux kernel's, joined by a Unix socket that carries bare packets. */
@Timeout(300)
class KernelOverUnixSocketIT {
  private static final int MIB = 1024 * 1024;

  private KernelLab lab;

  @BeforeEach
  void open() throws Exception {
    lab = through(KernelLab.onUnixSocket());
  }

  /** How our ends are used. */
  KernelLab through(KernelLab inHand) {
    return inHand;
  }

  int megabytes() {
    return 256;
  }

  @AfterEach
  void close() throws Exception {
    if (lab != null) lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void asClient_isExactEachWay(Family family) throws Exception {
    Link link = await(lab.connect(family, Role.CLIENT));
    new Transfer("unix socket " + family, link).oneWayThenTheOther(megabytes() * MIB).end();
    lab.awaitIdle();
  }

  @ParameterizedTest
  @EnumSource
  void asServer_isExactBothWaysAtOnce(Family family) throws Exception {
    Link link = await(lab.connect(family, Role.SERVER));
    new Transfer("unix socket " + family, link).bothWays(megabytes() * MIB).end();
    lab.awaitIdle();
  }
}
