package dev.jktcp.bench;

import dev.jktcp.Adapter;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.TunOptions;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A connection from an adapter on a TUN device of its own to a blocking socket of the kernel. */
final class TunLink implements AutoCloseable {
  private static final int DEVICES = 256;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private Adapter adapter;
  private TcpStream stream;
  private SocketChannel kernel;

  /** Without TUN, root or the program {@code ip}, fails with one line that says what to do. */
  static TunLink open(BenchOptions options) {
    TunLink link = new TunLink();
    try {
      link.connect(options);
      return link;
    } catch (IOException e) {
      link.close();
      throw new IllegalStateException(e.getMessage(), e);
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  private void connect(BenchOptions options) throws IOException {
    int number = freeNumber();
    String name = "jkbench" + number;
    String kernelAddress = address(options, number, 1);
    TunOptions tun = new TunOptions().setMtu(options.mtu());
    TunTransport device = AdapterLab.await(TunTransport.open(vertx, name, tun));
    ip("link", "set", name, "mtu", "" + options.mtu(), "up");
    ip("addr", "add", kernelAddress + (options.ipv6() ? "/64" : "/24"), "dev", name);
    adapter =
        on(
            () ->
                Future.succeededFuture(
                    Adapter.create(
                        vertx, device, Ends.adapterOptions(options, address(options, number, 2)))));
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getByName(kernelAddress), 0));
      int port = server.socket().getLocalPort();
      stream = on(() -> adapter.connect(kernelAddress, port));
      kernel = server.accept();
    }
  }

  private static int freeNumber() {
    for (int number = 0; number < DEVICES; number++) {
      if (!Files.exists(Path.of("/sys/class/net/jkbench" + number))) {
        return number;
      }
    }
    throw new IllegalStateException(
        "jkbench0 to jkbench255 are taken: remove one with 'ip link del jkbench0'");
  }

  private static String address(BenchOptions options, int number, int host) {
    return options.ipv6()
        ? "fd66:78:" + Integer.toHexString(number) + "::" + host
        : "10.78." + number + "." + host;
  }

  private static void ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    if (arguments[0].equals("addr") && arguments[2].contains(":")) {
      command.add("nodad"); // so that the address can be used at once
    }
    String line = String.join(" ", command);
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException("the program ip is missing: install iproute2", e);
    }
    String output = new String(process.getInputStream().readAllBytes()).trim();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("'" + line + "' failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  TcpStream stream() {
    return stream;
  }

  SocketChannel kernel() {
    return kernel;
  }

  /** Runs on the adapter's event loop, and waits for the outcome. */
  <T> T on(Supplier<Future<? extends T>> call) {
    return AdapterLab.on(context, call);
  }

  @Override
  public void close() {
    try {
      if (kernel != null) {
        kernel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (adapter != null) {
        AdapterLab.await(adapter.close());
      }
      AdapterLab.await(vertx.close());
    }
  }
}
