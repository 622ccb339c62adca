package dev.jktcp.impl.addressed;

import dev.jktcp.StreamAddresses;
import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.DetailJson;
import dev.jktcp.impl.frame.TcpInfoJson;
import dev.jktcp.options.JsonValues;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * A connection that clients use over the event bus by its addresses. The guide describes the
 * messages.
 *
 * <p>Its owner is a handle, whose session resets it at its end, or the client that sends it
 * messages, whose lease does. Adapter context only.
 */
public final class AddressedConnection {
  /**
   * Header of a Buffer in either direction: the number of bytes of the connection before it, in
   * decimal.
   */
  static final String OFFSET = "jktcp-offset";

  /** Header of the last Buffer in either direction, which may be empty: how the direction ends. */
  static final String END = "jktcp-end";

  /** Header with the reason for an end in an error. */
  static final String REASON = "jktcp-reason";

  /** Header of a Buffer to write: the address for the answer. */
  static final String REPLY_TO = "jktcp-reply-to";

  /**
   * The most waiting messages. Messages may be small, and come twice, so a limit of bytes is not
   * enough.
   */
  private static final int MAX_OWED = 16_384;

  private static final String PREFIX = "jktcp-";
  private static final List<String> HEADERS = List.of(OFFSET, END, REPLY_TO);
  private static final List<String> ORDERS =
      List.of("credit", "pause", "end", "close", "reset", "alive", "info");

  /** From its first message to its last; it only moves on. */
  private enum Phase {
    OPEN,
    /** Its owner has left it: the adapter sends the written data, within its limits. */
    LEFT,
    /** It is over. Its owner may not know this, so all is kept until it does, or its lease ends. */
    OVER,
    /** It is over, and is kept for nobody. */
    SETTLED,
    /** Its addresses are given up. */
    GONE
  }

  private final AddressedConnections home;
  private final LocalStream stream;
  private final StreamAddresses addresses;
  private final AddressedReader reader;
  private final AddressedWriter writer;
  private final Lease lease; // null if a handle owns the connection
  private final BusReader writing;
  private final BusReader control;
  private int owed; // answers
  private Phase phase = Phase.OPEN;

  /**
   * @param leaseMs 0 if a handle owns the connection
   */
  AddressedConnection(AddressedConnections home, LocalStream stream, long leaseMs) {
    this.home = home;
    this.stream = stream;
    String id = BusNames.unguessable();
    String prefix = BusNames.connection(id);
    addresses = new StreamAddresses(id, prefix + ".write", prefix + ".read", prefix + ".control");
    reader = new AddressedReader(home, stream, addresses.read());
    long reserve = leaseMs > 0 ? 0 : home.reserve();
    writer = new AddressedWriter(stream, reserve, home.largestWrite() - reserve);
    lease = leaseMs > 0 ? home.lease(leaseMs, this::onLeaseEnd) : null;
    writing = home.reader(addresses.write(), this::onWrite);
    control = home.reader(addresses.control(), this::onControl);
    if (leaseMs > 0) {
      stream.ownedBy("bus");
    }
    stream.done().onComplete(done -> onDone());
  }

  LocalStream stream() {
    return stream;
  }

  /** Calls the owning handle at the peer's end as well. */
  void shareEnd(boolean ended, Runnable onEnd) {
    reader.shareEnd(ended, onEnd);
  }

  StreamAddresses addresses() {
    return addresses;
  }

  /** Completes when messages to its addresses arrive from everywhere. */
  Future<Void> ready() {
    return Future.all(writing.completion(), control.completion()).mapEmpty();
  }

  /** The message that introduces the connection to its client. */
  JsonObject introduction() {
    JsonObject json =
        addresses(addresses)
            .put("local", DetailJson.write(stream.localAddress()))
            .put("remote", DetailJson.write(stream.remoteAddress()));
    return lease == null ? json : json.put("leaseMs", lease.ms());
  }

  public static JsonObject addresses(StreamAddresses addresses) {
    return new JsonObject()
        .put("id", addresses.id())
        .put("write", addresses.write())
        .put("read", addresses.read())
        .put("control", addresses.control());
  }

  // --- the write address

  private void onWrite(Message<Object> message) {
    AddressedReply reply = new AddressedReply(home, message);
    try {
      MultiMap headers = message.headers();
      reply.to(headers.get(REPLY_TO));
      if (!(message.body() instanceof Buffer data)) {
        throw new IllegalArgumentException(
            "a Buffer is written here, got " + AddressedRequest.kind(message.body()));
      }
      checkNames(headers);
      checkOwed();
      Future<Long> taken = writer.write(data, offset(headers.get(OFFSET)), isLast(headers));
      onHeard();
      owe(taken);
      reply.with(taken.map(end -> new JsonObject().put("id", addresses.id()).put("taken", end)));
    } catch (RuntimeException refused) {
      reply.fail(refused); // body() decodes a message of another node, and may throw anything
    }
  }

  /** Refuses unknown headers with our prefix. Other headers are ignored. */
  private static void checkNames(MultiMap headers) {
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey();
      if (name.startsWith(PREFIX) && !HEADERS.contains(name)) {
        throw AddressedRequest.unknown("unknown header ", name, HEADERS);
      }
    }
  }

  private static long offset(String text) {
    if (text == null) {
      return -1;
    }
    try {
      long offset = Long.parseLong(text);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException none) {
      // Said below.
    }
    throw new IllegalArgumentException(
        OFFSET + ": expected a number, 0 or more, got " + JsonValues.quoted(text));
  }

  private static boolean isLast(MultiMap headers) {
    String end = headers.get(END);
    if (end == null || end.equals("end")) {
      return end != null;
    }
    throw new IllegalArgumentException(END + ": expected \"end\", got " + JsonValues.quoted(end));
  }

  // --- the control address

  private void onControl(Message<Object> message) {
    AddressedReply reply = new AddressedReply(home, message);
    try {
      AddressedRequest request = AddressedRequest.of(message.body());
      reply.to(request.text(AddressedRequest.REPLY_TO));
      Future<JsonObject> answer = obey(request);
      onHeard();
      reader.remind();
      reply.with(answer);
      leaveIfSettled();
    } catch (RuntimeException refused) {
      reply.fail(refused);
    }
  }

  /** Checks the whole request before it does anything. */
  private Future<JsonObject> obey(AddressedRequest request) {
    String order = request.what(ORDERS);
    String id = request.text("id");
    if (id != null && !id.equals(addresses.id())) {
      throw new IllegalArgumentException("id: is another's, not of the connection controlled here");
    }
    switch (order) {
      case "credit" -> {
        request.hasOnly("id", "upTo");
        reader.credit(request.requiredNumber("upTo", 0, Long.MAX_VALUE));
        return Future.succeededFuture(progress());
      }
      case "pause" -> {
        request.hasOnly("id");
        reader.pause();
        return Future.succeededFuture(progress());
      }
      case "end" -> {
        long at = at(request);
        checkOwed();
        return owe(writer.end(at)).map(v -> progress());
      }
      case "close" -> {
        long at = at(request);
        checkOwed();
        Future<Void> closed = owe(writer.close(at));
        left();
        return closed.map(v -> progress());
      }
      case "reset" -> {
        request.hasOnly("id");
        left();
        return stream.reset().map(v -> progress());
      }
      case "info" -> {
        request.hasOnly("id");
        return stream.info().map(tcp -> info().put("tcp", TcpInfoJson.write(tcp)));
      }
      default -> { // alive
        request.hasOnly("id");
        return Future.succeededFuture(progress());
      }
    }
  }

  private static long at(AddressedRequest request) {
    request.hasOnly("id", "at");
    return request.number("at", 0, Long.MAX_VALUE, -1);
  }

  private void checkOwed() {
    if (owed >= MAX_OWED) {
      throw new AddressedFull("full: " + owed + " messages are waiting, send it again later");
    }
  }

  private <T> Future<T> owe(Future<T> answer) {
    if (answer.isComplete()) {
      return answer;
    }
    owed++;
    return answer.onComplete(done -> owed--);
  }

  private JsonObject progress() {
    JsonObject json = new JsonObject();
    if (reader.outcome() != null) {
      json.put("end", reader.outcome());
    }
    if (reader.reason() != null) {
      json.put("reason", reader.reason());
    }
    return json.put("id", addresses.id())
        .put("written", stream.written())
        .put("taken", stream.taken())
        .put("acked", stream.acknowledged())
        .put("sent", reader.sent())
        .put("credit", reader.credit());
  }

  private JsonObject info() {
    return introduction().mergeIn(progress());
  }

  // --- its owner

  private void onHeard() {
    stream.accept();
    if (lease != null) {
      lease.renew();
    }
  }

  /** From here on no owner is needed. */
  private void left() {
    if (phase == Phase.OPEN) {
      phase = Phase.LEFT;
    } else if (phase == Phase.OVER) {
      phase = Phase.SETTLED;
    }
    if (lease != null) {
      lease.end();
    }
  }

  private void onLeaseEnd() {
    lost("nothing was heard of its owner for " + lease.ms() + " ms");
  }

  /** The connection has lost its owner. */
  void lost(String why) {
    left();
    leaveIfSettled();
    stream.abort(Failures.busLost(why));
  }

  // --- the end

  private void onDone() {
    boolean kept = phase == Phase.OPEN && lease != null && !home.isClosed();
    phase = kept ? Phase.OVER : Phase.SETTLED;
    reader.onOver(stream.failure());
    leaveIfSettled();
  }

  /** The adapter has ended. Unread data waits for its reader, within the lease. */
  void onAdapterEnd() {
    if (phase == Phase.OVER) {
      leave();
    }
  }

  private void leaveIfSettled() {
    if (phase == Phase.SETTLED) {
      leave();
    }
  }

  private void leave() {
    phase = Phase.GONE;
    reader.sayWhatIsUnsaid();
    if (lease != null) {
      lease.end();
    }
    home.leave(writing);
    home.leave(control);
    home.forget(this);
  }
}
