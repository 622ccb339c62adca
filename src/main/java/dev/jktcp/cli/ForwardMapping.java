package dev.jktcp.cli;

import dev.jktcp.text.Fields;
import java.util.List;

/**
 * {@code [BIND:]LPORT:[ADDR:]RPORT}: connections to a kernel port go to a userspace one. A field of
 * digits only is a port.
 *
 * @param listenPort 0 picks a free one
 * @param address null for the only peer
 */
record ForwardMapping(String bind, int listenPort, String address, int port) {
  private static final String FORM = "[BIND:]LPORT:[ADDR:]RPORT";

  static ForwardMapping parse(String text) {
    List<String> f = Fields.split(text);
    return switch (f.size()) {
      case 2 -> of(text, null, f.get(0), null, f.get(1));
      case 3 ->
          Fields.isPort(f.get(0))
              ? of(text, null, f.get(0), f.get(1), f.get(2))
              : of(text, f.get(0), f.get(1), null, f.get(2));
      case 4 -> of(text, f.get(0), f.get(1), f.get(2), f.get(3));
      default -> throw Fields.wrongForm(text, f, FORM);
    };
  }

  private static ForwardMapping of(
      String text, String bind, String listenPort, String address, String port) {
    return new ForwardMapping(
        bind == null ? BindAddress.LOOPBACK : Fields.host(text, bind),
        Fields.port(text, listenPort, 0),
        address == null ? null : RemoteHost.of(text, address),
        Fields.port(text, port, 1));
  }
}
