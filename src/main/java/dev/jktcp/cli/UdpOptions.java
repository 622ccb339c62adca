package dev.jktcp.cli;

import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What forward and expose have for datagrams. */
final class UdpOptions {
  private static final int CLIENTS = 1024;
  private static final long IDLE_NS = TimeUnit.MINUTES.toNanos(5);
  private static final int WAITING = 256;
  private static final long WAITING_BYTES = 256 * 1024; // an adapter's udpSendBuffer
  private static final long TOTAL_BYTES = 16 * 1024 * 1024; // of 64 such clients

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
  private Integer clients;

  /** RFC 4787, REQ-5: not below two minutes, and five are recommended. */
  @Option(
      names = "--udp-idle-timeout",
      paramLabel = "TIME",
      converter = CommonOptions.TimeConverter.class,
      description = "Forgets a UDP client that nothing came from or to for so long. Default: 5m.")
  private Long idleNs;

  @Option(
      names = "--udp-waiting",
      paramLabel = "N",
      description =
          "Datagrams of one client that wait in one direction; further ones are dropped."
              + " Default: 256.")
  private Integer waiting;

  @Option(
      names = "--udp-waiting-bytes",
      paramLabel = "BYTES",
      description = "Bytes of those datagrams; further ones are dropped. Default: 262144.")
  private Long waitingBytes;

  @Option(
      names = "--udp-total-bytes",
      paramLabel = "BYTES",
      description =
          "Bytes that wait of all clients of one UDP port, in both directions;"
              + " further ones are dropped. Default: 16777216.")
  private Long totalBytes;

  boolean isUdp() {
    return udp;
  }

  /**
   * @throws BadUsage if one makes no sense
   */
  UdpLimits limits() {
    int most = CommonOptions.atLeastOne("--udp-clients", given("--udp-clients", clients, CLIENTS));
    int queued =
        CommonOptions.atLeastOne("--udp-waiting", given("--udp-waiting", waiting, WAITING));
    long ms = TimeUnit.NANOSECONDS.toMillis(given("--udp-idle-timeout", idleNs, IDLE_NS));
    if (ms < 1) {
      throw new BadUsage("--udp-idle-timeout: must be 1ms or more");
    }
    long bytes =
        atLeastOne(
            "--udp-waiting-bytes", given("--udp-waiting-bytes", waitingBytes, WAITING_BYTES));
    long total =
        atLeastOne("--udp-total-bytes", given("--udp-total-bytes", totalBytes, TOTAL_BYTES));
    return new UdpLimits(most, ms, queued, bytes, total);
  }

  static long atLeastOne(String option, long value) {
    if (value < 1) throw new BadUsage(option + " " + value + ": must be 1 or more");
    return value;
  }

  private <T> T given(String option, T value, T otherwise) {
    if (value == null) return otherwise;
    if (!udp) throw new BadUsage(option + " is for datagrams: give --udp, too");
    return value;
  }
}
