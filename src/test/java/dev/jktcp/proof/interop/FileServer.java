package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server of the JDK's with files of many sizes, and clients that fetch them all. */
final class FileServer {
  private static final int[] SIZES = {
    0, 1, 1_459, 65_537, 262_144, 1_000_003, 2_500_000, 5_242_880
  };

  private final List<Path> files = new ArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FileServer(Path directory, String address) throws IOException {
    SplittableRandom random = new SplittableRandom(8);
    for (int size : SIZES) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      files.add(Files.write(directory.resolve("file-" + size), content));
    }
    server = HttpServer.create(new InetSocketAddress(KernelLab.literal(address), 0), 128);
    server.createContext("/", exchange -> answer(directory, exchange));
    server.setExecutor(threads);
    server.start();
  }

  private static void answer(Path directory, HttpExchange exchange) throws IOException {
    Path file = directory.resolve(exchange.getRequestURI().getPath().substring(1));
    long size = Files.size(file);
    exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
    try (OutputStream body = exchange.getResponseBody()) {
      Files.copy(file, body);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * Every client fetches every file, each beginning with another; all at once.
   *
   * @param authority where the server is to be found, {@code host:port}
   */
  void fetchAll(int clients, String authority) {
    List<Future<Void>> fetching = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int first = i;
      fetching.add(
          KernelEnd.onThread(
              threads,
              () -> {
                fetchAllFrom(first, authority);
                return null;
              }));
    }
    KernelLab.await(Future.all(fetching));
  }

  private void fetchAllFrom(int first, String authority) throws IOException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get((first + i) % files.size());
      URI uri = URI.create("http://" + authority + "/" + file.getFileName());
      HttpResponse<byte[]> answer = fetch(client, uri);
      assertEquals(200, answer.statusCode());
      assertArrayEquals(Files.readAllBytes(file), answer.body(), file.toString());
    }
  }

  private static HttpResponse<byte[]> fetch(HttpClient client, URI uri) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }
}
