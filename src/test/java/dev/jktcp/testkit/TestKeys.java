package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;

/** A self-signed key for servers of tests, made by the JDK's keytool. */
public final class TestKeys {
  public static final String PASSWORD = "of-this-test";

  private TestKeys() {}

  /**
   * @return a PKCS #12 file in the directory
   */
  public static Path in(Path directory) throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), said);
    return store;
  }

  public static PfxOptions options(Path store) {
    return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
  }
}
