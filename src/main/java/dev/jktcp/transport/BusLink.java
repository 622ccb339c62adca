package dev.jktcp.transport;

import dev.jktcp.bus.BusEnd;
import dev.jktcp.bus.BusReader;
import dev.jktcp.context.Contexts;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Timer;
import dev.jktcp.wire.PacketFramer;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.eventbus.EventBusInternal;
import java.util.List;
import java.util.function.Supplier;

/**
 * One side of two event-bus addresses: packets and reports both ways, as {@link BusMessages} has
 * them. Both sides are alike, apart from the reports that only a bridge sends.
 *
 * <p>Owner's context only.
 */
final class BusLink {
  /** Called on the owner's context. */
  interface Events {
    /** The owner owns the batch, which is not empty, and must release it. */
    void onBatch(PacketBatch batch);

    void onFull();

    void onWritable();

    /** The other side asks how far we are. Call {@link BusLink#answer} when it may send more. */
    void onMark(long number);

    /** {@link BusLink#isFull} was true and is not any more. */
    void onRoom();

    /** The bridge's transport is away. May be called repeatedly for one loss. */
    default void onAway(Throwable cause, long gapMs) {}

    /** The bridge's transport is there again. May be called repeatedly. */
    default void onBack(int mtu, int receiveMtu, List<String> local, List<String> peer) {}

    /** The other side has ended or fallen silent. The last call. */
    void onPeerEnd(Throwable cause);
  }

  /** How far the other side has made itself known. */
  private enum Peer {
    UNHEARD,
    HEARD,
    ANNOUNCED
  }

  private enum PeerEnd {
    NONE,
    /** It reported its end: nothing comes from it any more. */
    REPORTED,
    /** Its lease has run out. */
    SILENCE
  }

  private static final int BAD_MESSAGE = 400;
  private static final int MAX_REASON = 300;

  private static final long NONE = -1;

  private final Context context;
  private final BusOptions options;
  private final String readAddress;
  private final String writeAddress;
  private final TransportMeter meter;
  private final Events events;
  private final Clock clock;
  private final EventBusInternal bus;
  private final PacketCutter.OfMessages cutter;
  private final MessageProducer<Object> packets;
  private final ExclusiveName claim;

  private BusReader reader;
  private final Promise<Void> gone = Promise.promise();
  private boolean ended;
  private boolean endTold;
  private Peer peer = Peer.UNHEARD;
  private PeerEnd peerEnd = PeerEnd.NONE;
  private long farewell = NONE; // The machine's timer, while the other side may still speak.

  // The other side's lease, and our own.
  private boolean announced;
  private Lease lease; // the other side's; null until it announced itself
  private Timer heartbeatTimer;
  private Supplier<DeliveryOptions> standing; // null: nothing is to be repeated

  // Messages of packets: given to the bus, asked about, known to be dealt with.
  private long sent;
  private long asked;
  private long marked;
  private Timer markTimer;

  BusLink(
      Context context,
      BusOptions options,
      String readAddress,
      String writeAddress,
      TransportMeter meter,
      Events events) {
    VertxInternal vertx = (VertxInternal) context.owner();
    this.context = context;
    this.options = options;
    this.readAddress = readAddress;
    this.writeAddress = writeAddress;
    this.meter = meter;
    this.events = events;
    Clock given = options.getClock() != null ? options.getClock() : Clock.of(vertx);
    this.clock = given.on(context);
    this.bus = vertx.eventBus();
    this.cutter = PacketCutter.ofMessages(options.getReceiveMtu(), meter, this::deliver);
    PacketBatchCodec.register(vertx);
    this.packets = bus.sender(writeAddress, packetOptions());
    this.claim = new ExclusiveName(vertx, "bus " + readAddress);
  }

  private DeliveryOptions packetOptions() {
    DeliveryOptions delivery = new DeliveryOptions().setLocalOnly(options.isLocal());
    return options.isPlainBuffers() ? delivery : delivery.setCodecName(PacketBatchCodec.NAME);
  }

  Future<Void> open() {
    if (!claim.take()) {
      return Future.failedFuture(
          "another adapter or bridge of this Vert.x consumes at " + readAddress);
    }
    reader =
        BusReader.open((ContextInternal) context, readAddress, options.isLocal(), this::onMessage);
    return reader.completion();
  }

  /** Announces this side, now and until its end. */
  void announce() {
    if (announced || ended) {
      return;
    }
    announced = true;
    beat();
  }

  private void beat() {
    if (ended) {
      return;
    }
    heartbeatTimer = after(options.getHeartbeat().toMillis(), this::beat);
    report(BusMessages.ALIVE);
    if (standing != null) {
      report(standing.get());
    }
  }

  /** Sends this report now, and again with each heartbeat, because a bus may lose it. */
  private void reportStanding(Supplier<DeliveryOptions> report) {
    standing = report;
    report(report.get());
  }

  void reportAway(Throwable cause, long gapMs) {
    String why = oneLine(TransportException.words(cause));
    reportStanding(
        () ->
            new DeliveryOptions()
                .addHeader(BusMessages.LINK, BusMessages.AWAY)
                .addHeader(BusMessages.REASON, why)
                .addHeader(BusMessages.GAP, Long.toString(gapMs)));
  }

  void reportBack(TransportLink link) {
    TransportCapabilities now = link.capabilities();
    reportStanding(
        () ->
            new DeliveryOptions()
                .addHeader(BusMessages.LINK, BusMessages.BACK)
                .addHeader(BusMessages.MTU, Integer.toString(now.mtu()))
                .addHeader(BusMessages.RECEIVE_MTU, Integer.toString(now.receiveMtu()))
                .addHeader(BusMessages.LOCAL, String.join(",", link.localAddresses()))
                .addHeader(BusMessages.PEER, String.join(",", link.peerAddresses())));
  }

  /** Whether the other side has announced itself. */
  boolean isPeerAnnounced() {
    return peer == Peer.ANNOUNCED;
  }

  /** Whether a whole window of messages is under way to the other side. */
  boolean isFull() {
    return isPeerAnnounced() && sent - marked >= options.getWindow();
  }

  /** Takes ownership of the batch. A batch sent while full, or without a consumer, is dropped. */
  void send(PacketBatch batch) {
    int count = batch.count();
    int size = batch.size();
    if (ended || count == 0 || isFull()) {
      meter.droppedOut(count);
      batch.release();
      return;
    }
    // Counted first: inside this send an interceptor of the bus may deliver an answer, or the end.
    sent++;
    if (!write(batch)) {
      meter.droppedOut(count);
      batch.release();
      return;
    }
    meter.sent(count, size);
    // Four marks a window: one is answered long before the window is used up.
    if (!ended && isPeerAnnounced() && sent - asked >= (options.getWindow() + 3) / 4) {
      ask();
    }
  }

  /** False if there is no consumer. The batch then belongs to the caller. */
  private boolean write(PacketBatch batch) {
    return options.isPlainBuffers() ? writeCopy(batch) : writeItself(batch);
  }

  private boolean writeCopy(PacketBatch batch) {
    Buffer copy = Buffer.buffer(batch.size());
    copy.appendBytes(batch.bytes(), batch.start(), batch.size());
    if (!give(copy)) {
      return false;
    }
    batch.release();
    return true;
  }

  private boolean writeItself(PacketBatch batch) {
    batch.post();
    return give(batch) || !batch.claim();
  }

  private boolean give(Object body) {
    return BusEnd.send(packets, body);
  }

  /**
   * @return false if the bus says that there is no consumer
   */
  boolean report(String value) {
    return report(new DeliveryOptions().addHeader(BusMessages.LINK, value));
  }

  /** Answers {@link Events#onMark}. */
  void answer(long number) {
    numbered(BusMessages.MARKED, number);
  }

  private void numbered(String value, long number) {
    report(
        new DeliveryOptions()
            .addHeader(BusMessages.LINK, value)
            .addHeader(BusMessages.NUMBER, Long.toString(number)));
  }

  /**
   * @param cause null for an orderly end
   */
  void reportEnd(Throwable cause) {
    endTold = true;
    DeliveryOptions delivery =
        new DeliveryOptions().addHeader(BusMessages.LINK, BusMessages.CLOSED);
    String why = cause == null ? "" : oneLine(String.valueOf(cause.getMessage()));
    report(why.isEmpty() ? delivery : delivery.addHeader(BusMessages.REASON, why));
  }

  private boolean report(DeliveryOptions delivery) {
    delivery.setLocalOnly(options.isLocal());
    return !BusEnd.say(() -> bus.sender(writeAddress, delivery).write(Buffer.buffer())).failed();
  }

  /**
   * Reports, once, that this side sends no more. Then receives, and drops, until the other side
   * reports the same. Idempotent.
   *
   * @return completes when neither consumer nor timer is left
   */
  Future<Void> close() {
    return close(isPeerAnnounced());
  }

  /**
   * As {@link #close}, towards an adapter: if anything has come from it, it answers, announced or
   * not.
   */
  Future<Void> closeToAdapter() {
    return close(peer != Peer.UNHEARD);
  }

  private Future<Void> close(boolean peerAnswers) {
    if (ended) {
      return gone.future();
    }
    ended = true;
    if (lease != null) {
      lease.end();
    }
    cancel(heartbeatTimer);
    cancel(markTimer);
    if (peerEnd == PeerEnd.REPORTED && !endTold) {
      reportEnd(null);
    }
    if (reader != null && peerAnswers && peerEnd == PeerEnd.NONE) {
      // The machine's clock: the configured one may stand still while its owner closes Vert.x.
      farewell =
          context
              .owner()
              .setTimer(options.getFarewell().toMillis(), v -> Contexts.run(context, this::leave));
    } else {
      leave();
    }
    return gone.future();
  }

  private void leave() {
    if (farewell != NONE) {
      context.owner().cancelTimer(farewell);
    }
    Future<Void> left = reader == null ? Future.succeededFuture() : reader.leave();
    left.onComplete(
        done -> {
          claim.release();
          gone.tryComplete();
        });
  }

  private static void cancel(Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  private void onMessage(Message<Object> message) {
    if (peer == Peer.UNHEARD) {
      peer = Peer.HEARD;
      if (announced && !ended) { // the other side came after our announcement
        report(BusMessages.ALIVE);
      }
    }
    if (ended) {
      if (isEnd(message)) {
        leave();
      }
      BusReader.refuse(message);
      return;
    }
    if (lease != null) {
      lease.renew();
    }
    Object body = BusEnd.body(message);
    if (body == BusEnd.MALFORMED) {
      refuse(message);
      return;
    }
    if (body instanceof PacketBatch batch) {
      onPackets(batch);
    } else if (body instanceof Buffer buffer && buffer.length() > 0) {
      onPackets(buffer);
    } else if (!onReport(message)) {
      refuse(message);
    }
  }

  private void refuse(Message<Object> message) {
    meter.droppedIn(1);
    message.fail(BAD_MESSAGE, "neither packets nor a report of a known kind");
  }

  private void onPackets(PacketBatch batch) {
    if (!batch.claim()) { // Delivered before, or the sender has kept the batch.
      meter.droppedIn(1);
      return;
    }
    if (batch.isEmpty() || batch.hasLongerThan(options.getReceiveMtu())) {
      meter.droppedIn(batch.count());
      batch.release();
      return;
    }
    deliver(batch);
  }

  private void onPackets(Buffer buffer) {
    ByteBuf data = ((BufferInternal) buffer).getByteBuf();
    int length = data.readableBytes();
    byte[] bytes = data.hasArray() ? data.array() : buffer.getBytes();
    int offset = data.hasArray() ? data.arrayOffset() + data.readerIndex() : 0;
    cutter.onBytes(bytes, offset, length);
  }

  private void deliver(PacketBatch batch) {
    if (ended) {
      batch.release();
      return;
    }
    meter.received(batch);
    events.onBatch(batch);
  }

  private static boolean isEnd(Message<Object> message) {
    return BusMessages.CLOSED.equals(message.headers().get(BusMessages.LINK));
  }

  private boolean onReport(Message<Object> message) {
    String value = message.headers().get(BusMessages.LINK);
    if (value == null) {
      return false;
    }
    switch (value) {
      case BusMessages.ALIVE -> onAlive();
      case BusMessages.FULL -> events.onFull();
      case BusMessages.WRITABLE -> events.onWritable();
      case BusMessages.AWAY -> {
        long gapMs = number(message.headers().get(BusMessages.GAP));
        Throwable why = reason(message);
        if (gapMs < 0 || why == null) {
          return false;
        }
        events.onAway(why, gapMs);
      }
      case BusMessages.BACK -> {
        return onBack(message.headers());
      }
      case BusMessages.CLOSED -> {
        peerEnd = PeerEnd.REPORTED;
        events.onPeerEnd(reason(message));
      }
      case BusMessages.MARK, BusMessages.MARKED -> {
        long number = number(message.headers().get(BusMessages.NUMBER));
        if (number < 0) {
          return false;
        }
        if (value.equals(BusMessages.MARK)) {
          events.onMark(number);
        } else {
          onMarked(number);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean onBack(MultiMap headers) {
    long mtu = number(headers.get(BusMessages.MTU));
    long receiveMtu = number(headers.get(BusMessages.RECEIVE_MTU));
    if (mtu < 1 || receiveMtu < 1 || Math.max(mtu, receiveMtu) > PacketFramer.MAX_PACKET) {
      return false;
    }
    events.onBack(
        (int) mtu,
        (int) receiveMtu,
        list(headers.get(BusMessages.LOCAL)),
        list(headers.get(BusMessages.PEER)));
    return true;
  }

  private static List<String> list(String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(","));
  }

  private static Throwable reason(Message<Object> message) {
    String why = message.headers().get(BusMessages.REASON);
    why = why == null ? "" : oneLine(why);
    return why.isEmpty() ? null : new TransportException(why);
  }

  private static String oneLine(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) : line;
  }

  private static long number(String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  private void onAlive() {
    if (isPeerAnnounced()) {
      return;
    }
    peer = Peer.ANNOUNCED;
    asked = sent; // Messages sent before the announcement are not in the count.
    marked = sent;
    grantLease();
    announce();
  }

  private void grantLease() {
    lease = lease(options.getLease().toMillis(), this::onSilence);
  }

  /** A time limit of the owner's context. */
  Lease lease(long ms, Runnable onEnd) {
    return Lease.of(clock, ms, onEnd);
  }

  /**
   * In this process the bus knows whether a consumer is registered, even while its handler blocks.
   */
  private void onSilence() {
    if (options.isLocal() && report(BusMessages.ALIVE)) {
      grantLease();
      return;
    }
    peerEnd = PeerEnd.SILENCE;
    events.onPeerEnd(
        new TransportException(
            options.isLocal()
                ? "no consumer at " + writeAddress + " any more"
                : "nothing heard on "
                    + readAddress
                    + " for "
                    + options.getLease().toMillis()
                    + " ms"));
  }

  private void ask() {
    asked = sent;
    if (markTimer == null) {
      markTimer = after(options.getRepeat().toMillis(), this::onMarkTimer);
    }
    numbered(BusMessages.MARK, sent);
  }

  /** The bus may have lost the mark or its answer. A live side answers the next mark. */
  private void onMarkTimer() {
    markTimer = null;
    if (!ended && marked < asked) {
      ask();
    }
  }

  private void onMarked(long number) {
    if (number <= marked || number > sent) {
      return;
    }
    boolean wasFull = isFull();
    marked = number;
    if (wasFull && !isFull()) {
      events.onRoom();
    }
  }

  Timer after(long ms, Runnable task) {
    return clock.once(ms, task);
  }
}
