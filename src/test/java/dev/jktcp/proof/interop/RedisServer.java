package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** A real redis-server that keeps nothing, at an address of the kernel. */
public final class RedisServer implements AutoCloseable {
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Skips the test by name where the program is missing. */
  public static RedisServer orSkip(String host) throws Exception {
    Needs.program("redis-server");
    int port = freePort(host);
    Process process =
        new ProcessBuilder(
                "redis-server",
                "--bind",
                host,
                "--port",
                "" + port,
                "--save",
                "",
                "--appendonly",
                "no",
                "--protected-mode",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitListening(process, host, port);
    return new RedisServer(process, port);
  }

  static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, 0));
      return socket.getLocalPort();
    }
  }

  static void awaitListening(Process process, String host, int port) throws Exception {
    long startNs = System.nanoTime();
    while (!isListening(host, port)) {
      assertTrue(process.isAlive(), "the server has ended");
      assertTrue(System.nanoTime() - startNs < LIMIT_NS, "the server does not listen");
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  private static boolean isListening(String host, int port) {
    try (Socket socket = new Socket(host, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
