package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.pump.PumpedStream;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/**
 * A connection of the core as a Vert.x stream. Received data stays in the core's receive buffer
 * until there is a handler and demand. Written data goes to the core's send buffer, and waits here
 * while that is full.
 */
class TcpStreamImpl extends LoopMember implements LocalStream, PumpedStream, WriteIntake.Sink {
  /** Bytes of the largest Buffer delivered. */
  private static final int MAX_DELIVERY = 64 * 1024;

  /** How the user's writing ends; it only moves on. */
  private enum Ending {
    NONE,
    /** A FIN behind the last write. */
    END,
    /** The same, and nothing is read any more. */
    CLOSE
  }

  /** The data that is unread when the connection is over. */
  private enum UnreadData {
    /** The connection lives, or no data is unread. */
    NONE,
    /** After a failure the data waits for its reader until the patience ends. */
    WAITS,
    /** After a good end it waits as long as the stream is reachable. */
    STAYS
  }

  private final DrainLoop loop;
  private final ContextInternal context;
  private final TcpConnection connection;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final long patienceMs;
  private final Runnable onOver;
  private final TcpControlImpl control;
  private final StreamMeter meter; // null without metrics; adapter context
  private String owner = "stream"; // adapter context

  // Any thread.
  private final WriteGauge gauge;
  private final WriteIntake intake;
  private volatile CloseReason closeReason;
  private volatile boolean incomplete; // a pump has more to write

  // Adapter context only.
  private final StreamEnd<TcpException> end;

  // Reading:
  private Handler<Buffer> handler;
  private long demand = Demand.UNLIMITED;
  private long deliverable = Demand.UNLIMITED; // bytes of the stream that may be delivered at all
  private long delivered;
  private boolean readsGivenUp;

  // Writing:
  private final WriteQueue writes;
  private final Future<Void> allTaken; // of every write that the send buffer takes at once
  private Ending requested = Ending.NONE;
  private Ending handedOver = Ending.NONE; // to the connection, behind the last write
  private TcpException abortCause; // of a reset by other code than the user's
  private long bytesTaken;
  private long onItsWay;
  private long bytesWritten; // bytes taken or waiting
  private boolean shutDown; // the adapter has begun to end
  private Runnable shutdownHandler;
  private Runnable overHandler;
  private Runnable ackHandler;
  private boolean acksUntold;

  private UnreadData unreadData = UnreadData.NONE;
  private long waitsSinceNs; // while unread data waits
  private Lease patience; // null unless unread data waits, and at the adapter's end
  private Lease idle; // null without an idle timeout

  /**
   * @param onOver called once, when the connection is over
   */
  TcpStreamImpl(
      DrainLoop loop,
      TcpConnection connection,
      AdapterOptions options,
      StreamMetrics metrics,
      Runnable onOver) {
    this.loop = loop;
    this.onOver = onOver;
    this.context = loop.context();
    this.control = new TcpControlImpl(loop, connection, this);
    this.connection = connection;
    this.localAddress = Addresses.of(connection.localAddress(), connection.localPort());
    this.remoteAddress = Addresses.of(connection.remoteAddress(), connection.remotePort());
    this.meter = metrics.of(connection, remoteAddress);
    this.patienceMs = options.getOrphanTimeout().toMillis();
    this.gauge =
        new WriteGauge(
            context,
            connection::sendBuffer,
            this::queued,
            connection.account()::writeAllowance,
            () -> loop.ready(this));
    this.intake = new WriteIntake(this, context, gauge, options.getMaxPendingWrites());
    this.writes = new WriteQueue(connection.account());
    this.allTaken = context.succeededFuture();
    this.end = new StreamEnd<>(context);
  }

  // --- any thread: addresses and snapshots

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public CloseReason closeReason() {
    return closeReason;
  }

  @Override
  public Future<TcpInfo> info() {
    Promise<TcpInfo> promise = context.promise();
    loop.execute(() -> answer(promise));
    return promise.future();
  }

  /** Closes the stream after this time without a byte sent or received; zero for never. */
  void closeWhenIdle(Duration time) {
    if (!time.isZero()) {
      idle = loop.lease(Limits.roundedUpMs(time), this::requestClose);
    }
  }

  private void notIdle() {
    if (idle != null) {
      idle.renew();
    }
  }

  /** Completes the promise. A user's congestion control, which gives its window, may throw. */
  private void answer(Promise<TcpInfo> promise) {
    TcpInfo info;
    try {
      info = connection.info(loop.readClock());
    } catch (RuntimeException | AssertionError thrown) {
      if (closeReason == null) {
        loop.onThrown(connection, thrown);
      }
      promise.fail(thrown);
      return;
    }
    promise.complete(info);
  }

  // --- any thread: reading

  @Override
  public TcpStream handler(Handler<Buffer> handler) {
    return change(() -> this.handler = handler);
  }

  @Override
  public TcpStream endHandler(Handler<Void> endHandler) {
    return change(() -> end.endHandler(endHandler));
  }

  @Override
  public TcpStream exceptionHandler(Handler<Throwable> handler) {
    return change(() -> end.exceptionHandler(handler));
  }

  @Override
  public TcpStream closeHandler(Handler<Void> handler) {
    return change(() -> end.closeHandler(handler));
  }

  @Override
  public TcpStream pause() {
    return change(() -> demand = 0);
  }

  @Override
  public TcpStream resume() {
    return change(() -> demand = Demand.UNLIMITED);
  }

  @Override
  public TcpStream fetch(long amount) {
    Demand.check(amount);
    return change(() -> demand = Demand.plus(demand, amount));
  }

  // --- any thread: writing

  @Override
  public Future<Void> write(Buffer data) {
    return intake.write(data);
  }

  @Override
  public Future<Void> sendFile(String filename, long offset, long length) {
    return intake.sendFile(filename, offset, length);
  }

  @Override
  public boolean writeQueueFull() {
    return gauge.isFull();
  }

  @Override
  public TcpStream setWriteQueueMaxSize(int maxSize) {
    gauge.setMax(maxSize);
    return this;
  }

  @Override
  public TcpStream drainHandler(Handler<Void> handler) {
    gauge.drainHandler(handler);
    return this;
  }

  @Override
  public Future<Void> end() {
    loop.execute(this::requestEnd);
    return end.finAcked();
  }

  @Override
  public Future<Void> close() {
    loop.execute(this::requestClose);
    return end.closed();
  }

  @Override
  public Future<Void> reset() {
    loop.execute(this::abort);
    return end.over();
  }

  // --- adapter context: events of the core

  @Override
  public String owner() {
    return owner;
  }

  @Override
  public void onEvents(int events) {
    if ((events & TcpConnection.FIN_ACKED) != 0) {
      end.onFinAcked();
    }
    if ((events & (TcpConnection.READABLE | TcpConnection.WRITABLE)) != 0) {
      notIdle();
    }
    try {
      control.onEvents(events);
      if ((events & TcpConnection.WRITABLE) != 0) {
        acksUntold = ackHandler != null;
      }
    } finally {
      if ((events & TcpConnection.CLOSED) != 0) {
        onClosed(); // even if a handler throws
      }
      loop.ready(this);
    }
  }

  @Override
  protected int advance(int limit) {
    pushWrites();
    int told = gauge.tellDrain() ? 1 : 0;
    told += deliver(limit - told);
    tellAcks(); // last, for data carries them along
    return 1 + told;
  }

  private void tellAcks() {
    if (!acksUntold) {
      return;
    }
    acksUntold = false;
    if (ackHandler != null) {
      ackHandler.run();
    }
  }

  // --- adapter context: writing

  @Override
  public Future<Void> writeNow(Buffer data, long mostPending) {
    loop.assertContext();
    TcpException refusal = writeRefusal();
    if (refusal != null) {
      return context.failedFuture(refusal);
    }
    notIdle();
    int taken = writes.isEmpty() ? Bytes.write(connection, data, 0, loop.readClock()) : 0;
    onTaken(taken);
    bytesWritten += data.length();
    Future<Void> written =
        taken == data.length() && writes.isEmpty() ? allTaken : queue(data, taken, mostPending);
    gauge.onWrite();
    loop.request();
    return written;
  }

  /** Queues bytes that the send buffer has not taken, unless too many wait. */
  private Future<Void> queue(Buffer data, int taken, long mostPending) {
    int rest = data.length() - taken;
    if (writes.bytes() + rest > mostPending) {
      return intake.refuse();
    }
    if (!writes.hasMemoryFor(rest)) {
      abortCause = Failures.of(CloseReason.OUT_OF_MEMORY, remoteAddress, null);
      connection.reset(CloseReason.OUT_OF_MEMORY, true);
      return context.failedFuture(abortCause);
    }
    Promise<Void> promise = context.promise();
    writes.add(data, taken, promise);
    return promise.future();
  }

  private TcpException writeRefusal() {
    if (end.failure() != null) {
      return end.failure();
    }
    if (shutDown && shutdownHandler == null) {
      return Failures.adapterClosed();
    }
    return switch (requested) {
      case NONE -> null;
      case END -> new TcpException(null, "write after end()");
      case CLOSE -> new TcpException(null, "write after close()");
    };
  }

  private void requestEnd() {
    if (intake.isSendingFile()) {
      intake.awaitFile(this::requestEnd);
      return;
    }
    if (requested == Ending.NONE) {
      requested = Ending.END;
    }
    loop.ready(this);
  }

  private void requestClose() {
    readsGivenUp = true;
    connection.leave(loop.readClock());
    loop.ready(this);
    if (intake.isSendingFile()) {
      intake.awaitFile(this::requestClose);
    } else {
      requested = Ending.CLOSE;
    }
  }

  private void abort() {
    connection.reset();
    readsGivenUp = true;
    loop.ready(this);
  }

  // --- adapter context: the adapter's end

  @Override
  protected Future<Void> shutDown() {
    if (closeReason == null && !shutDown) {
      shutDown = true;
      if (shutdownHandler == null) {
        gauge.shut(true);
      }
      if (incomplete) {
        connection.reset(CloseReason.ADAPTER_CLOSED, true);
        giveUpReads();
      } else if (shutdownHandler != null) {
        shutdownHandler.run();
      } else {
        requestClose();
      }
    }
    return end.finAcked();
  }

  @Override
  public void onTooMuchPending(TcpException cause) {
    if (connection.closeReason() != null) {
      return;
    }
    abortCause = cause;
    connection.reset();
    loop.request();
  }

  private void pushWrites() {
    if (closeReason != null) {
      return;
    }
    onTaken(writes.push(connection, loop));
    if (handedOver != requested && writes.isEmpty()) {
      handOverEnding();
    }
  }

  private void handOverEnding() {
    handedOver = requested;
    if (requested == Ending.END) {
      connection.end();
    } else {
      connection.close(loop.readClock());
    }
  }

  private void onTaken(long bytes) {
    bytesTaken += bytes;
    if (meter != null && bytes > 0) {
      meter.onWritten(bytes);
    }
  }

  private long queued() {
    if (closeReason != null) {
      return 0;
    }
    return connection.sendQueued() + writes.bytes() + intake.behindFile();
  }

  // --- adapter context: reading

  private int deliver(int limit) {
    int told = 0;
    while (handler != null && demand > 0 && delivered < deliverable && !readsGivenUp) {
      if (told >= limit) {
        loop.ready(this);
        return told;
      }
      int most = (int) Math.min(MAX_DELIVERY, deliverable - delivered);
      Buffer data = Bytes.read(connection, most, loop.readClock());
      if (data == null) {
        break;
      }
      delivered += data.length();
      if (meter != null) {
        meter.onRead(data.length());
      }
      demand = Demand.less(demand);
      loop.dispatch(data, handler);
      told++;
    }
    if (connection.readable() > 0 && !readsGivenUp) {
      keepUnread();
      return told;
    }
    if (connection.finReceived()) {
      end.tellEnd(readsGivenUp);
    }
    if (closeReason != null) {
      stopPatience();
      end.tellClose();
    }
    return told;
  }

  // --- adapter context: a failed connection's data waits for its reader, but not for ever

  private void keepUnread() {
    if (end.hasError() && unreadData != UnreadData.WAITS) {
      unreadData = UnreadData.WAITS;
      waitsSinceNs = loop.readClock();
      patience = loop.awaitPatience(this, patienceMs);
    } else if (closeReason != null && unreadData == UnreadData.NONE) {
      unreadData = UnreadData.STAYS;
      UnreadRest.watch(this, connection.account(), context);
    }
  }

  @Override
  protected void stopPatience() {
    if (unreadData != UnreadData.WAITS) {
      return;
    }
    unreadData = UnreadData.NONE;
    if (patience != null) {
      patience.end();
    }
    patience = null;
    loop.stopPatience(this);
  }

  @Override
  protected long waitsSinceNs() {
    return waitsSinceNs;
  }

  @Override
  protected void onPatienceEnd() {
    stopPatience();
    giveUpReads();
  }

  @Override
  protected void onAdapterEnd(CloseReason reason) {
    stopPatience();
    if (reason == CloseReason.ADAPTER_CLOSED || handler == null) {
      giveUpReads();
    }
  }

  private void giveUpReads() {
    connection.leave(loop.readClock());
    readsGivenUp = true;
    loop.ready(this);
  }

  private void onClosed() {
    connection.accept(); // if no user did
    CloseReason reason = reason();
    TcpException failure =
        abortCause != null
            ? abortCause
            : Failures.of(reason, remoteAddress, loop.lostCause(), connection.softError());
    boolean allAcknowledged =
        end.finAcked().succeeded()
            || reason == CloseReason.CLOSED
            || (writes.isEmpty() && allTakenIsAcked());
    if (reason == CloseReason.ADAPTER_CLOSED) {
      readsGivenUp = true;
    }
    // The transport is gone: a reader that has not begun is not waited for.
    if (reason == CloseReason.TRANSPORT_LOST && handler == null) {
      readsGivenUp = true;
    }
    if (readsGivenUp) {
      connection.leave(loop.readClock());
    }
    if (meter != null) {
      meter.onClosed(isAsked(reason) ? null : failure); // those who hear of the end find it there
    }
    end.finish(reason, failure, allAcknowledged);
    closeReason = reason;
    if (idle != null) {
      idle.end();
    }
    onItsWay(0);
    gauge.shut(false);
    onOver.run();
    try {
      if (overHandler != null) {
        overHandler.run();
      }
    } finally {
      writes.fail(failure);
      end.failFin();
    }
  }

  /** Whether the user asked for this end, which is then no failure. */
  private boolean isAsked(CloseReason reason) {
    return reason == CloseReason.CLOSED || (reason == CloseReason.ABORTED && abortCause == null);
  }

  /** Why the stream is over. If data was unread at the adapter's end, that end is the reason. */
  private CloseReason reason() {
    CloseReason reason = connection.closeReason();
    boolean ours = shutDown && reason == CloseReason.ABORTED && abortCause == null;
    return ours ? CloseReason.ADAPTER_CLOSED : reason;
  }

  private boolean allTakenIsAcked() {
    return connection.bytesAcked() == bytesTaken;
  }

  // --- adapter context: for a user elsewhere

  @Override
  public TcpControl control() {
    return control;
  }

  @Override
  public void ownedBy(String another) {
    loop.assertContext();
    owner = another;
  }

  @Override
  public void deliverUpTo(long offset) {
    loop.assertContext();
    deliverable = offset;
    loop.ready(this);
  }

  @Override
  public long written() {
    loop.assertContext();
    return bytesWritten;
  }

  @Override
  public long taken() {
    loop.assertContext();
    return bytesTaken;
  }

  @Override
  public long writeRoom() {
    loop.assertContext();
    long room = (long) intake.mostPending() - writes.bytes();
    long sendRoom = writes.isEmpty() ? connection.sendRoom() : 0;
    return Math.min(room, writes.memory()) + sendRoom;
  }

  @Override
  public long writeAllowance() {
    return connection.account().writeAllowance();
  }

  @Override
  public void onItsWay(long bytes) {
    loop.assertContext();
    long now = closeReason == null ? bytes : 0; // after the end these bytes no longer count
    connection.account().hold(now - onItsWay);
    connection.account().letGo(onItsWay - now);
    onItsWay = now;
  }

  @Override
  public long acknowledged() {
    loop.assertContext();
    return connection.bytesAcked();
  }

  @Override
  public void ackHandler(Runnable handler) {
    loop.assertContext();
    ackHandler = handler;
  }

  @Override
  public boolean allAcknowledged() {
    loop.assertContext();
    return end.isClean();
  }

  @Override
  public TcpException failure() {
    loop.assertContext();
    return closeReason == CloseReason.CLOSED ? null : end.failure();
  }

  @Override
  public Future<Void> done() {
    return end.over();
  }

  @Override
  public void overHandler(Runnable handler) {
    loop.assertContext();
    overHandler = handler;
    if (closeReason != null) {
      handler.run();
    }
  }

  @Override
  public void shutdownHandler(Runnable handler) {
    loop.assertContext();
    shutdownHandler = handler;
  }

  @Override
  public void incomplete(boolean moreToCome) {
    incomplete = moreToCome;
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public void held(long change) {
    if (change > 0) {
      connection.account().hold(change);
    } else {
      connection.account().letGo(-change);
    }
  }

  @Override
  public void accept() {
    loop.assertContext();
    connection.accept();
  }

  @Override
  public void leave(boolean unread) {
    loop.assertContext();
    connection.leave(loop.readClock(), unread);
    readsGivenUp = true;
    loop.ready(this);
  }

  @Override
  public void abort(TcpException cause) {
    loop.assertContext();
    if (connection.closeReason() == null) {
      abortCause = cause;
    }
    connection.reset();
    readsGivenUp = true;
    loop.ready(this);
  }

  private TcpStream change(Runnable change) {
    loop.execute(
        () -> {
          change.run();
          loop.ready(this);
        });
    return this;
  }
}
