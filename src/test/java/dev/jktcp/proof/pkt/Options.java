package dev.jktcp.proof.pkt;

import dev.jktcp.wire.IpAddress;
import java.util.List;
import java.util.Set;

/** The {@code --option} lines at a script's head. */
final class Options {
  private static final Set<String> VERSIONS = Set.of("ipv4", "ipv6", "ipv4-mapped-ipv6");

  private Options() {}

  /**
   * @throws SkippedException for {@link SkipReason#OPTION}
   */
  static void apply(List<Script.Option> options, Settings settings) {
    for (Script.Option option : options) {
      try {
        apply(option, settings);
      } catch (IllegalArgumentException e) {
        throw unknown(option);
      }
    }
  }

  private static void apply(Script.Option option, Settings settings) {
    String value = option.value();
    switch (option.name()) {
      case "tolerance_usecs" -> settings.toleranceUs = atLeast(option, 1, Long.parseLong(value));
      case "tolerance_percent" -> {
        settings.tolerancePercent = Double.parseDouble(value);
        check(option, settings.tolerancePercent >= 0 && settings.tolerancePercent <= 100);
      }
      case "tcp_ts_tick_usecs" ->
          settings.timestampTickUs = atLeast(option, 0, Long.parseLong(value));
      case "mtu" -> settings.mtu = Integer.parseInt(value) + settings.family.extraMtu();
      case "bind_port" -> settings.bindPort = port(option);
      case "connect_port" -> settings.connectPort = port(option);
      case "local_ip" -> settings.localIp = address(option, settings);
      case "remote_ip" -> settings.remoteIp = address(option, settings);
      case "tcp_ts_ecr_scaled" -> {
        check(option, value.isEmpty());
        settings.timestampsScaled = true;
      }
      case "udp_encapsulation" -> check(option, value.equals("tcp"));
      case "non_fatal" -> {
        check(option, value.equals("syscall"));
        settings.lacksOptions = true;
      }
      case "strict_segments" -> {
        check(option, value.isEmpty());
        settings.strictSegments = true;
      }
      // Who plays it chose the family; of the rest, what it says is so anyway.
      case "ip_version" -> check(option, VERSIONS.contains(value));
      case "define" -> check(option, value.indexOf('=') > 0);
      case "gateway_ip", "netmask_ip" -> IpAddress.parse(value);
      case "speed" -> atLeast(option, 0, Long.parseLong(value));
      case "mss" -> settings.mergedSegment = (int) atLeast(option, 0, Integer.parseInt(value));
      default -> throw unknown(option);
    }
  }

  private static void check(Script.Option option, boolean holds) {
    if (!holds) {
      throw unknown(option);
    }
  }

  private static long atLeast(Script.Option option, long least, long value) {
    check(option, value >= least);
    return value;
  }

  private static int port(Script.Option option) {
    int port = Integer.parseInt(option.value());
    check(option, port > 0 && port <= 65_535);
    return port;
  }

  private static String address(Script.Option option, Settings settings) {
    boolean v6 = option.value().contains(":");
    if (v6 != settings.family.v6()) {
      throw unknown(option);
    }
    IpAddress.parse(option.value());
    return option.value();
  }

  private static SkippedException unknown(Script.Option option) {
    return new SkippedException(
        SkipReason.OPTION, option.line(), "--" + option.name() + " " + option.value());
  }
}
