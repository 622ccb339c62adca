package dev.jktcp.impl.frame;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where an end of a session hears another end of the same process: frames come as they are, in
 * order, none is lost, and the event bus has no part in it. An end on the same event loop is heard
 * at once, and what that changes is said before its call returns; an end on another thread wakes
 * this one once for all that it says until then.
 *
 * <p>How many frames wait is bounded by the credit and the unheard frames of their channels.
 *
 * <p>Owner's context only, but for what is said to be for any thread.
 */
final class Inbox implements Shareable {
  /** The owner of an inbox: it hears, and says what has changed. */
  interface Owner {
    void onFrame(Frame frame);

    /** Says what has changed since it was called last. */
    void flush();

    /** Whether there is something to say. */
    boolean hasChanged();
  }

  /** Where the inboxes of a Vert.x are kept. */
  private static final String INBOXES = "dev.jktcp.inboxes";

  /** Frames heard before others on the thread have their turn. */
  private static final int TURN = 1024;

  /** Times that two ends answer each other before others have their turn; few need more than 2. */
  private static final int ROUNDS = 16;

  private final ContextInternal context;
  private final Owner owner;
  private final String address;
  private final Handler<Frame> ear;
  private final Handler<Void> onTurn = v -> drain();

  // Any thread:
  private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Linger linger;
  private volatile boolean closed;

  private int depth; // calls of begin() without their end()

  Inbox(ContextInternal context, String address, Owner owner) {
    this.context = context;
    this.address = address;
    this.owner = owner;
    this.ear = owner::onFrame;
    this.linger = new Linger(context.nettyEventLoop(), () -> !frames.isEmpty(), this::drain);
  }

  /** The inbox at this address, or null if it is not in this Vert.x. Any thread. */
  static Inbox at(Vertx vertx, String address) {
    return inboxes(vertx).get(address);
  }

  private static LocalMap<String, Inbox> inboxes(Vertx vertx) {
    return vertx.sharedData().getLocalMap(INBOXES);
  }

  void open() {
    inboxes(context.owner()).put(address, this);
  }

  /** Hears no more. Idempotent. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    inboxes(context.owner()).remove(address);
  }

  /** Whether its owner is gone. Any thread. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Gives it a frame. Any thread, but always the same of one other end.
   *
   * @return false if it is known that its owner is gone
   */
  boolean offer(Frame frame) {
    if (closed) {
      return false;
    }
    if (!isHere()) {
      frames.add(frame);
      return linger.isAwake() || schedule();
    }
    if (isBusy() || !frames.isEmpty()) {
      frames.add(frame); // heard when this turn ends, or in the one that is scheduled
      return true;
    }
    begin();
    try {
      context.dispatch(frame, ear);
    } finally {
      end();
    }
    return true;
  }

  /** Whether it is heard in the caller's thread. Any thread. */
  boolean isHere() {
    return context.isEventLoopContext() && context.inThread();
  }

  /** Its owner has said something, and another thread may answer soon. */
  void linger() {
    if (context.isEventLoopContext()) {
      linger.begin();
    }
  }

  private boolean schedule() {
    if (!scheduled.compareAndSet(false, true)) {
      return true;
    }
    try {
      context.runOnContext(onTurn);
      return true;
    } catch (RejectedExecutionException vertxClosed) {
      return false;
    }
  }

  private void drain() {
    scheduled.set(false);
    if (frames.isEmpty()) {
      return;
    }
    begin();
    end();
  }

  /** Holds back what the owner changes, and the answers to it, until {@link #end}. */
  void begin() {
    depth++;
  }

  /** Ends what {@link #begin} began. */
  void end() {
    try {
      if (depth == 1) {
        catchUp();
      }
    } finally {
      depth--;
    }
    if (depth == 0 && isMoreToDo()) {
      schedule();
    }
  }

  /** Whether there will be an {@link #end}. */
  boolean isBusy() {
    return depth > 0;
  }

  private void catchUp() {
    for (int round = 0; round < ROUNDS && isMoreToDo(); round++) {
      hear();
      owner.flush();
    }
  }

  private void hear() {
    Frame frame;
    for (int i = 0; i < TURN && (frame = frames.poll()) != null; i++) {
      context.dispatch(frame, ear);
    }
  }

  private boolean isMoreToDo() {
    return !frames.isEmpty() || owner.hasChanged();
  }
}
