package dev.jktcp.impl.addressed;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.TcpException;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LocalStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;

/**
 * What a connection brings, on its way to the read address: never more bytes than there is credit
 * for, and no word of the end before somebody who reads has given credit. Adapter context only.
 */
final class AddressedReader {
  /** So that who answers every Buffer, the end too, does not keep itself busy with it. */
  private static final long REMIND_MS = 1000;

  private final AddressedConnections home;
  private final LocalStream stream;
  private final String address;
  private long credit;
  private long sent;
  private boolean known; // that somebody reads
  private String end; // how it ended; null while it has not
  private String reason; // of an error
  private Runnable endListener = () -> {};
  private boolean endSaid;
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

  /** "end", "closed", "error", or null. */
  String end() {
    return end;
  }

  String reason() {
    return reason;
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
    if (first && end != null) {
      sayEnd();
    }
  }

  void pause() {
    credit = sent;
    stream.deliverUpTo(credit);
  }

  private void onData(Buffer data) {
    long offset = sent;
    sent += data.length();
    home.send(address, data, at(offset))
        .onFailure(nobody -> stream.abort(Failures.busLost("no consumer at the read address")));
  }

  /** See {@link AddressedConnection#shareEnd}. */
  void shareEnd(boolean ended, Runnable onEnd) {
    if (ended) {
      end = "end";
    }
    endListener = onEnd;
  }

  private void onEnd() {
    end = "end";
    endListener.run();
    if (known) {
      sayEnd();
    }
  }

  /**
   * The connection is over.
   *
   * @param failure null if all went well
   */
  void onOver(TcpException failure) {
    end = failure == null ? "closed" : "error";
    reason = failure == null ? null : failure.getMessage();
    endSaid = false;
    if (known) {
      sayEnd();
    }
  }

  /** The bus may have lost the end: it is said again to who still speaks. */
  void remind() {
    boolean longAgo = home.nanoTime() - endSaidNs >= REMIND_MS * MS;
    if (known && end != null && longAgo) {
      sayEnd();
    }
  }

  /** Whoever may read there: it is the last chance. */
  void sayWhatIsUnsaid() {
    if (end != null && !endSaid) {
      sayEnd();
    }
  }

  private void sayEnd() {
    endSaid = true;
    endSaidNs = home.nanoTime();
    DeliveryOptions options = at(sent).addHeader(AddressedConnection.END, end);
    if (reason != null) {
      options.addHeader(AddressedConnection.REASON, reason);
    }
    home.send(address, Buffer.buffer(), options);
  }

  private DeliveryOptions at(long offset) {
    return home.delivery().addHeader(AddressedConnection.OFFSET, Long.toString(offset));
  }
}
