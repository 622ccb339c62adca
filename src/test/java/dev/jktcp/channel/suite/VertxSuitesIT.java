package dev.jktcp.channel.suite;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A part of Vert.x's own suites, over the kernel and over the stack. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VertxSuitesIT {
  @Test
  void whatPassesOverTheKernel_passesOverTheStack() throws Exception {
    SuiteSubset.assertPasses(
        "vertx-subset.txt", Path.of("target", "vertx-suites"), Way.ONE_ADAPTER, Way.TWO_ADAPTERS);
  }
}
