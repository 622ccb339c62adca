package dev.jktcp.impl.addressed;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.TcpException;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LocalStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;

/**
 * Carries a connection's data to the read address: never more bytes than the credit allows, and no
 * end before a reader has given credit. Adapter context only.
 */
final class AddressedReader {
  /**
   * The least time between two reminders, so that a client that answers every Buffer, the end
   * included, does not keep itself busy with them.
   */
  private static final long REMIND_MS = 1000;

  private final AddressedConnections home;
  private final LocalStream stream;
  private final String address;
  private long credit;
  private long sent;
  private boolean known; // whether a reader has given credit
  private String outcome; // how it ended; null while it has not
  private String reason; // why it ended in an error
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
  String outcome() {
    return outcome;
  }

  String reason() {
    return reason;
  }

  /**
   * Credit is absolute, so that it may come late or twice: an offset below the one before changes
   * nothing.
   */
  void credit(long upTo) {
    boolean first = !known;
    known = true;
    if (upTo > credit) {
      credit = upTo;
      stream.deliverUpTo(credit);
    }
    if (first && outcome != null) {
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
      outcome = "end";
    }
    endListener = onEnd;
  }

  private void onEnd() {
    outcome = "end";
    endListener.run();
    if (known) {
      sayEnd();
    }
  }

  /**
   * The connection is over.
   *
   * @param failure null after an orderly end
   */
  void onOver(TcpException failure) {
    outcome = failure == null ? "closed" : "error";
    reason = failure == null ? null : failure.getMessage();
    endSaid = false;
    if (known) {
      sayEnd();
    }
  }

  /** Repeats the end, which the bus may have lost, to a client that still sends messages. */
  void remind() {
    boolean longAgo = home.nanoTime() - endSaidNs >= REMIND_MS * MS;
    if (known && outcome != null && longAgo) {
      sayEnd();
    }
  }

  /** Sends the end even without credit, for this is the last chance. */
  void sayWhatIsUnsaid() {
    if (outcome != null && !endSaid) {
      sayEnd();
    }
  }

  private void sayEnd() {
    endSaid = true;
    endSaidNs = home.nanoTime();
    DeliveryOptions options = at(sent).addHeader(AddressedConnection.END, outcome);
    if (reason != null) {
      options.addHeader(AddressedConnection.REASON, reason);
    }
    home.send(address, Buffer.buffer(), options);
  }

  private DeliveryOptions at(long offset) {
    return home.delivery().addHeader(AddressedConnection.OFFSET, Long.toString(offset));
  }
}
