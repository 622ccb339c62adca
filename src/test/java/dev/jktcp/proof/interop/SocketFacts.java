package dev.jktcp.proof.interop;

import java.util.List;

/** A line of {@code ss -tio}: what the kernel tells about a connection of its own. */
record SocketFacts(String line) {
  boolean has(String word) {
    return List.of(line.split("\\s+")).contains(word);
  }

  /** The number behind {@code name:}, 0 if the kernel does not name it. */
  long number(String name) {
    String value = text(name);
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  /** What is behind {@code name:}, empty if the kernel does not name it. */
  String text(String name) {
    for (String word : line.split("\\s+")) {
      if (word.startsWith(name + ":")) return word.substring(name.length() + 1);
    }
    return "";
  }
}
