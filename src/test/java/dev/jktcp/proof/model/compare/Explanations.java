package dev.jktcp.proof.model.compare;

import dev.jktcp.proof.model.Liberty;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The committed list of what the core does otherwise than the letter of RFC 9293 §3.10. */
final class Explanations {
  private static final String FILE = "/dev/jktcp/proof/model/classes.txt";

  /**
   * One line of the list.
   *
   * @param fault whether it is a fault of the core that waits to be mended, not a class
   * @param section what allows it, or is broken
   */
  record Entry(Liberty liberty, boolean fault, String section, String reason) {}

  private Explanations() {}

  static List<Entry> load() {
    List<Entry> entries = new ArrayList<>();
    for (String line : text().split("\n")) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] part = line.split("\\|", 4);
        if (part.length != 4) {
          throw new AssertionError(FILE + ": need kind | NAME | section | reason: " + line);
        }
        boolean fault = part[0].trim().equals("fault");
        entries.add(
            new Entry(Liberty.valueOf(part[1].trim()), fault, part[2].trim(), part[3].trim()));
      }
    }
    return entries;
  }

  private static String text() {
    try (InputStream in = Explanations.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
