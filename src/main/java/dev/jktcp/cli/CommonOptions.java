package dev.jktcp.cli;

import dev.jktcp.AdapterOptions;
import dev.jktcp.HandleOptions;
import dev.jktcp.impl.TuningJson;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.text.Fields;
import dev.jktcp.text.Nearest;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.ReconnectOptions;
import dev.jktcp.transport.TransportUri;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command but demo. */
final class CommonOptions {
  static final String DIRECT = "Use the adapter itself, without a verticle and the event bus.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--transport",
      required = true,
      paramLabel = "URI",
      converter = UriConverter.class,
      description = {
        "The carrier of the IP packets:",
        "unix:PATH, unix-listen:PATH,",
        "tcp:HOST:PORT, tcp-listen:HOST:PORT,",
        "tun:NAME,",
        "cdtunnel+unix:PATH, cdtunnel:HOST:PORT,",
        "cdtunnel-listen+unix:PATH (a device's side).",
        "With reconnect+ before any of them, it is opened again whenever it is lost, or not"
            + " there yet."
      })
  TransportUri transport;

  private boolean takesEveryPeer;
  private int udpPorts;
  private int udpSendBuffer;

  @Option(
      names = "--local",
      paramLabel = "ADDR",
      split = ",",
      hideParamSyntax = true,
      converter = AddressConverter.class,
      description =
          "An IP address of this side; one of each family, repeated or separated by commas.")
  List<String> local = new ArrayList<>();

  @Option(
      names = "--peer",
      paramLabel = "ADDR",
      split = ",",
      hideParamSyntax = true,
      converter = AddressConverter.class,
      description =
          "An IP address of the other side; one of each family, repeated or separated by"
              + " commas.")
  List<String> peer = new ArrayList<>();

  @Option(
      names = "--mtu",
      paramLabel = "N",
      description = "The largest packet to send, in bytes. Default: the transport's.")
  Integer mtu;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      converter = ProfileConverter.class,
      completionCandidates = Completions.ProfileNames.class,
      description =
          "The profile of every connection: reliable-link, internet or stop-and-wait."
              + " Default: reliable-link.")
  TcpProfile profile = TcpProfile.RELIABLE_LINK;

  @Option(
      names = "--congestion",
      paramLabel = "CONTROL",
      converter = CongestionConverter.class,
      completionCandidates = Completions.CongestionNames.class,
      description =
          "The congestion control of every connection: cubic, new-reno, tolerant-reno, bbr,"
              + " bbr-ignoring-loss, stop-and-wait or fixed-window:BYTES. Default: the profile's.")
  String congestion = "";

  @Option(
      names = "--tuning",
      paramLabel = "SPEC",
      converter = TuningConverter.class,
      description = {
        "The tuning of every connection, such as noDelay=false,connectTimeoutMs=5000."
            + " Further keys:",
        "keepAlive, keepAliveMs, keepAliveRetryMs, keepAliveProbes, userTimeoutMs, ttl,"
            + " trafficClass, maxSegment, lingerMs, requireTimestamps."
      })
  TcpTuning tuning = TcpTuning.DEFAULT;

  @Option(
      names = "--local-ports",
      paramLabel = "FIRST-LAST",
      converter = LocalPorts.Converter.class,
      description =
          "The range of local ports that connections are given; its size limits the"
              + " connections to one destination. Default: 49152-65535.")
  LocalPorts localPorts;

  @Option(
      names = "--time-wait",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "The time that a closed connection keeps its port. Default: 60s.")
  Long timeWaitNs;

  @Option(
      names = "--max-time-wait",
      paramLabel = "N",
      description =
          "The number of closed connections that keep their port; beyond it, the oldest gives"
              + " its port up. Default: 16384.")
  Integer maxTimeWait;

  @Option(
      names = "--path-mtu-probing",
      description =
          "Search for the largest packet that each path carries, from 1400 bytes up to --mtu;"
              + " over a CDTunnel without --mtu, up to 8192 bytes.")
  boolean pathMtuProbing;

  @Option(
      names = "--path-mtu-time",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "The time that the largest packet of a path is remembered. Default: 10m.")
  Long pathMtuNs;

  @Option(
      names = "--max-paths",
      paramLabel = "N",
      description =
          "The number of paths whose largest packet is remembered; beyond it, the oldest is"
              + " forgotten. Default: 1024.")
  Integer maxPaths;

  @Option(
      names = "--max-bytes-held",
      paramLabel = "N",
      description =
          "The memory that the adapter holds for all connections together, in bytes. Default:"
              + " a quarter of the heap.")
  Long maxBytesHeld;

  @Option(
      names = "--dns",
      paramLabel = "ADDR[:PORT]",
      split = ",",
      hideParamSyntax = true,
      description =
          "A DNS server in the tunnel; servers are asked in the order given, repeated or"
              + " separated by commas. With it, names may stand for addresses of the other side.")
  List<String> dns = new ArrayList<>();

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = "Write every packet to FILE, for tshark or Wireshark.")
  Path pcap;

  @Option(
      names = "--fault",
      paramLabel = "SPEC",
      converter = FaultConverter.class,
      description =
          "Faults to inject into the packets, such as"
              + " loss=0.01,delay=20ms,reorder=0.02,seed=7. Default: none.")
  String fault;

  @Option(names = "--direct", description = DIRECT)
  boolean direct;

  @Option(names = "--info", description = "Print one line of JSON for each connection at its end.")
  boolean info;

  @Option(
      names = {"-v", "--verbose"},
      description = {
        "Print a line for each connection that begins or ends, and what the library logs.",
        "-vv: also what Vert.x and Netty log."
      })
  boolean[] verbose = {};

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "Read options from a file of JSON; an option of the command line takes precedence.")
  Path conf;

  /** The command whose options these are. */
  String command() {
    return spec == null ? "jktcp" : spec.name(); // without one in tests
  }

  /** How often the user gave {@code -v}. */
  int verbosity() {
    int asked = 0;
    for (boolean once : verbose) {
      asked += once ? 1 : 0;
    }
    return asked;
  }

  /**
   * Checks that concern several options.
   *
   * @throws BadUsage naming the option that is missing or does not belong
   */
  void check() {
    boolean fromTunnel = transport.kind().isTunnelHost();
    if (fromTunnel && !(local.isEmpty() && peer.isEmpty())) {
      throw new BadUsage("--local, --peer: a CDTunnel brings its own addresses");
    }
    if (!fromTunnel && !transport.kind().isTunnelDevice() && local.isEmpty()) {
      throw new BadUsage("--local ADDR is needed with " + transport);
    }
    onePerFamily("--local", local);
    onePerFamily("--peer", peer);
  }

  /**
   * For a command that serves until it is stopped: when a peer leaves, a transport that listens
   * takes the next one. If it cannot listen at the start, it fails, rather than be tried again and
   * again without the user's asking for that.
   */
  void takeEveryPeer() {
    takesEveryPeer = transport.kind().listens() && transport.reconnect() == null;
    if (takesEveryPeer) {
      transport = transport.reconnecting(new ReconnectOptions().setMustListen(true));
    }
  }

  /**
   * Checks a port of the kernel at which the command listens.
   *
   * @throws BadUsage if the transport listens there: in one Vert.x, both would share the port
   */
  void checkFree(String host, int port) {
    boolean listens = transport.kind().listens() && transport.path() == null && port != 0;
    if (listens && host.equals(transport.host()) && port == transport.port()) {
      throw new BadUsage(
          Fields.join(host, port) + " is where the transport listens: choose another port");
    }
  }

  /** The transport that the user asked for. */
  TransportUri asAsked(TransportUri uri) {
    return takesEveryPeer ? uri.reconnecting(null) : uri;
  }

  private static void onePerFamily(String option, List<String> addresses) {
    long v6 = addresses.stream().filter(Fields::isV6).count();
    if (v6 > 1 || addresses.size() - v6 > 1) {
      throw new BadUsage(option + ": one address of each family, not " + addresses);
    }
  }

  /**
   * The adapter has as many UDP ports as the command's own limit lets clients take, each client
   * one.
   */
  void takeUdpPorts(long clients) {
    udpPorts = (int) Math.min(clients, 65535);
  }

  /**
   * A UDP port of the adapter, and a socket of a handle, let as much wait as the command's own
   * limits.
   */
  void takeUdpBytes(long bytes) {
    udpSendBuffer = (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  HandleOptions handleOptions() {
    return new HandleOptions()
        .setUdpSendBuffer(Math.max(udpSendBuffer, HandleOptions.DEFAULT_UDP_SEND_BUFFER));
  }

  /** The adapter's options that are the same for every transport. */
  JsonObject adapterKeys() {
    JsonObject keys =
        new JsonObject()
            .put("profile", profile.name())
            .put("congestion", congestion)
            .put("tuning", TuningJson.write(tuning))
            .put("shutdownTimeoutMs", Session.CLOSE_TIMEOUT_MS / 2);
    if (localPorts != null) {
      keys.put("firstLocalPort", localPorts.first()).put("lastLocalPort", localPorts.last());
    }
    if (timeWaitNs != null) {
      keys.put("timeWaitMs", TimeUnit.NANOSECONDS.toMillis(timeWaitNs));
    }
    if (maxTimeWait != null) {
      keys.put("maxTimeWait", maxTimeWait);
    }
    if (pathMtuProbing) {
      keys.put("pathMtuProbing", true);
    }
    if (pathMtuNs != null) {
      keys.put("pathMtuMs", TimeUnit.NANOSECONDS.toMillis(pathMtuNs));
    }
    if (maxPaths != null) {
      keys.put("maxPaths", maxPaths);
    }
    if (udpPorts > AdapterOptions.DEFAULT_MAX_UDP_PORTS) {
      keys.put("maxUdpPorts", udpPorts);
    }
    if (udpSendBuffer > new AdapterOptions().getUdpSendBuffer()) {
      keys.put("udpSendBuffer", udpSendBuffer);
    }
    if (maxBytesHeld != null) {
      keys.put("maxBytesHeld", maxBytesHeld);
    }
    if (!dns.isEmpty()) {
      keys.put("dnsServers", new JsonArray(dns));
    }
    return keys;
  }

  /** Whether the path may lose the last packets. */
  boolean isLossy() {
    return fault != null || transport.kind() == TransportUri.Kind.TUN;
  }

  /** Fails for a destination without address unless there is exactly one peer. */
  void checkOnlyPeer(String destination) {
    if (transport.kind().isTunnelHost() || transport.kind().isTunnelDevice() || peer.size() == 1) {
      return;
    }
    throw new BadUsage(
        peer.isEmpty()
            ? "'" + destination + "': --peer ADDR is needed, or ADDR: before the port"
            : "'" + destination + "': which peer, " + String.join(" or ", peer) + "?");
  }

  /**
   * @throws BadUsage naming the option if its value is less than 1
   */
  static <N extends Number> N atLeastOne(String option, N value) {
    if (value.longValue() < 1) {
      throw new BadUsage(option + " " + value + ": must be 1 or more");
    }
    return value;
  }

  static final class UriConverter implements ITypeConverter<TransportUri> {
    @Override
    public TransportUri convert(String value) {
      return TransportUri.parse(value);
    }
  }

  static final class AddressConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return Fields.address(value);
    }
  }

  static final class ProfileConverter implements ITypeConverter<TcpProfile> {
    @Override
    public TcpProfile convert(String value) {
      return Profiles.named(value);
    }
  }

  static final class CongestionConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        CongestionControl.named(value);
        return value;
      } catch (IllegalArgumentException e) {
        throw new BadUsage(
            "'"
                + value
                + "' is not a congestion control; "
                + Nearest.hint(value, CongestionControl.names(), ""));
      }
    }
  }

  static final class TimeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return Durations.parseNs(value);
    }
  }

  static final class TuningConverter implements ITypeConverter<TcpTuning> {
    @Override
    public TcpTuning convert(String value) {
      try {
        return TuningJson.parse(value);
      } catch (IllegalArgumentException e) {
        throw new BadUsage(e.getMessage().replaceFirst("^tuning(: |\\.)", ""));
      }
    }
  }

  static final class FaultConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        FaultSpec.parse(value);
        return value;
      } catch (IllegalArgumentException e) {
        throw new BadUsage(e.getMessage().replaceFirst("^fault ", ""));
      }
    }
  }
}
