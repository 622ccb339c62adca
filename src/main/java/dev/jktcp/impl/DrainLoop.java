package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.context.Contexts;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.Notice;
import dev.jktcp.stack.TurnQueue;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Moves packets and events in and out of the stack. After every input it hands out events, lets
 * streams deliver, and sends packets until all are sent or the transport is full. Then it arms the
 * timer.
 *
 * <p>A user's call inside a drain joins it, and a call outside schedules one, so that many writes
 * in a turn of the event loop are flushed once. A turn's work is bounded, and the rest waits for
 * the next turn, so that a busy adapter does not starve its event loop.
 *
 * <p>Adapter context only, except {@link #execute}.
 */
public final class DrainLoop {
  /** Takes a connection that a listener completed. */
  interface Acceptor {
    void onAccepted(TcpConnection connection, int events);
  }

  /**
   * Packets sent, events taken and handlers called in one turn: 1.4 MB of packets, or about a
   * millisecond.
   */
  private static final int TURN = 1024;

  /**
   * How long the end waits for a full transport to take the last resets. A transport that is full
   * of packets under way has room again within a round trip; after this time it is stuck.
   */
  private static final long END_PATIENCE_MS = 500;

  /** The same time that a connection may hold much without progress while memory is short. */
  private static final long SHORT_PATIENCE_NS = 10_000_000_000L;

  /** As often as the stack looks for connections to reset while memory is short. */
  private static final long RECOUNT_EVERY_NS = 250_000_000L;

  private final ContextInternal context;
  private final CapturingTransport transport;
  private final Clock clock;
  private final IpStack stack;
  private final Acceptor acceptor;
  private final Runnable onMemoryUsedUp; // called once
  private final Consumer<Throwable> onTransportThrew; // likewise
  private final Crossing crossing;
  private final Faults faults;
  private final PacketBatchPool pool;
  private final Ticker ticker;
  private final Handler<Void> onRequest = v -> onRequest();
  private final TurnQueue<LoopMember> ready =
      new TurnQueue<>(stream -> stream.closeReason() != null);
  private final Set<LoopMember> waiting = new LinkedHashSet<>();
  private PacketBatch filling;
  private byte[] looped; // null until the adapter sends to itself
  private boolean draining;
  private long turnNs; // the time of the turn under way
  private boolean unsent; // a turn ended with packets left to send
  private boolean memoryUsedUp; // ever
  private long recountedNs; // while memory is short
  private boolean requested;
  private Throwable lostCause;
  private Runnable onEnded; // not null once the end has begun
  private boolean resetsWait; // the streams have ended, but resets are not sent
  private Lease endLimit; // not null while resets wait for room
  private boolean transportThrew;
  private boolean ended;

  DrainLoop(
      ContextInternal context,
      CapturingTransport transport,
      Clock clock,
      IpStack stack,
      Acceptor acceptor,
      Crossing crossing,
      Runnable onMemoryUsedUp,
      Consumer<Throwable> onTransportThrew) {
    this.crossing = crossing;
    this.onMemoryUsedUp = onMemoryUsedUp;
    this.onTransportThrew = onTransportThrew;
    this.faults = new Faults(context, stack, clock);
    this.context = context;
    this.transport = transport;
    this.clock = clock;
    this.stack = stack;
    this.acceptor = acceptor;
    this.pool =
        new PacketBatchPool(
            Math.max(PacketBatchPool.DEFAULT_BATCH_BYTES, 2 * stack.mtu()),
            PacketBatchPool.DEFAULT_MAX_IDLE);
    this.ticker = new Ticker(clock, this::onTick);
  }

  void onBatch(PacketBatch batch) {
    assertContext();
    long nowNs = clock.nanoTime();
    try {
      if (onEnded == null) {
        for (int i = 0; i < batch.count(); i++) {
          onPacket(batch, i, nowNs);
        }
      }
      drain(nowNs);
    } finally {
      stack.releasePackets(); // readers had their turn
      batch.release();
    }
  }

  private void onPacket(PacketBatch batch, int i, long nowNs) {
    try {
      stack.onLentPacket(batch.bytes(), batch.offset(i), batch.length(i), nowNs);
    } catch (RuntimeException | AssertionError thrown) {
      faults.onStack(thrown);
    }
  }

  void onWritable() {
    assertContext();
    drain(clock.nanoTime());
  }

  /**
   * Ends every connection.
   *
   * @param cause why the transport was lost; null if it was not
   * @param whenDone called after the handlers of every stream, once the resets are sent or had no
   *     room for {@link #END_PATIENCE_MS}
   */
  void end(CloseReason reason, Throwable cause, Runnable whenDone) {
    assertContext();
    lostCause = cause;
    onEnded = whenDone;
    resetsWait = reason == CloseReason.ADAPTER_CLOSED;
    stack.abortAll(reason, resetsWait, clock.nanoTime());
    for (LoopMember stream : waiting.toArray(LoopMember[]::new)) {
      stream.onAdapterEnd(reason);
    }
    // In a turn of its own: handlers do not run inside the caller's close().
    request();
  }

  /** The transport is gone: an end under way stops waiting for it. */
  void onTransportLost() {
    assertContext();
    resetsWait = false;
    if (onEnded != null) {
      request();
    }
  }

  /** Packets that wait for room are lost, as packets may be; TCP sends again. */
  void onTransportAway(Throwable cause, long gapMs) {
    assertContext();
    if (filling != null) {
      filling.release();
    }
    filling = null;
    if (onEnded != null) {
      onTransportLost();
      return;
    }
    lostCause = cause;
    long nowNs = clock.nanoTime();
    stack.onAway(gapMs * MS, nowNs);
    drain(nowNs);
  }

  /** Called once the stack knows the present MTU and addresses. */
  void onTransportBack() {
    assertContext();
    if (onEnded != null) {
      return;
    }
    long nowNs = clock.nanoTime();
    stack.onBack(nowNs);
    drain(nowNs);
    lostCause = null; // connections that ended by the absence have had the cause
  }

  /** Drains in this turn or, unless one is under way, in the next. */
  public void request() {
    assertContext();
    if (draining || requested || ended) {
      return;
    }
    requested = true;
    context.runOnContext(onRequest);
  }

  /** Gives the member its turn, and drains. For a caller in a turn of the context of its own. */
  public void turn(LoopMember member) {
    assertContext();
    if (ended) {
      ready(member);
      return;
    }
    enqueue(member);
    drain(clock.nanoTime());
  }

  private void onRequest() {
    requested = false;
    drain(clock.nanoTime());
  }

  /** Schedules the stream's turn. */
  public void ready(LoopMember stream) {
    if (!enqueue(stream)) {
      return;
    }
    if (ended) {
      context.runOnContext(v -> runReady(Integer.MAX_VALUE)); // reads what was left unread
    } else {
      request();
    }
  }

  /**
   * @return false if its turn is scheduled already
   */
  private boolean enqueue(LoopMember member) {
    if (member.enqueued) {
      return false;
    }
    member.enqueued = true;
    ready.add(member);
    return true;
  }

  /** A time limit for a stream's reader; null while the adapter ends. */
  public Lease awaitPatience(LoopMember stream, long ms) {
    if (ended) {
      return null;
    }
    waiting.add(stream);
    return lease(ms, stream::onPatienceEnd);
  }

  /** A time limit on the adapter's context. */
  Lease lease(long ms, Runnable onEnd) {
    return Lease.of(clock, ms, onEnd);
  }

  public void stopPatience(LoopMember stream) {
    waiting.remove(stream);
  }

  /** Runs the task on the adapter's context, at once if the caller is on it. Any thread. */
  public void execute(Runnable task) {
    Contexts.runOnThread(context, task);
  }

  /** Handles an exception from a call into the connection. */
  void onThrown(TcpConnection connection, Throwable thrown) {
    faults.onOwner(connection, thrown);
  }

  /**
   * Calls the user's handler. In a turn of this very context a dispatch would only set again what
   * is set, among it twice the thread's class loader: a few per cent of a round trip.
   */
  <T> void dispatch(T event, Handler<T> handler) {
    if (ContextInternal.current() != context) {
      context.dispatch(event, handler);
      return;
    }
    try {
      handler.handle(event);
    } catch (Throwable thrown) {
      context.reportException(thrown);
    }
  }

  IpStack stack() {
    return stack;
  }

  public ContextInternal context() {
    return context;
  }

  /** Why the transport was lost. */
  public Throwable lostCause() {
    return lostCause;
  }

  /**
   * The time for calls into the stack. A turn reads the clock when it begins and after handlers
   * have run, not for each call: a read takes as long as a small segment's checksum.
   */
  public long readClock() {
    return draining ? turnNs : clock.nanoTime();
  }

  void assertContext() {
    assert context.inThread() : "not on the adapter's context";
  }

  private void onTick() {
    long nowNs = clock.nanoTime();
    if (stack.budget().isScarce() && nowNs - recountedNs >= RECOUNT_EVERY_NS) {
      recount();
      recountedNs = nowNs;
    }
    try {
      stack.onTick(nowNs);
    } catch (RuntimeException | AssertionError thrown) {
      faults.onStack(thrown);
    }
    hurryReaders(nowNs);
    drain(nowNs);
  }

  /** Counts anew the bytes under way between this and other threads. */
  void recount() {
    crossing.settle();
    stack.forEachConnection(
        connection -> {
          if (connection.attachment() instanceof LoopMember member) {
            member.recount();
          }
        });
  }

  /**
   * Shortens the wait of failed connections' unread data while memory is short, for a reset cannot
   * free that data.
   */
  private void hurryReaders(long nowNs) {
    while (!waiting.isEmpty() && stack.budget().resetsIdleHolders()) {
      LoopMember oldest = waiting.iterator().next();
      if (nowNs - oldest.waitsSinceNs() < SHORT_PATIENCE_NS) {
        return;
      }
      oldest.onPatienceEnd();
    }
  }

  private void drain(long nowNs) {
    if (draining || ended) {
      return;
    }
    draining = true;
    turnNs = nowNs;
    crossing.settle();
    int left = TURN;
    boolean more = true; // if an Error ends the turn
    try {
      do {
        int limit = onEnded == null ? left : Integer.MAX_VALUE; // at the end there is no later turn
        int done = takeEvents(limit);
        if (stack.hasNotices()) {
          done += takeNotices(limit - done);
        }
        done += runReady(limit - done);
        if (done > 0) {
          turnNs = clock.nanoTime(); // handlers may have taken long
        }
        done += loop(limit - done);
        done += flush(limit - done);
        left -= done;
        more = done > 0 && isMoreToDo();
      } while (more && (left > 0 || onEnded != null));
    } finally {
      draining = false;
      if (more && onEnded == null) {
        request();
      }
    }
    if (!memoryUsedUp && stack.memoryUsedUp()) {
      memoryUsedUp = true;
      onMemoryUsedUp.run();
    }
    if (onEnded == null) {
      ticker.arm(stack.nextDeadlineNs(), turnNs);
    } else if (resetsWait && fill()) {
      awaitRoom();
    } else {
      finish();
    }
  }

  private boolean isMoreToDo() {
    return unsent
        || !ready.isEmpty()
        || stack.hasEvents()
        || stack.hasNotices()
        || stack.hasLooped();
  }

  private void awaitRoom() {
    if (endLimit != null) {
      return;
    }
    ticker.stop();
    endLimit = lease(END_PATIENCE_MS, this::finish);
  }

  private void finish() {
    ended = true;
    ticker.stop();
    if (endLimit != null) {
      endLimit.end();
    }
    for (LoopMember stream : waiting.toArray(LoopMember[]::new)) {
      stream.stopPatience();
    }
    if (filling != null) {
      filling.release();
    }
    filling = null;
    onEnded.run();
  }

  private int takeEvents(int limit) {
    int taken = 0;
    TcpConnection connection;
    while (taken < limit && (connection = stack.pollEvent()) != null) {
      taken++;
      int events = connection.takeEvents();
      try {
        tell(connection, events);
      } catch (RuntimeException | AssertionError thrown) {
        faults.onOwner(connection, thrown);
      }
    }
    return taken;
  }

  /** The same for UDP ports and pings. */
  private int takeNotices(int limit) {
    int taken = 0;
    Notice notice;
    while (taken < limit && (notice = stack.pollNotice()) != null) {
      taken++;
      if (notice.attachment() instanceof NoticeOwner owner) {
        try {
          if (notice instanceof UdpPort port && port.isAddressGone()) {
            owner.onFault(Failures.portGone(port.localAddress(), port.port()));
          } else {
            owner.onNotice();
          }
        } catch (RuntimeException | AssertionError thrown) {
          context.reportException(thrown);
          owner.onFault(thrown);
        }
      }
    }
    return taken;
  }

  private void tell(TcpConnection connection, int events) {
    if (connection.attachment() instanceof ConnectionOwner owner) {
      owner.onEvents(events);
    } else if ((events & TcpConnection.ACCEPTED) != 0) {
      acceptor.onAccepted(connection, events);
    }
  }

  private int runReady(int limit) {
    int done = 0;
    LoopMember stream;
    while (done < limit && (stream = ready.poll()) != null) {
      stream.enqueued = false;
      try {
        done += stream.advance(limit - done);
      } catch (RuntimeException | AssertionError thrown) {
        done++;
        faults.onStream(stream, thrown);
      }
    }
    return done;
  }

  /** Passes on packets that the adapter sends to itself. */
  private int loop(int limit) {
    if (!stack.hasLooped()) {
      return 0;
    }
    if (looped == null || looped.length < stack.mtu()) {
      looped = new byte[stack.mtu()];
    }
    int taken = 0;
    int length;
    while (taken < limit && (length = pollLooped()) != 0) {
      taken++;
      if (length > 0) {
        transport.onLooped(looped, 0, length);
      }
    }
    return taken;
  }

  /**
   * @return below 0 if a connection failed over its packet, at either end
   */
  private int pollLooped() {
    try {
      return stack.pollLooped(looped, 0, turnNs);
    } catch (RuntimeException | AssertionError thrown) {
      return faults.onStack(thrown) ? -1 : 0;
    }
  }

  private int flush(int limit) {
    unsent = false;
    if (transportThrew) {
      return 0;
    }
    int sent = 0;
    try {
      while (!transport.isFull()) {
        unsent = sent >= limit;
        if (unsent || !fill()) {
          break;
        }
        PacketBatch batch = filling;
        filling = null;
        sent += batch.count();
        transport.send(batch);
      }
    } catch (RuntimeException | AssertionError thrown) {
      // A transport must not throw. If it does, it cannot be relied on to take packets.
      transportThrew = true;
      context.reportException(thrown);
      onTransportThrew.accept(thrown);
      return sent + 1;
    }
    return sent;
  }

  /**
   * Fills a packet. A packet is written whole or not at all, so that no handler can cut one in two.
   *
   * @return whether there is a packet to send
   */
  private boolean fill() {
    if (filling == null) {
      filling = pool.acquire();
    }
    while (filling.room() >= stack.mtu()) {
      int length = pollPacket();
      if (length == 0) {
        break;
      }
      if (length > 0) {
        filling.commit(length);
      }
    }
    return !filling.isEmpty();
  }

  /**
   * @return below 0 if a connection failed over its packet
   */
  private int pollPacket() {
    try {
      return stack.pollPacket(filling.bytes(), filling.writeOffset(), turnNs);
    } catch (RuntimeException | AssertionError thrown) {
      return faults.onStack(thrown) ? -1 : 0;
    }
  }
}
