package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service provider in a process of its own, as a launcher or framework has it. */
@Timeout(120)
class RoutesProviderIT {
  /** An application that knows nothing of adapters: it connects, and says what came of it. */
  static final class Application {
    private Application() {}

    public static void main(String[] args) {
      Vertx vertx;
      try {
        vertx = Vertx.vertx();
      } catch (IllegalArgumentException refused) {
        System.out.println(refused.getMessage());
        return;
      }
      NetClient client = vertx.createNetClient();
      client
          .connect(Integer.parseInt(args[1]), args[0])
          .onComplete(
              result -> {
                System.out.println(result.succeeded() ? "connected" : result.cause().getMessage());
                client.close(); // not by the garbage collector before
                vertx.close();
              });
    }
  }

  private static String runs(String host, int port, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Application.class.getName(), host, String.valueOf(port)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void property_givesEachVertxRoutes_andWithoutItNothingChanges() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"))) {
      int port = server.getLocalPort();
      assertEquals("connected", runs("127.0.0.2", port));
      assertEquals(
          "no adapter 'phone', which route 127.0.0.2/32 goes to: deploy it first: /127.0.0.2:"
              + port,
          runs("127.0.0.2", port, "-Djktcp.routes=10.0.0.0/8=other, 127.0.0.2=phone"));
      assertEquals("connected", runs("127.0.0.2", port, "-Djktcp.routes="));
      assertEquals(
          "connected", runs("127.0.0.2", port, "-Djktcp.routes=10.0.0.0/8=other,*.tunnel=other"));
      String name = runs("db.tunnel", port, "-Djktcp.routes=*.tunnel=other");
      assertTrue(name.startsWith("Failed to resolve 'db.tunnel'"), name);
      assertEquals(
          "-Djktcp.routes: 127.0.0.2 is not of the form prefix=adapter",
          runs("127.0.0.2", port, "-Djktcp.routes=127.0.0.2"));
    }
  }
}
