package dev.jktcp.proof.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test that lacks a program or a right is skipped in one way only. */
class NeedsTest {
  @TempDir Path directory;

  @Test
  void program_isFoundOnThePathOnly() throws IOException {
    Path program = Files.createFile(directory.resolve("tshark"));
    String path = "/nowhere" + File.pathSeparator + directory;
    assertFalse(Needs.isOnPath("tshark", path), "it is no program yet");
    assertTrue(program.toFile().setExecutable(true));
    assertTrue(Needs.isOnPath("tshark", path));
    assertFalse(Needs.isOnPath("nc", path));
    assertFalse(Needs.isOnPath("tshark", ""));
    assertFalse(Needs.isOnPath("tshark", null));
  }

  @Test
  void rightToMakeATun_isACapability_notAUser() {
    assertTrue(Needs.mayAdministerNetworks(List.of("Uid:\t0", "CapEff:\t000001ffffffffff")));
    assertTrue(Needs.mayAdministerNetworks(List.of("Uid:\t1000", "CapEff:\t0000000000001000")));
    assertFalse(Needs.mayAdministerNetworks(List.of("Uid:\t0", "CapEff:\t00000000a80425fb")));
    assertFalse(Needs.mayAdministerNetworks(List.of()), "not Linux");
  }

  /** So that each skip has a name, and that CI can ask for all. */
  @Test
  void testsAreSkipped_byNeedsAlone() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
      List<String> others =
          sources
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> !path.getFileName().toString().startsWith("Needs"))
              .filter(NeedsTest::assumes)
              .map(Path::toString)
              .toList();
      assertEquals(List.of(), others, "ask Needs, which says what is missing");
    }
  }

  private static boolean assumes(Path source) {
    try {
      String text = Files.readString(source);
      return text.contains("api.Assumptions") || text.contains("api.condition.");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
