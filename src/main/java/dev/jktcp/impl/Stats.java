package dev.jktcp.impl;

import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterStats.RoundTrips;
import dev.jktcp.AdapterStats.Usage;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackCounters;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.transport.TransportCounters;
import dev.jktcp.transport.TransportStatus;
import dev.jktcp.wire.DropReason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Gathers {@link AdapterStats}. */
public final class Stats {
  /** The keys that {@link AdapterStats#usage} may have. */
  public static final List<String> USAGES =
      List.of(
          "memory",
          "connections",
          "halfOpen",
          "backlog",
          "timeWaits",
          "udpPorts",
          "reassemblies",
          "reassemblyBytes",
          "pings");

  private Stats() {}

  static AdapterStats of(IpStack stack, TransportCounters transport, TransportStatus status) {
    Living living = new Living();
    stack.forEachConnection(living::add);
    if (stack.timeWaits() > 0) {
      living.states.put(TcpState.TIME_WAIT, stack.timeWaits());
    }
    return new AdapterStats(
        stack.connections(),
        stack.halfOpen(),
        stack.timeWaits(),
        stack.listeners(),
        stack.bytesHeld(),
        stack.budget().held(),
        stack.budget().limit(),
        living.states,
        living.roundTrips(),
        usage(stack),
        status,
        counters(stack, transport));
  }

  /** Figures that need a look at each connection; none is unfolded for it. */
  private static final class Living {
    final Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
    private int measured;
    private long leastNs = Long.MAX_VALUE;
    private long sumNs;
    private long largestNs;

    void add(TcpConnection connection) {
      states.merge(connection.state(), 1, Integer::sum);
      long srttNs = connection.srttNs();
      if (srttNs == 0) {
        return;
      }
      measured++;
      leastNs = Math.min(leastNs, srttNs);
      largestNs = Math.max(largestNs, srttNs);
      sumNs += srttNs;
    }

    RoundTrips roundTrips() {
      return measured == 0
          ? new RoundTrips(0, 0, 0, 0)
          : new RoundTrips(measured, leastNs, sumNs / measured, largestNs);
    }
  }

  private static Map<String, Usage> usage(IpStack stack) {
    StackOptions options = stack.options();
    Map<String, Usage> usage = new LinkedHashMap<>();
    usage.put("memory", new Usage(stack.budget().held(), stack.budget().limit()));
    int whole = stack.connections() - stack.halfOpen();
    usage.put("connections", new Usage(whole, options.maxConnections()));
    usage.put("halfOpen", new Usage(stack.halfOpen(), options.maxHalfOpen()));
    TcpListener fullest = stack.fullestListener();
    if (fullest != null) {
      usage.put("backlog", new Usage(fullest.unaccepted(), fullest.backlog()));
    }
    usage.put("timeWaits", new Usage(stack.timeWaits(), options.maxTimeWait()));
    usage.put("udpPorts", new Usage(stack.udpPorts(), options.maxUdpPorts()));
    usage.put("reassemblies", new Usage(stack.reassemblies(), options.maxReassemblies()));
    usage.put("reassemblyBytes", new Usage(stack.reassemblyBytes(), options.maxReassemblyBytes()));
    usage.put("pings", new Usage(stack.pings(), options.maxPings()));
    return usage;
  }

  private static Map<String, Long> counters(IpStack stack, TransportCounters transport) {
    StackCounters seen = stack.counters();
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("packetsReceived", seen.packetsReceived());
    counters.put("packetsSent", seen.packetsSent());
    counters.put("bytesReceived", seen.bytesReceived());
    counters.put("bytesSent", seen.bytesSent());
    counters.put("packetsLooped", seen.packetsLooped());
    counters.put("connectionsOpened", seen.connectionsOpened());
    counters.put("connectionsAccepted", seen.connectionsAccepted());
    counters.put("retransmits", seen.repairs().retransmits());
    counters.put("bytesRetransmitted", seen.repairs().bytesRetransmitted());
    counters.put("timeouts", seen.repairs().timeouts());
    counters.put("fastRetransmits", seen.repairs().fastRetransmits());
    counters.put("strays", seen.strays());
    counters.put("backlogDrops", seen.backlogDrops());
    counters.put("limitDrops", seen.limitDrops());
    counters.put("repliesDropped", seen.repliesDropped());
    counters.put("timeWaitsEvicted", seen.timeWaitsEvicted());
    counters.put("memoryDrops", stack.budget().dropped());
    counters.put("memoryDisorderDrops", stack.budget().disorderDropped());
    counters.put("memoryReneged", stack.budget().reneged());
    counters.put("memoryResets", stack.budget().resets());
    counters.put("memoryRefusals", seen.memoryRefusals());
    counters.put("pathMtusLowered", seen.pathMtusLowered());
    counters.put("blackHoles", seen.blackHoles());
    counters.put("cookiesSent", seen.cookiesSent());
    counters.put("cookiesAccepted", seen.cookiesAccepted());
    counters.put("cookiesRefused", seen.cookiesRefused());
    counters.put("datagramsReceived", seen.datagramsReceived());
    counters.put("datagramsSent", seen.datagramsSent());
    counters.put("datagramsUnheard", seen.datagramsUnheard());
    counters.put("datagramsDropped", seen.datagramsDropped());
    counters.put("datagramsUnsent", seen.datagramsUnsent());
    counters.put("fragmentsReceived", seen.fragmentsReceived());
    counters.put("packetsReassembled", seen.packetsReassembled());
    counters.put("reassembliesTimedOut", seen.reassembliesTimedOut());
    counters.put("reassembliesEvicted", seen.reassembliesEvicted());
    counters.put("transportDroppedIn", transport.droppedIn());
    counters.put("transportDroppedOut", transport.droppedOut());
    seen.dropped().forEach((reason, count) -> counters.put(dropped(reason), count));
    for (CloseReason reason : CloseReason.values()) {
      if (seen.ended(reason) > 0) {
        counters.put(ended(reason), seen.ended(reason));
      }
    }
    return counters;
  }

  /** The name of the counter of packets dropped for this reason. */
  public static String dropped(DropReason reason) {
    return "dropped" + camelCase(reason.name());
  }

  /** The name of the counter of connections that ended for this reason. */
  public static String ended(CloseReason reason) {
    return "ended" + camelCase(reason.name());
  }

  /** {@code BAD_TCP_OPTION} as {@code BadTcpOption}. */
  private static String camelCase(String constant) {
    StringBuilder name = new StringBuilder();
    for (String word : constant.split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
