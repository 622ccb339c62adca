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
          "The time after which a pair is ended, if one of its directions has ended and the"
              + " other moves nothing; 0 for never. Default: 60s.")
  private long halfCloseTimeoutNs;

  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = CommonOptions.TimeConverter.class,
      description =
          "The time after which a pair is ended, if one of its sides takes nothing while the"
              + " other has more to send; 0 for never. Default: 10m.")
  private long stallTimeoutNs;

  PairLimits limits() {
    return new PairLimits(ms(halfCloseTimeoutNs), ms(stallTimeoutNs));
  }

  private static long ms(long ns) {
    return (ns + MS - 1) / MS;
  }
}
