package dev.jktcp.cli;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}: this jar, Vert.x and the Java that runs them. */
final class Version implements IVersionProvider {
  /** A file that Maven puts into the jar. */
  private static final String OURS = "/META-INF/maven/dev.jktcp/vertx-jktcp/pom.properties";

  private static final String VERTX = "/META-INF/vertx/vertx-version.txt";

  @Override
  public String[] getVersion() {
    return new String[] {
      "jktcp " + ours(),
      "Vert.x " + read(Vertx.class, VERTX, "of an unknown version").strip(),
      "Java " + property("java.version") + " of " + property("java.vendor"),
      property("os.name") + " " + property("os.version") + " " + property("os.arch")
    };
  }

  /** The version of the jar; classes that are in none have no version. */
  static String ours() {
    Properties pom = new Properties();
    try {
      pom.load(new StringReader(read(Version.class, OURS, "")));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string can be read
    }
    return pom.getProperty("version", "from classes, which have no version");
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  private static String read(Class<?> beside, String resource, String otherwise) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      return in == null ? otherwise : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
