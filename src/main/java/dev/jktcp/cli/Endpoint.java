package dev.jktcp.cli;

import dev.jktcp.text.Fields;
import java.util.List;

/**
 * {@code [ADDR:]PORT}, the target of {@code connect}.
 *
 * @param address null for the only peer
 * @param port 0 for {@code rsd}: the port a CDTunnel announces
 */
record Endpoint(String address, int port) {
  private static final String RSD = "rsd";

  static Endpoint parse(String text) {
    List<String> fields = Fields.split(text);
    if (fields.size() > 2) {
      throw Fields.wrongForm(text, fields, "[ADDR:]PORT");
    }
    String portField = fields.get(fields.size() - 1);
    int port = portField.equals(RSD) ? 0 : Fields.port(text, portField, 1);
    return new Endpoint(fields.size() == 1 ? null : RemoteHost.of(text, fields.get(0)), port);
  }

  boolean isRsd() {
    return port == 0;
  }
}
