package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merge that was not brought to its end leaves marks in any file, in the guide's pages too. */
class ConflictMarkersTest {
  /** What builds and tools leave here. */
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", ".vscode");

  /** As Git writes them. The line of seven = between is a heading's underline in other formats. */
  private static final Pattern MARK = Pattern.compile("(?m)^(<{7}|>{7}|[|]{7})( [^\\n\\r]*)?\\r?$");

  @Test
  void noFileOfTheRepository_hasAMark() throws IOException {
    List<Path> files = files(Path.of(""));
    for (String one : List.of("pom.xml", "README.md", "src/main/asciidoc/proof.adoc")) {
      assertTrue(files.contains(Path.of(one)), "looked at " + one);
    }
    assertEquals(List.of(), marked(files));
  }

  @Test
  void halfOfAMerge_isSeen_inWhateverFile(@TempDir Path directory) throws IOException {
    String ours = "one\n<<<<<<< HEAD\ntwo\n=======\n";
    Path page = Files.writeString(directory.resolve("page.adoc"), ours + "three\n>>>>>>> b1c2d3\n");
    Path other = Files.writeString(directory.resolve("script"), "a\r\n<<<<<<<\r\nb");
    Path base = Files.writeString(directory.resolve("table.txt"), "||||||| parent of 1234\n");
    Files.writeString(directory.resolve("kind.md"), "Title\n=======\n a <<<<<<< b\n<<<<<<<<\n");
    List<Path> marked = marked(files(directory));
    assertEquals(Set.of(page, other, base), Set.copyOf(marked), marked.toString());
  }

  private static List<Path> marked(List<Path> files) throws IOException {
    List<Path> marked = new ArrayList<>();
    for (Path file : files) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1); // whatever bytes it has
      if (MARK.matcher(text).find()) {
        marked.add(file);
      }
    }
    return marked;
  }

  private static List<Path> files(Path top) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes of) {
            boolean ours = !NOT_OURS.contains(String.valueOf(directory.getFileName()));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes of) {
            if (of.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
