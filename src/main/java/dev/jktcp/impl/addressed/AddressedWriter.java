package dev.jktcp.impl.addressed;

import dev.jktcp.impl.LocalStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Carries data from the write address to the connection. A message is taken whole or refused. A
 * message that was taken and comes again is answered as the first time. Adapter context only.
 */
final class AddressedWriter {
  private record Taken(long offset, int length, boolean last, Future<Void> done) {}

  private final LocalStream stream;
  private final long reserve;
  private final long largest;
  private final Map<Long, Taken> waiting = new HashMap<>(); // by offset
  private Taken newest;
  private boolean ended;

  /**
   * @param reserve bytes of room kept for other writers
   * @param largest most bytes of one message
   */
  AddressedWriter(LocalStream stream, long reserve, long largest) {
    this.stream = stream;
    this.reserve = reserve;
    this.largest = largest;
  }

  /**
   * @param offset of the first byte in the connection; -1 for the current one
   * @param last whether nothing follows
   * @return completes when the send buffer has all of it, with the offset behind it
   */
  Future<Long> write(Buffer data, long offset, boolean last) {
    int length = data.length();
    Taken before = offset < 0 ? null : taken(offset);
    if (before != null && before.length == length && before.last == last) {
      return before.done.map(offset + length);
    }
    checkOpen();
    checkOffset("offset", offset);
    if (length == 0 && !last) {
      throw new IllegalArgumentException("size: an empty Buffer writes nothing");
    }
    if (length > largest) {
      throw new IllegalArgumentException(
          "size: " + length + " bytes in one message, " + largest + " at most");
    }
    if (length + reserve > stream.writeRoom()) {
      throw new AddressedFull(
          "full: "
              + (stream.written() - stream.taken())
              + " bytes are waiting, send it again later");
    }
    return take(data, last);
  }

  private Future<Long> take(Buffer data, boolean last) {
    long offset = stream.written();
    int length = data.length();
    Future<Void> done = length == 0 ? Future.succeededFuture() : stream.write(data);
    Taken taken = new Taken(offset, length, last, done);
    newest = taken;
    if (!done.isComplete()) {
      waiting.put(offset, taken);
      done.onComplete(result -> waiting.remove(offset, taken));
    }
    if (last) {
      end(-1);
    }
    return done.map(offset + length);
  }

  private Taken taken(long offset) {
    return newest != null && newest.offset == offset ? newest : waiting.get(offset);
  }

  /**
   * Nothing more is written.
   *
   * @param at the offset that the connection must have reached; -1 for any
   * @return completes when the peer has acknowledged everything
   */
  Future<Void> end(long at) {
    checkOffset("at", at);
    ended = true;
    return stream.end();
  }

  /** As {@link #end}; no more data is read. */
  Future<Void> close(long at) {
    checkOffset("at", at);
    ended = true;
    return stream.close();
  }

  private void checkOpen() {
    if (ended) {
      throw new IllegalStateException("the end was written: nothing can follow");
    }
  }

  private void checkOffset(String name, long offset) {
    long written = stream.written();
    if (offset < 0 || offset == written) {
      return;
    }
    throw new IllegalStateException(
        name + ": " + offset + ", but " + written + " bytes were written so far");
  }
}
