package dev.jktcp.cli;

import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterStats.RoundTrips;
import dev.jktcp.AdapterStats.Usage;
import dev.jktcp.ConnectionInfo;
import dev.jktcp.ConnectionList;
import dev.jktcp.cli.ControlClient.Look;
import dev.jktcp.impl.SocketStatistics;
import dev.jktcp.impl.Stats;
import dev.jktcp.tcp.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The text of {@code jktcp stats} about a process, whose first lines are also the head of {@code
 * top}'s screen.
 */
final class StatsText {
  private static final double NS_PER_MS = 1e6;

  private StatsText() {}

  /** The whole text. */
  static List<String> lines(Look look) {
    List<String> lines = new ArrayList<>();
    lines.add(title(look));
    if (look.error() != null) {
      lines.add("  " + look.error());
      return lines;
    }
    AdapterStats stats = look.stats();
    lines.add("  connections  " + connections(stats));
    lines.add("  ended        " + ended(stats));
    lines.add("  packets      " + packets(stats));
    lines.add("  sent again   " + sentAgain(stats));
    lines.add("  round trip   " + roundTrips(stats.roundTrips()));
    lines.add("  dropped      " + dropped(stats));
    lines.add("  memory       " + memory(stats));
    lines.add("  fullest      " + fullest(stats));
    ConnectionList list = look.connections();
    for (ConnectionInfo connection : list.connections()) {
      lines.addAll(connection.toString().lines().toList());
    }
    if (list.left() > 0) {
      lines.add("… and " + list.left() + " more: --limit N lists N");
    }
    return lines;
  }

  /** {@code forward (pid 123), up 3m05s, over unix:/tmp/x.sock: transport up}. */
  static String title(Look look) {
    Duration age = Duration.ofMillis(look.about().getLong("ageMs", 0L));
    String transport = look.about().getString("transport");
    return look.who()
        + ", up "
        + SocketStatistics.age(age)
        + (transport == null ? "" : ", over " + transport)
        + (look.stats() == null ? "" : ": transport " + transport(look.stats()));
  }

  private static String transport(AdapterStats stats) {
    String reason = stats.transport().reason();
    long losses = stats.transport().losses();
    return stats.transport().state().text()
        + (reason == null ? "" : " (" + reason + ")")
        + (losses == 0 ? "" : ", lost " + times(losses));
  }

  private static String times(long count) {
    return count == 1 ? "once" : count + " times";
  }

  static String connections(AdapterStats stats) {
    StringJoiner states = new StringJoiner(", ", ": ", "");
    states.setEmptyValue("");
    stats
        .states()
        .forEach((state, count) -> states.add(count + " " + SocketStatistics.state(state)));
    int all = stats.connections() + stats.timeWaits();
    return all
        + states.toString()
        + "; opened "
        + stats.counter("connectionsOpened")
        + ", accepted "
        + stats.counter("connectionsAccepted");
  }

  private static String ended(AdapterStats stats) {
    StringJoiner reasons = new StringJoiner(", ");
    reasons.setEmptyValue("none");
    for (CloseReason reason : CloseReason.values()) {
      long count = stats.counter(Stats.ended(reason));
      if (count > 0) {
        String name = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        reasons.add(count + " " + name);
      }
    }
    return reasons.toString();
  }

  private static String packets(AdapterStats stats) {
    return stats.counter("packetsReceived")
        + " in ("
        + ProgressText.bytes(stats.counter("bytesReceived"))
        + "), "
        + stats.counter("packetsSent")
        + " out ("
        + ProgressText.bytes(stats.counter("bytesSent"))
        + ")";
  }

  static String sentAgain(AdapterStats stats) {
    long segments = stats.counter("retransmits");
    return segments
        + (segments == 1 ? " segment (" : " segments (")
        + ProgressText.bytes(stats.counter("bytesRetransmitted"))
        + "), timeouts "
        + stats.counter("timeouts");
  }

  static String roundTrips(RoundTrips trips) {
    return trips.connections() == 0
        ? "not measured"
        : ms(trips.leastNs()) + "/" + ms(trips.meanNs()) + "/" + ms(trips.largestNs()) + " ms";
  }

  static String ms(long ns) {
    return String.format(Locale.ROOT, "%.3f", ns / NS_PER_MS);
  }

  private static String dropped(AdapterStats stats) {
    StringJoiner drops = new StringJoiner(", ");
    drops.setEmptyValue("none");
    stats
        .counters()
        .forEach(
            (name, count) -> {
              if (count > 0
                  && (name.startsWith("dropped") || name.startsWith("transportDropped"))) {
                drops.add(count + " " + name);
              }
            });
    return drops.toString();
  }

  static String memory(AdapterStats stats) {
    Usage memory = new Usage(stats.memoryHeld(), stats.maxBytesHeld());
    return ProgressText.bytes(memory.used())
        + " of "
        + ProgressText.bytes(memory.limit())
        + " ("
        + percent(memory)
        + ")";
  }

  private static String fullest(AdapterStats stats) {
    Map.Entry<String, Usage> fullest = null;
    for (Map.Entry<String, Usage> each : stats.usage().entrySet()) {
      if (fullest == null || each.getValue().share() > fullest.getValue().share()) {
        fullest = each;
      }
    }
    return fullest == null
        ? "nothing"
        : fullest.getKey()
            + ", "
            + fullest.getValue().used()
            + " of "
            + fullest.getValue().limit()
            + " ("
            + percent(fullest.getValue())
            + ")";
  }

  private static String percent(Usage usage) {
    return Math.round(usage.share() * 100) + " %";
  }
}
