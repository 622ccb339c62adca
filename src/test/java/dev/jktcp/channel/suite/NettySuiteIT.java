package dev.jktcp.channel.suite;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A part of Netty's own suite of channels, over the kernel and over the stack. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NettySuiteIT {
  private static final Path LOGS = Path.of("target", "netty-suite");

  @Test
  void whatPassesOverTheKernel_passesOverTheStack() throws Exception {
    SuiteSubset.assertPasses("netty-subset.txt", LOGS, Way.ONE_ADAPTER, Way.TWO_ADAPTERS);
  }

  @Test
  void whatPassesWithAKernelSocketOfItsOwn_passesOverTun() throws Exception {
    SuiteSubset.assertPasses("netty-tun.txt", LOGS, Way.TUN);
  }
}
