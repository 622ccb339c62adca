package dev.jktcp.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server's key of this run, by the JDK's keytool. */
final class SelfSigned {
  private static final String PASSWORD = "of-this-run";

  private SelfSigned() {}

  /**
   * @throws IllegalStateException if keytool fails, with its output
   */
  static PfxOptions make() {
    try {
      Path directory = Files.createTempDirectory("jktcp-bench");
      Path store = directory.resolve("keys.p12");
      try {
        generate(store);
        return new PfxOptions()
            .setValue(Buffer.buffer(Files.readAllBytes(store)))
            .setPassword(PASSWORD);
      } finally {
        Files.deleteIfExists(store);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new IllegalStateException("bench: no key by keytool: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("bench: interrupted", e);
    }
  }

  private static void generate(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=jktcp bench",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    if (keytool.waitFor() != 0) {
      throw new IOException(said.trim());
    }
  }
}
