package dev.jktcp.cli;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.text.Nearest;

/** Profiles by name. */
final class Profiles {
  private Profiles() {}

  static TcpProfile named(String name) {
    if (TcpProfile.names().contains(name)) {
      return TcpProfile.named(name);
    }
    throw new BadUsage(
        "'" + name + "' is not a profile; " + Nearest.hint(name, TcpProfile.names(), ""));
  }
}
