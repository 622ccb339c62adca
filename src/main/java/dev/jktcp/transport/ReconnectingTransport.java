package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A transport that comes back. When the one beneath ends or cannot be opened, another is made, at
 * once and then after growing waits. Meanwhile the receiver knows that it is {@link Receiver#onAway
 * away}: packets are dropped as on any cable that is cut, and connections live on for the gap. A
 * transport beneath that listens takes the next peer.
 *
 * <p>Opening completes with the first attempt, even if that attempt fails: an adapter may be there
 * before its transport. If as many attempts in a row as {@link ReconnectOptions#setAttempts} have
 * failed, opening fails, or the open transport ends. A transport beneath that ends without having
 * brought a packet, sooner than the longest wait, counts as a failed attempt.
 */
public final class ReconnectingTransport implements PacketTransport {
  private static final String PREFIX = "reconnect+";

  /** Makes each transport beneath, on the context of this transport. */
  interface Source {
    Future<UriTransport> next();

    /** Asked after a failed attempt: whether no other must be made. */
    default boolean isHopeless() {
      return false;
    }
  }

  private final String name;
  private final Source source;
  private final ReconnectOptions options;
  private final Clock clock;
  private final Backoff backoff;
  private final TransportMeter dropped = new TransportMeter();

  // Any thread.
  private final OpenOnce owner = new OpenOnce();
  private final Promise<Void> opened = Promise.promise();
  private final Promise<Void> closed = Promise.promise();

  // Adapter context only.
  private Context context;
  private Receiver receiver;
  private UriTransport made; // beforehand, for the first attempt only; otherwise null
  private PacketTransport opening; // the one beneath, not yet open; null for none
  private PacketTransport link; // the one beneath, open; null while away
  private TransportCapabilities capabilities; // of the last link
  private TransportCounters before = new TransportCounters(0, 0, 0, 0, 0, 0);
  private long sinceNs; // when the link opened
  private boolean carried; // it has brought a packet
  private boolean told; // the receiver knows that the transport is away
  private boolean ended;
  private Timer timer; // not null while the next attempt waits

  /**
   * A transport over what the factory makes.
   *
   * @param name for messages and logs
   * @param factory called for each attempt, on the adapter's context; each transport is opened once
   * @throws IllegalArgumentException for options that do not go together
   */
  public ReconnectingTransport(
      Vertx vertx, String name, Supplier<PacketTransport> factory, ReconnectOptions options) {
    this(name, factory, options, Clock.of(vertx));
  }

  /** As above, with a clock and a random source for tests. */
  public ReconnectingTransport(
      String name, Supplier<PacketTransport> factory, ReconnectOptions options, Clock clock) {
    this(
        PREFIX + name,
        () -> Future.succeededFuture(UriTransport.of(factory.get())),
        null,
        options,
        clock,
        new SplittableRandom()::nextDouble);
  }

  /**
   * For a URI.
   *
   * @param random gives numbers from 0 to 1
   */
  ReconnectingTransport(
      String name,
      Source source,
      UriTransport madeOrNull,
      ReconnectOptions options,
      Clock clock,
      DoubleSupplier random) {
    this.name = name;
    this.source = source;
    this.made = madeOrNull;
    this.options = new ReconnectOptions(options).checked();
    this.clock = clock;
    this.backoff = new Backoff(this.options, random);
    this.capabilities =
        named(
            madeOrNull != null
                ? madeOrNull.transport().capabilities()
                : new StreamTransportOptions().capabilities());
  }

  private TransportCapabilities named(TransportCapabilities of) {
    return new TransportCapabilities(
        name, of.mtu(), of.receiveMtu(), of.byteStream(), of.mayMerge());
  }

  /**
   * The capabilities of the last transport beneath; before the first one, those of a stream of
   * bytes.
   */
  @Override
  public TransportCapabilities capabilities() {
    return capabilities;
  }

  /** The sum of all transports beneath. */
  @Override
  public TransportCounters counters() {
    TransportCounters here = sum(before, dropped.snapshot());
    return link == null ? here : sum(here, link.counters());
  }

  private static TransportCounters sum(TransportCounters a, TransportCounters b) {
    return new TransportCounters(
        a.packetsIn() + b.packetsIn(),
        a.bytesIn() + b.bytesIn(),
        a.packetsOut() + b.packetsOut(),
        a.bytesOut() + b.bytesOut(),
        a.droppedIn() + b.droppedIn(),
        a.droppedOut() + b.droppedOut());
  }

  @Override
  public Future<Void> open(Context onContext, Receiver toReceiver) {
    assert Contexts.inThread(onContext) : "opened from another context";
    if (!owner.take(onContext)) {
      return Future.failedFuture(TransportException.openedBefore(name));
    }
    context = onContext;
    receiver = toReceiver;
    Contexts.run(onContext, this::attempt);
    return opened.future();
  }

  private void attempt() {
    timer = null;
    if (ended) {
      return;
    }
    UriTransport first = made;
    made = null;
    Future<UriTransport> next = first != null ? Future.succeededFuture(first) : make();
    next.onComplete(result -> Contexts.run(context, () -> onMade(result.result(), result.cause())));
  }

  private Future<UriTransport> make() {
    try {
      return source.next();
    } catch (RuntimeException thrown) { // thrown by a user's factory
      return Future.failedFuture(thrown);
    }
  }

  private void onMade(UriTransport beneath, Throwable cause) {
    if (beneath == null) {
      onFailed(cause);
      return;
    }
    if (ended) {
      beneath.transport().close();
      return;
    }
    opening = beneath.transport();
    FromLink events = new FromLink(opening);
    opening
        .open(context, events)
        .onComplete(
            result -> Contexts.run(context, () -> onOpened(beneath, events, result.cause())));
  }

  private void onOpened(UriTransport beneath, FromLink events, Throwable cause) {
    PacketTransport transport = beneath.transport();
    if (opening == transport) {
      opening = null;
    }
    if (ended) {
      transport.close();
    } else if (cause != null) {
      transport.close();
      onFailed(cause);
    } else {
      onLink(beneath, events);
    }
  }

  private void onLink(UriTransport beneath, FromLink events) {
    link = beneath.transport();
    TransportCapabilities expected = capabilities;
    capabilities = named(link.capabilities());
    sinceNs = clock.nanoTime();
    carried = false;
    opened.tryComplete();
    if (told || !expected.equals(capabilities)) {
      told = false;
      receiver.onBack(
          new TransportLink(capabilities, beneath.localAddresses(), beneath.peerAddresses()));
    }
    events.begin();
  }

  private void onFailed(Throwable cause) {
    if (ended) {
      return;
    }
    if (source.isHopeless()) {
      endFor(cause);
      return;
    }
    backoff.onFailure();
    if (backoff.isOver()) {
      giveUp(cause);
      return;
    }
    opened.tryComplete();
    if (!told) {
      tellAway(cause);
    }
    tryLater();
  }

  private void tellAway(Throwable cause) {
    told = true;
    receiver.onAway(cause, options.getGap().toMillis());
  }

  private void tryLater() {
    if (ended) {
      return;
    }
    long ms = backoff.delayMs();
    if (ms == 0) {
      context.runOnContext(v -> attempt());
    } else {
      timer = clock.on(context).once(ms, this::attempt);
    }
  }

  private void giveUp(Throwable cause) {
    endFor(gaveUp(name, backoff.failed(), cause));
  }

  private void endFor(Throwable why) {
    ended = true;
    closed.tryComplete();
    if (!opened.tryFail(why)) {
      receiver.onClosed(why);
    }
  }

  static TransportException gaveUp(String name, int attempts, Throwable cause) {
    String times = attempts + (attempts == 1 ? " attempt" : " attempts");
    return TransportException.of(name + ": gave up after " + times, cause);
  }

  private void onLost(Throwable cause) {
    before = sum(before, link.counters());
    Future<Void> gone = link.close();
    link = null;
    boolean lasted = clock.nanoTime() - sinceNs >= options.getLargest().toNanos();
    Throwable why = cause != null ? cause : new TransportException("the other side left");
    if (carried || lasted) {
      backoff.onSuccess();
    } else {
      backoff.onFailure();
    }
    if (backoff.isOver()) {
      giveUp(why);
      return;
    }
    tellAway(why);
    // A transport that listens frees its address before the next one takes it.
    gone.onComplete(done -> Contexts.run(context, this::tryLater));
  }

  @Override
  public void send(PacketBatch batch) {
    assert Contexts.inThread(context) : "send on another context";
    if (link == null) {
      dropped.droppedOut(batch.count());
      batch.release();
    } else {
      link.send(batch);
    }
  }

  @Override
  public boolean isFull() {
    return link == null || link.isFull();
  }

  @Override
  public Future<Void> close() {
    owner.close(this::closeUnopened, this::closeByUser);
    return closed.future();
  }

  private void closeUnopened() {
    if (made == null) {
      closed.complete();
    } else {
      made.transport().close().onComplete(closed);
    }
  }

  private void closeByUser() {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
    PacketTransport beneath = link != null ? link : opening;
    Future<Void> gone = beneath == null ? Future.succeededFuture() : beneath.close();
    gone.onComplete(done -> closed.tryComplete());
    opened.tryFail(new TransportException(name + " was closed"));
  }

  /** The receiver of one transport beneath, until another has taken its place. */
  private final class FromLink implements Receiver {
    private final PacketTransport of;
    private boolean begun; // the receiver knows of the link
    private Runnable end; // it ended before; null: it did not

    FromLink(PacketTransport of) {
      this.of = of;
    }

    void begin() {
      begun = true;
      if (end != null) {
        end.run();
      } else {
        onWritable(); // requests that wait for the transport may go
      }
    }

    private boolean isCurrent() {
      return begun && link == of && !ended;
    }

    @Override
    public void onBatch(PacketBatch batch) {
      if (!isCurrent()) {
        batch.release();
        return;
      }
      carried = true;
      receiver.onBatch(batch);
    }

    @Override
    public void onWritable() {
      if (isCurrent()) {
        receiver.onWritable();
      }
    }

    @Override
    public void onClosed(Throwable cause) {
      if (!begun) {
        end = () -> onClosed(cause);
      } else if (isCurrent()) {
        onLost(cause);
      }
    }
  }
}
