package dev.jktcp.cli;

import picocli.CommandLine.Option;

/** What forward and expose have for datagrams. */
final class UdpOptions {
  private static final long NS_PER_MS = 1_000_000;

  @Option(
      names = "--udp",
      description = "The ports are UDP's: datagrams go each way, those of one client together.")
  private boolean udp;

  /** Each has a port of the kernel, and one of the adapter of 1 KiB. */
  @Option(
      names = "--udp-clients",
      paramLabel = "N",
      description =
          "Clients of one UDP port at once; datagrams of a further one are dropped."
              + " Default: 1024.")
  private int clients = 1024;

  /** RFC 4787, REQ-5: not below two minutes, and five are recommended. */
  @Option(
      names = "--udp-idle-timeout",
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = CommonOptions.TimeConverter.class,
      description = "Forgets a UDP client that nothing came from or to for so long; 5m unless set.")
  private long idleNs;

  @Option(
      names = "--udp-waiting",
      paramLabel = "N",
      description =
          "Datagrams of one client that wait in one direction; further ones are dropped."
              + " Default: 256.")
  private int waiting = 256;

  boolean isUdp() {
    return udp;
  }

  /**
   * @throws BadUsage if one makes no sense
   */
  UdpLimits limits() {
    atLeastOne("--udp-clients", clients);
    atLeastOne("--udp-waiting", waiting);
    long ms = idleNs / NS_PER_MS;
    if (ms < 1) {
      throw new BadUsage("--udp-idle-timeout: must be 1ms or more");
    }
    return new UdpLimits(clients, ms, waiting);
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new BadUsage(option + " " + value + ": must be 1 or more");
    }
  }
}
