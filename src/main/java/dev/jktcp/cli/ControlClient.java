package dev.jktcp.cli;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.impl.frame.ConnectionListJson;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks the control socket of another process. One thread only. */
final class ControlClient implements Closeable {
  /** Longer than the other side's own timeout, after which it answers that it has no answer. */
  private static final long ANSWER_MS = 5_000;

  private static final int MAX_ANSWER = 64 << 20; // sixty thousand connections

  /**
   * A process's answer about itself.
   *
   * @param error why the answer has no more than this; null: it is whole
   */
  record Look(JsonObject about, String error, AdapterStats stats, ConnectionList connections) {
    /** {@code forward (pid 123)}. */
    String who() {
      return about.getString("command", "?") + " (pid " + about.getLong("pid", 0L) + ")";
    }
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private final ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);

  /**
   * @throws IOException if no process listens there
   */
  ControlClient(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * @param limit connections at most
   */
  Look look(int limit) throws IOException {
    String request = new JsonObject().put("limit", limit).encode() + "\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
    try {
      return look(new JsonObject(readLine()));
    } catch (RuntimeException malformed) {
      throw new IOException("its answer is not understood: another version?", malformed);
    }
  }

  private static Look look(JsonObject json) {
    JsonObject about = json.getJsonObject("about", new JsonObject());
    String error = json.getString("error");
    return error != null
        ? new Look(about, error, null, null)
        : new Look(
            about,
            null,
            AdapterStats.of(json.getJsonObject("stats")),
            ConnectionListJson.read(json.getJsonObject("connections")));
  }

  private String readLine() throws IOException {
    long endNs = System.nanoTime() + ANSWER_MS * 1_000_000;
    heard.reset();
    while (true) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new IOException("no answer within " + ANSWER_MS / 1_000 + " s");
      }
      selector.select(leftMs);
      selector.selectedKeys().clear();
      int count = channel.read(chunk.clear());
      if (count < 0) {
        throw new IOException("it has ended");
      }
      heard.write(chunk.array(), 0, count);
      if (count > 0 && chunk.array()[count - 1] == '\n') {
        return heard.toString(StandardCharsets.UTF_8);
      }
      if (heard.size() > MAX_ANSWER) {
        throw new IOException("its answer has more than " + (MAX_ANSWER >> 20) + " MiB");
      }
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
