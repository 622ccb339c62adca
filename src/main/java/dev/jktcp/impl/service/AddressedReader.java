package dev.jktcp.impl.service;

import dev.jktcp.TcpException;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;

/**
 * What a connection brings, on its way to the read address: never more bytes than there is credit
 * for, and no word of the end before somebody who reads has given credit. Adapter context only.
 */
final class AddressedReader {
  private static final long MS = 1_000_000;

  /** So that who answers every Buffer, the end too, does not keep itself busy with it. */
  private static final long REMIND_MS = 1000;

  private final AddressedConnections home;
  private final LocalStream stream;
  private final String address;
  private long credit;
  private long sent;
  private boolean known; // that somebody reads
  private boolean ended;
  private long endSaidNs;

  AddressedReader(AddressedConnections home, LocalStream stream, String address) {
    this.home = home;
    this.stream = stream;
    this.address = address;
    stream.deliverUpTo(0);
    stream.handler(this::onData);
    stream.endHandler(v -> onEnd());
  }

  long credit() {
    return credit;
  }

  long sent() {
    return sent;
  }

  boolean isKnown() {
    return known;
  }

  boolean isEnded() {
    return ended;
  }

  /**
   * Absolute, so that it may come late or twice: what lies below what was given changes nothing.
   */
  void credit(long upTo) {
    boolean first = !known;
    known = true;
    if (upTo > credit) {
      credit = upTo;
      stream.deliverUpTo(credit);
    }
    if (first && ended) sayEnd();
  }

  void pause() {
    credit = sent;
    stream.deliverUpTo(credit);
  }

  private void onData(Buffer data) {
    long offset = sent;
    sent += data.length();
    home.send(address, data, at(offset))
        .onFailure(
            nobody ->
                stream.abort(
                    new TcpException(
                        CloseReason.BUS_LOST,
                        CloseReason.BUS_LOST.text() + ": nobody consumes at the read address")));
  }

  private void onEnd() {
    ended = true;
    if (known) sayEnd();
  }

  private void sayEnd() {
    endSaidNs = home.nanoTime();
    home.send(address, Buffer.buffer(), at(sent).addHeader(AddressedConnection.END, "end"));
  }

  /** The bus may have lost the end: it is said again to who still speaks. */
  void remind() {
    if (known && ended && home.nanoTime() - endSaidNs >= REMIND_MS * MS) sayEnd();
  }

  /**
   * The last that comes here.
   *
   * @param failure null if all went well
   */
  void sayLast(TcpException failure) {
    DeliveryOptions last = at(sent);
    if (failure == null) {
      last.addHeader(AddressedConnection.END, "closed");
    } else {
      last.addHeader(AddressedConnection.END, "error");
      last.addHeader(AddressedConnection.REASON, failure.getMessage());
    }
    home.send(address, Buffer.buffer(), last);
  }

  private DeliveryOptions at(long offset) {
    return home.delivery().addHeader(AddressedConnection.OFFSET, Long.toString(offset));
  }
}
