package dev.jktcp.impl;

import dev.jktcp.AdapterStats;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackCounters;
import dev.jktcp.transport.TransportCounters;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Gathers {@link AdapterStats}. */
final class Stats {
  private Stats() {}

  static AdapterStats of(IpStack stack, TransportCounters transport) {
    StackCounters seen = stack.counters();
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("packetsReceived", seen.packetsReceived());
    counters.put("packetsSent", seen.packetsSent());
    counters.put("bytesReceived", seen.bytesReceived());
    counters.put("bytesSent", seen.bytesSent());
    counters.put("packetsLooped", seen.packetsLooped());
    counters.put("connectionsOpened", seen.connectionsOpened());
    counters.put("connectionsAccepted", seen.connectionsAccepted());
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
    seen.dropped()
        .forEach((reason, count) -> counters.put("dropped" + camelCase(reason.name()), count));
    return new AdapterStats(
        stack.connections(),
        stack.halfOpen(),
        stack.timeWaits(),
        stack.listeners(),
        stack.bytesHeld(),
        stack.budget().held(),
        stack.budget().limit(),
        counters);
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
