package dev.jktcp.testkit;

import dev.jktcp.tcp.TcpTuning;
import java.time.Duration;
import java.util.function.Consumer;

/** Tunings as tests write them, in nanoseconds of virtual time. */
public final class Tuned {
  private Tuned() {}

  /** Keep-alive with these times and this many probes. */
  public static Consumer<TcpTuning.Builder> probing(long idleNs, long retryNs, int probes) {
    return tuning ->
        tuning
            .keepAlive(true)
            .keepAliveAfter(Duration.ofNanos(idleNs))
            .keepAliveRetry(Duration.ofNanos(retryNs))
            .keepAliveProbes(probes);
  }
}
