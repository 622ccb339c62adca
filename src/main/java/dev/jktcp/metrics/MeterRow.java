package dev.jktcp.metrics;

import dev.jktcp.AdapterStats;
import io.micrometer.core.instrument.Meter;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One name of a meter: with a tag, a meter for each value of that tag.
 *
 * @param unit empty for a count, or for a part of 1
 * @param tag the tag besides the adapter's; empty for none
 * @param values by the tag's value
 */
record MeterRow(
    String name,
    Meter.Type type,
    String unit,
    String meaning,
    String tag,
    Map<String, ToDoubleFunction<AdapterStats>> values) {

  static MeterRow counter(String name, String counter, String meaning) {
    return counter(name, meaning, "", Map.of("", counted(counter)));
  }

  static MeterRow counter(
      String name, String meaning, String tag, Map<String, ToDoubleFunction<AdapterStats>> values) {
    return new MeterRow(name, Meter.Type.COUNTER, "", meaning, tag, values);
  }

  static MeterRow gauge(String name, String meaning, ToDoubleFunction<AdapterStats> value) {
    return gauge(name, "", meaning, "", Map.of("", value));
  }

  static MeterRow gauge(
      String name,
      String unit,
      String meaning,
      String tag,
      Map<String, ToDoubleFunction<AdapterStats>> values) {
    return new MeterRow(name, Meter.Type.GAUGE, unit, meaning, tag, values);
  }

  static ToDoubleFunction<AdapterStats> counted(String counter) {
    return stats -> stats.counter(counter);
  }

  /** The name in Prometheus's form. */
  String prometheusName() {
    String plain = name.replace('.', '_') + (unit.isEmpty() ? "" : "_" + unit);
    return type == Meter.Type.COUNTER ? plain + "_total" : plain;
  }
}
