package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;

/** A self-signed certificate of this run, made by the JDK's keytool. */
final class Certificate {
  private static final String PASSWORD = "of-this-test";

  private Certificate() {}

  static PfxOptions make(Path directory) throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=10.0.0.2",
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
    return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
  }
}
