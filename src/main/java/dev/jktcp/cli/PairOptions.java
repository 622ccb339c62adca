package dev.jktcp.cli;

import static dev.jktcp.time.Nanos.MS;

import picocli.CommandLine.Option;

/** Options of forward, expose and socks. */
final class PairOptions {
  @Option(
      names = "--half-close-timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = CommonOptions.TimeConverter.class,
      description =
          "Ends a pair of which one direction has ended when the other moves nothing for so long; "
              + "60s unless set, 0 for never.")
  private long halfCloseTimeoutNs;

  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = CommonOptions.TimeConverter.class,
      description =
          "Ends a pair of which one side takes nothing for so long while the other has more to "
              + "send; 10m unless set, 0 for never.")
  private long stallTimeoutNs;

  PairLimits limits() {
    return new PairLimits(ms(halfCloseTimeoutNs), ms(stallTimeoutNs));
  }

  private static long ms(long ns) {
    return (ns + MS - 1) / MS;
  }
}
