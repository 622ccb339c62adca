package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the built jars have in them besides classes. */
class JarIT {
  private static final String LICENCE = "META-INF/LICENSE";
  private static final String LIBRARY = "vertx-jktcp-*.jar";

  /**
   * The library's jar and the command's, which holds other libraries with licences of their own.
   */
  @Test
  void licence_isInEachJar() throws IOException {
    byte[] licence = Files.readAllBytes(Path.of("LICENSE"));
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        ZipEntry entry = file.getEntry(LICENCE);
        assertNotNull(entry, jar + " has no " + LICENCE);
        try (InputStream text = file.getInputStream(entry)) {
          assertArrayEquals(licence, text.readAllBytes(), jar.toString());
        }
      }
    }
  }

  private static List<Path> jars() throws IOException {
    Path command = Path.of(System.getProperty("jktcp.jar"));
    List<Path> jars = new ArrayList<>(List.of(command));
    try (DirectoryStream<Path> library =
        Files.newDirectoryStream(command.resolveSibling(""), LIBRARY)) {
      for (Path jar : library) {
        if (!jar.toString().matches(".*-(sources|javadoc)\\.jar")) jars.add(jar);
      }
    }
    assertEquals(2, jars.size(), jars.toString());
    return jars;
  }

  /** One time for all of the library's entries: the same sources make the same bytes. */
  @Test
  void entries_haveTheTimeOfThePom() throws IOException {
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        long times =
            file.stream()
                .filter(entry -> entry.getName().startsWith("dev/jktcp/")) // others have their own
                .map(ZipEntry::getLastModifiedTime)
                .distinct()
                .count();
        assertEquals(1, times, jar.toString());
      }
    }
  }
}
