package dev.jktcp.proof.pkt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The list of others' scripts that do not pass, each with the line, the reason and who is right.
 */
final class Unpassed {
  static final Path LIST = Path.of("src/test/resources/dev/jktcp/proof/pkt/unpassed.txt");
  private static final Set<String> RIGHT = Set.of("ours", "theirs", "both");

  /**
   * @param path a pattern for the end of the script's path
   */
  record Row(String suite, Pattern path, int line, String asked, String ours, String right) {
    boolean explains(Verdict verdict) {
      return verdict.line() == line && path.matcher(verdict.path()).find();
    }
  }

  private final List<Row> rows = new ArrayList<>();

  /**
   * @throws IllegalArgumentException with the row that is none
   */
  static Unpassed read(List<String> lines) {
    Unpassed list = new Unpassed();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        list.rows.add(row(line));
      }
    }
    return list;
  }

  static Unpassed read() throws IOException {
    return read(Files.readAllLines(LIST));
  }

  private static Row row(String line) {
    String[] cells = line.split(" \\| ", -1);
    if (cells.length != 6 || !RIGHT.contains(cells[5]) || !cells[2].matches("[0-9]+")) {
      throw new IllegalArgumentException(
          "suite | path | line | asked | ours | ours, theirs or both: " + line);
    }
    String path = Pattern.quote(cells[1]).replace("*", "\\E.*\\Q");
    return new Row(
        cells[0],
        Pattern.compile("(^|/)" + path + "$"),
        Integer.parseInt(cells[2]),
        cells[3],
        cells[4],
        cells[5]);
  }

  List<Row> rows() {
    return rows;
  }

  boolean explains(Verdict failed) {
    return rows.stream().anyMatch(r -> r.explains(failed));
  }
}
