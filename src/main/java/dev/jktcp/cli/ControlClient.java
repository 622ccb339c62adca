package dev.jktcp.cli;

import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionInfo;
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
import java.util.ArrayList;
import java.util.List;

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

  private final String process;
  private final SocketChannel channel;
  private final Selector selector;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private final ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);

  /**
   * @param process the name, in error lines, of the process that listens there
   * @throws IOException if no process listens there
   */
  ControlClient(Path socket, String process) throws IOException {
    this.process = process;
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * @param limit connections at most; one answer has no more than its adapter's {@code maxListed}
   */
  Look look(int limit) throws IOException {
    return look(0, limit);
  }

  /** As many connections as that, by as many answers as it takes. */
  Look lookByPages(int limit) throws IOException {
    Look first = look(limit);
    if (first.error() != null) {
      return first;
    }
    List<ConnectionInfo> all = new ArrayList<>(first.connections().connections());
    while (all.size() < limit && all.size() < first.connections().total()) {
      Look next = look(all.size(), limit - all.size());
      if (next.error() != null || next.connections().connections().isEmpty()) {
        break; // the rest has ended meanwhile
      }
      all.addAll(next.connections().connections());
    }
    ConnectionList whole = new ConnectionList(first.connections().total(), 0, all);
    return new Look(first.about(), null, first.stats(), whole);
  }

  private Look look(int skip, int limit) throws IOException {
    String request = new JsonObject().put("skip", skip).put("limit", limit).encode() + "\n";
    write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
    try {
      return look(new JsonObject(readLine()));
    } catch (RuntimeException malformed) {
      throw new IOException(
          process + ": its answer is not understood: another version?", malformed);
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
        throw new IOException(process + ": no answer within " + ANSWER_MS / 1_000 + " s");
      }
      selector.select(leftMs);
      selector.selectedKeys().clear();
      int count = read();
      heard.write(chunk.array(), 0, count);
      if (count > 0 && chunk.array()[count - 1] == '\n') {
        return heard.toString(StandardCharsets.UTF_8);
      }
      if (heard.size() > MAX_ANSWER) {
        throw new IOException(
            process + ": its answer has more than " + (MAX_ANSWER >> 20) + " MiB");
      }
    }
  }

  private void write(ByteBuffer request) throws IOException {
    try {
      channel.write(request);
    } catch (IOException broken) {
      throw new IOException(process + " has ended", broken);
    }
  }

  private int read() throws IOException {
    int count;
    try {
      count = channel.read(chunk.clear());
    } catch (IOException broken) {
      throw new IOException(process + " has ended", broken);
    }
    if (count < 0) {
      throw new IOException(process + " has ended");
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
