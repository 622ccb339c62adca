package dev.jktcp.metrics;

import static dev.jktcp.metrics.MeterRow.counted;
import static dev.jktcp.metrics.MeterRow.counter;
import static dev.jktcp.metrics.MeterRow.gauge;

import dev.jktcp.AdapterStats;
import dev.jktcp.impl.Stats;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.transport.TransportState;
import dev.jktcp.wire.DropReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The meters of an adapter. The guide lists them, and a test compares. */
final class MeterRows {
  private static final double NS_PER_S = 1e9;

  static final List<MeterRow> ALL =
      List.of(
          gauge("vertx.jktcp.active.connections", "", "connections by state", "state", byState()),
          counter("vertx.jktcp.connections.opened", "connectionsOpened", "connects begun"),
          counter(
              "vertx.jktcp.connections.accepted",
              "connectionsAccepted",
              "handshakes that peers began with a listener"),
          counter(
              "vertx.jktcp.connections.ended",
              "connections that are over, by the reason",
              "reason",
              byReason()),
          counter(
              "vertx.jktcp.connections.refused",
              "SYNs that had no place: the backlog, a limit or the memory was full",
              "limit",
              refused()),
          counter("vertx.jktcp.packets.read", "packetsReceived", "packets from the transport"),
          counter("vertx.jktcp.packets.written", "packetsSent", "packets to the transport"),
          counter("vertx.jktcp.bytes.read", "bytesReceived", "bytes of packets from the transport"),
          counter("vertx.jktcp.bytes.written", "bytesSent", "bytes of packets to the transport"),
          counter("vertx.jktcp.retransmits", "retransmits", "segments sent again"),
          counter("vertx.jktcp.retransmitted.bytes", "bytesRetransmitted", "their payload"),
          counter("vertx.jktcp.timeouts", "timeouts", "retransmission timeouts"),
          counter("vertx.jktcp.fast.retransmits", "fastRetransmits", "recoveries that ACKs began"),
          gauge(
              "vertx.jktcp.round.trip",
              "seconds",
              "smoothed round trips of the connections that live",
              "stat",
              roundTrips()),
          counter(
              "vertx.jktcp.dropped.packets",
              "packets that the stack dropped, by the reason",
              "reason",
              dropped()),
          counter("vertx.jktcp.datagrams.read", "datagramsReceived", "UDP datagrams that came"),
          counter("vertx.jktcp.datagrams.written", "datagramsSent", "UDP datagrams that went out"),
          counter(
              "vertx.jktcp.datagrams.dropped",
              "datagramsDropped",
              "UDP datagrams for a reader that was too slow, or without memory"),
          gauge(
              "vertx.jktcp.memory.held", "bytes that count against the limit", s -> s.memoryHeld()),
          gauge("vertx.jktcp.memory.limit", "that limit", AdapterStats::maxBytesHeld),
          gauge(
              "vertx.jktcp.fill",
              "",
              "how full each table and queue is, as a part of 1",
              "of",
              fill()),
          gauge(
              "vertx.jktcp.transport.state",
              "",
              "1 for the state in which the transport is, 0 for the others",
              "state",
              byTransportState()),
          counter(
              "vertx.jktcp.transport.losses",
              "how often the transport was away",
              "",
              Map.of("", s -> s.transport().losses())),
          counter(
              "vertx.jktcp.transport.dropped",
              "packets that the transport dropped",
              "direction",
              transportDropped()));

  private MeterRows() {}

  private static Map<String, ToDoubleFunction<AdapterStats>> values() {
    return new LinkedHashMap<>();
  }

  /** {@code TIMED_OUT} as {@code timed_out}. */
  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> byState() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    for (TcpState state : TcpState.values()) {
      if (state != TcpState.CLOSED) {
        values.put(text(state), stats -> stats.states().getOrDefault(state, 0));
      }
    }
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> byReason() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    for (CloseReason reason : CloseReason.values()) {
      if (reason != CloseReason.BUS_LOST) { // of a handle, which the adapter does not see
        values.put(text(reason), counted(Stats.ended(reason)));
      }
    }
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> refused() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    values.put("backlog", counted("backlogDrops"));
    values.put("connections", counted("limitDrops"));
    values.put("memory", counted("memoryRefusals"));
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> roundTrips() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    values.put("least", stats -> stats.roundTrips().leastNs() / NS_PER_S);
    values.put("mean", stats -> stats.roundTrips().meanNs() / NS_PER_S);
    values.put("largest", stats -> stats.roundTrips().largestNs() / NS_PER_S);
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> dropped() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    for (DropReason reason : DropReason.values()) {
      values.put(text(reason), counted(Stats.dropped(reason)));
    }
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> fill() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    for (String what : Stats.USAGES) {
      values.put(what, stats -> share(stats.usage().get(what)));
    }
    return values;
  }

  private static double share(AdapterStats.Usage usageOrNull) {
    return usageOrNull == null ? 0 : usageOrNull.share();
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> byTransportState() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    for (TransportState state : TransportState.values()) {
      values.put(state.text(), stats -> stats.transport().state() == state ? 1 : 0);
    }
    return values;
  }

  private static Map<String, ToDoubleFunction<AdapterStats>> transportDropped() {
    Map<String, ToDoubleFunction<AdapterStats>> values = values();
    values.put("in", counted("transportDroppedIn"));
    values.put("out", counted("transportDroppedOut"));
    return values;
  }
}
