package dev.jktcp.cli;

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
  static final String DIRECT = "Use the adapter in hand, without a verticle and the event bus.";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--transport",
      required = true,
      paramLabel = "URI",
      converter = UriConverter.class,
      description = {
        "What carries the IP packets:",
        "unix:PATH, unix-listen:PATH,",
        "tcp:HOST:PORT, tcp-listen:HOST:PORT,",
        "tun:NAME,",
        "cdtunnel+unix:PATH, cdtunnel:HOST:PORT;",
        "for a device's side cdtunnel-listen+unix:PATH.",
        "reconnect+ before any of them: it is tried again when it is lost or not there yet."
      })
  TransportUri transport;

  private boolean takesEveryPeer;

  @Option(
      names = "--local",
      paramLabel = "ADDR",
      split = ",",
      hideParamSyntax = true,
      converter = AddressConverter.class,
      description = "An address of this side; repeatable, one of each family.")
  List<String> local = new ArrayList<>();

  @Option(
      names = "--peer",
      paramLabel = "ADDR",
      split = ",",
      hideParamSyntax = true,
      converter = AddressConverter.class,
      description = "An address of the other side; repeatable, one of each family.")
  List<String> peer = new ArrayList<>();

  @Option(
      names = "--mtu",
      paramLabel = "N",
      description = "Bytes of the largest packet sent. Default: the transport's.")
  Integer mtu;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      converter = ProfileConverter.class,
      completionCandidates = Completions.ProfileNames.class,
      description =
          "Profile of every connection: reliable-link (the default), internet or stop-and-wait.")
  TcpProfile profile = TcpProfile.RELIABLE_LINK;

  @Option(
      names = "--congestion",
      paramLabel = "CONTROL",
      converter = CongestionConverter.class,
      completionCandidates = Completions.CongestionNames.class,
      description = {
        "Congestion control in place of the profile's:",
        "cubic, new-reno, tolerant-reno, bbr,",
        "bbr-ignoring-loss, stop-and-wait or",
        "fixed-window:BYTES."
      })
  String congestion = "";

  @Option(
      names = "--tuning",
      paramLabel = "SPEC",
      converter = TuningConverter.class,
      description = {
        "Tuning of every connection, such as noDelay=false,connectTimeoutMs=5000;",
        "also keepAlive=true, keepAliveMs, keepAliveRetryMs,",
        "keepAliveProbes, userTimeoutMs, ttl, trafficClass, maxSegment,",
        "lingerMs, requireTimestamps."
      })
  TcpTuning tuning = TcpTuning.DEFAULT;

  @Option(
      names = "--local-ports",
      paramLabel = "FIRST-LAST",
      converter = LocalPorts.Converter.class,
      description = {
        "Ports of connections made here. Default: 49152-65535,",
        "16,384 ports, which bound the connections to one destination."
      })
  LocalPorts localPorts;

  @Option(
      names = "--time-wait",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long a closed connection keeps its port. Default: 60s.")
  Long timeWaitNs;

  @Option(
      names = "--max-time-wait",
      paramLabel = "N",
      description =
          "Closed connections that keep their port; beyond so many the oldest gives it up."
              + " Default: 16384.")
  Integer maxTimeWait;

  @Option(
      names = "--path-mtu-probing",
      description = {
        "Search for the largest packet that each path carries: from 1400 bytes,",
        "up to --mtu; over a CDTunnel up to 8192 unless --mtu is given."
      })
  boolean pathMtuProbing;

  @Option(
      names = "--path-mtu-time",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long the largest packet of a path is remembered. Default: 600s.")
  Long pathMtuNs;

  @Option(
      names = "--max-paths",
      paramLabel = "N",
      description =
          "Paths whose largest packet is remembered; beyond so many the oldest is forgotten."
              + " Default: 1024.")
  Integer maxPaths;

  @Option(
      names = "--max-bytes-held",
      paramLabel = "N",
      description = {
        "Bytes the adapter holds at most for all connections together.",
        "Default: a quarter of the heap."
      })
  Long maxBytesHeld;

  @Option(
      names = "--dns",
      paramLabel = "ADDR[:PORT]",
      split = ",",
      hideParamSyntax = true,
      description = {
        "A DNS server in the tunnel; repeatable, asked in this order.",
        "With it names may stand for addresses of the other side."
      })
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
      description = "Fault injection, such as loss=0.01,delay=20ms,reorder=0.02,seed=7.")
  String fault;

  @Option(names = "--direct", description = DIRECT)
  boolean direct;

  @Option(names = "--info", description = "Print one line of JSON for each connection at its end.")
  boolean info;

  @Option(
      names = {"-v", "--verbose"},
      description = {
        "A line for each connection that begins or ends, and what the library logs;",
        "-vv: also what Vert.x and Netty log."
      })
  boolean[] verbose = {};

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Read options from JSON; the command line wins.")
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
   * takes the next one.
   */
  void takeEveryPeer() {
    takesEveryPeer = transport.kind().listens() && transport.reconnect() == null;
    if (takesEveryPeer) {
      transport = transport.reconnecting(new ReconnectOptions());
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
