package dev.jktcp.cli;

import dev.jktcp.ProxyServerOptions;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Options of forward and expose for datagrams. */
final class UdpOptions {
  private static final int CLIENTS = 1024;
  private static final long IDLE_NS = TimeUnit.MINUTES.toNanos(5);

  // A client's waiting datagrams are bounded as those of a proxy's client.
  private static final int WAITING = ProxyServerOptions.DEFAULT_MAX_WAITING_DATAGRAMS;
  private static final long WAITING_BYTES = ProxyServerOptions.DEFAULT_MAX_WAITING_DATAGRAM_BYTES;
  private static final long TOTAL_BYTES = ProxyServerOptions.DEFAULT_MAX_DATAGRAM_BYTES_IN_ALL;

  @Option(
      names = "--udp",
      description =
          "Pass UDP datagrams and their answers, in place of TCP connections; each client has"
              + " a port of its own towards the target.")
  private boolean udp;

  /** Each client takes a port of the kernel, or one of the adapter with 1 KiB. */
  @Option(
      names = "--udp-clients",
      paramLabel = "N",
      description =
          "The number of clients of one UDP port at once; a further one takes the place of a"
              + " silent one, or is dropped if all are talking. Default: 1024.")
  private Integer clients;

  /** RFC 4787, REQ-5: not below two minutes, and five are recommended. */
  @Option(
      names = "--udp-idle-timeout",
      paramLabel = "TIME",
      converter = CommonOptions.TimeConverter.class,
      description =
          "The time without a datagram in either direction after which a client is forgotten."
              + " Default: 5m.")
  private Long idleNs;

  @Option(
      names = "--udp-waiting",
      paramLabel = "N",
      description =
          "The number of datagrams of one client that wait in one direction; further ones are"
              + " dropped. Default: 256.")
  private Integer waiting;

  @Option(
      names = "--udp-waiting-bytes",
      paramLabel = "BYTES",
      description =
          "The bytes of one client's datagrams that wait in one direction; further ones are"
              + " dropped. Default: 262144.")
  private Long waitingBytes;

  @Option(
      names = "--udp-total-bytes",
      paramLabel = "BYTES",
      description =
          "The bytes of all clients' datagrams that wait at one UDP port, in both directions;"
              + " further ones are dropped. Default: 16777216.")
  private Long totalBytes;

  boolean isUdp() {
    return udp;
  }

  /**
   * @throws BadUsage if a value makes no sense
   */
  UdpLimits limits() {
    int most = atLeastOne("--udp-clients", clients, CLIENTS);
    int queued = atLeastOne("--udp-waiting", waiting, WAITING);
    long ms = TimeUnit.NANOSECONDS.toMillis(given("--udp-idle-timeout", idleNs, IDLE_NS));
    if (ms < 1) {
      throw new BadUsage("--udp-idle-timeout: must be 1ms or more");
    }
    long bytes = atLeastOne("--udp-waiting-bytes", waitingBytes, WAITING_BYTES);
    long total = atLeastOne("--udp-total-bytes", totalBytes, TOTAL_BYTES);
    return new UdpLimits(most, ms, queued, bytes, total);
  }

  private <N extends Number> N atLeastOne(String option, N value, N otherwise) {
    return CommonOptions.atLeastOne(option, given(option, value, otherwise));
  }

  private <T> T given(String option, T value, T otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (!udp) {
      throw new BadUsage(option + " is for datagrams: give --udp as well");
    }
    return value;
  }
}
