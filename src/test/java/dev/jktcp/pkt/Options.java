package dev.jktcp.pkt;

import java.util.List;

/** The {@code --option} lines at a script's head. */
final class Options {
  private Options() {}

  /**
   * @throws SkippedException for {@link SkipReason#OPTION}
   */
  static void apply(List<Script.Option> options, Settings settings) {
    for (Script.Option option : options) {
      try {
        apply(option, settings);
      } catch (NumberFormatException e) {
        throw unknown(option);
      }
    }
  }

  private static void apply(Script.Option option, Settings settings) {
    String value = option.value();
    switch (option.name()) {
      case "tolerance_usecs" -> settings.toleranceUs = Long.parseLong(value);
      case "tolerance_percent" -> settings.tolerancePercent = Double.parseDouble(value);
      case "tcp_ts_tick_usecs" -> settings.timestampTickUs = Long.parseLong(value);
      case "mtu" -> settings.mtu = Integer.parseInt(value) + settings.family.extraMtu();
      case "bind_port" -> settings.bindPort = Integer.parseInt(value);
      case "connect_port" -> settings.connectPort = Integer.parseInt(value);
      case "local_ip" -> settings.localIp = address(option, settings);
      case "remote_ip" -> settings.remoteIp = address(option, settings);
      case "tcp_ts_ecr_scaled" -> settings.timestampsScaled = true;
      case "strict_segments" -> settings.strictSegments = true;
      // Who plays it chose the family; of the rest, what it says is so anyway.
      case "ip_version", "define", "gateway_ip", "netmask_ip", "speed", "mss" -> {}
      default -> throw unknown(option);
    }
  }

  private static String address(Script.Option option, Settings settings) {
    boolean v6 = option.value().contains(":");
    if (v6 != settings.family.v6()) {
      throw unknown(option);
    }
    return option.value();
  }

  private static SkippedException unknown(Script.Option option) {
    return new SkippedException(
        SkipReason.OPTION, option.line(), "--" + option.name() + " " + option.value());
  }
}
