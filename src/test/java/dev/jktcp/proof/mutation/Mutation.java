package dev.jktcp.proof.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One recorded way to break the code that a requirement's tests guard.
 *
 * @param label of the tests, or the name of the fuzz target, that must fail; or what a judge says
 * @param file below {@link #SOURCES}
 * @param before lines of it, leading blanks left out
 * @param after what stands there instead
 */
record Mutation(String label, String file, List<String> before, List<String> after) {
  static final Path SOURCES = Path.of("src/main/java/dev/jktcp");

  static List<Mutation> all() throws IOException {
    return all("/dev/jktcp/mutations.txt");
  }

  /** A resource: {@code == label | file}, lines with {@code -}, lines with {@code +}. */
  static List<Mutation> all(String resource) throws IOException {
    List<Mutation> all = new ArrayList<>();
    try (InputStream in = Mutation.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
        if (line.startsWith("== ")) {
          String[] cell = line.substring(3).split("\\s*\\|\\s*");
          all.add(new Mutation(cell[0], cell[1], new ArrayList<>(), new ArrayList<>()));
        } else {
          Mutation last = all.get(all.size() - 1);
          (line.charAt(0) == '-' ? last.before : last.after).add(line.substring(1).strip());
        }
      }
    }
    return all;
  }

  String className() {
    return "dev.jktcp." + file.replace('/', '.').replaceFirst("\\.java$", "");
  }

  String source() throws IOException {
    return Files.readString(SOURCES.resolve(file));
  }

  /** How often the old lines occur. */
  int occurrences() throws IOException {
    return positions(source().lines().toList()).size();
  }

  /** The source with the new lines in place of the old ones. */
  String mutated() throws IOException {
    List<String> lines = new ArrayList<>(source().lines().toList());
    int at = positions(lines).get(0);
    lines.subList(at, at + before.size()).clear();
    lines.addAll(at, after);
    return String.join("\n", lines);
  }

  private List<Integer> positions(List<String> lines) {
    List<String> stripped = lines.stream().map(String::strip).toList();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i + before.size() <= stripped.size(); i++) {
      if (stripped.subList(i, i + before.size()).equals(before)) {
        positions.add(i);
      }
    }
    return positions;
  }

  @Override
  public String toString() {
    return label + " in " + file;
  }
}
