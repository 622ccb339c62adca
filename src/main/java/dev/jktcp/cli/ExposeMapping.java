package dev.jktcp.cli;

import dev.jktcp.text.Fields;
import java.util.List;

/**
 * {@code PORT:HOST:HPORT}: connections to a userspace port go to a kernel TCP server.
 *
 * @param port where to listen
 * @param host name or address
 */
record ExposeMapping(int port, String host, int hostPort) {
  static ExposeMapping parse(String text) {
    List<String> f = Fields.split(text);
    if (f.size() != 3) {
      throw Fields.wrongForm(text, f, "PORT:HOST:HPORT");
    }
    return new ExposeMapping(
        Fields.port(text, f.get(0), 1),
        Fields.host(text, f.get(1)),
        Fields.port(text, f.get(2), 1));
  }
}
