package dev.jktcp.channel.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tests of others that pass over the kernel and need not over the stack, and why; none of those
 * over a TUN device.
 */
final class Exceptions {
  private static final String FILE = "/dev/jktcp/channel/suite/exceptions.txt";

  private final Map<String, String> everywhere = new TreeMap<>();
  private final Map<String, String> betweenTwo = new TreeMap<>();

  Exceptions() throws IOException {
    try (InputStream file = Exceptions.class.getResourceAsStream(FILE)) {
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.isBlank() || line.startsWith("#")) continue;
        String[] parts = line.split(" ", 3);
        (parts[0].equals("two") ? betweenTwo : everywhere).put(parts[1], parts[2]);
      }
    }
  }

  /** Why it need not pass; null if it must. */
  String reason(Way way, String test) {
    if (way == Way.TUN) return null;
    String reason = everywhere.get(test);
    return reason == null && way == Way.TWO_ADAPTERS ? betweenTwo.get(test) : reason;
  }
}
