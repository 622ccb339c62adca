package dev.jktcp.channel.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tests that a resource names.
 *
 * @param lines each a class and some of its methods, {@code CLASS#METHOD,METHOD…}
 */
record TestList(List<String> lines) {
  static TestList read(String file) throws IOException {
    try (var text = TestList.class.getResourceAsStream(file)) {
      return new TestList(
          new String(text.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList());
    }
  }

  /** Each {@code CLASS#METHOD}. */
  List<String> tests() {
    List<String> tests = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.split("#");
      for (String test : parts[1].split(",")) tests.add(parts[0] + "#" + test);
    }
    return tests;
  }
}
