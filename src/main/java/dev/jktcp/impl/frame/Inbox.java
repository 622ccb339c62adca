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
 * Takes the frames for one end of a session from its other end in the same process. Frames come as
 * objects, in order, and none is lost; the event bus has no part in it. If both ends are on one
 * event loop, a frame is handled, and answered, before its sender's call returns. If not, one
 * wake-up brings all frames sent until then.
 *
 * <p>The number of waiting frames is bounded by the credit and the unheard frames of their
 * channels.
 *
 * <p>Owner's context only; methods for any thread say so.
 */
final class Inbox implements Shareable {
  /** The owner of an inbox, which handles its frames and sends its own. */
  interface Owner {
    void onFrame(Frame frame);

    /** Sends the changes since the last call. */
    void flush();

    /** Whether there are changes to send. */
    boolean hasChanged();
  }

  /** The map of a Vert.x instance that has its inboxes. */
  private static final String INBOXES = "dev.jktcp.inboxes";

  /** Frames handled before other tasks of the thread have their turn. */
  private static final int TURN = 1024;

  /**
   * Times that two ends answer each other before other tasks have their turn; few need more than 2.
   */
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

  private int depth; // calls of begin() not yet matched by end()

  Inbox(ContextInternal context, String address, Owner owner) {
    this.context = context;
    this.address = address;
    this.owner = owner;
    this.ear = owner::onFrame;
    this.linger = new Linger(context.nettyEventLoop(), () -> !frames.isEmpty(), this::drain);
  }

  /** The inbox at this address, or null if it is not in this Vert.x instance. Any thread. */
  static Inbox at(Vertx vertx, String address) {
    return inboxes(vertx).get(address);
  }

  private static LocalMap<String, Inbox> inboxes(Vertx vertx) {
    return vertx.sharedData().getLocalMap(INBOXES);
  }

  void open() {
    inboxes(context.owner()).put(address, this);
  }

  /** Takes no more frames. Idempotent. */
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
   * Adds a frame. Any thread, but the same one for all frames of an end.
   *
   * @return false if its owner is known to be gone
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
      frames.add(frame); // handled when this turn ends, or in the scheduled one
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

  /** Whether its frames are handled on the caller's thread. Any thread. */
  boolean isHere() {
    return context.isEventLoopContext() && context.inThread();
  }

  /** Waits a moment: its owner has sent a frame, and another thread may answer soon. */
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

  /** Holds back the owner's changes, and the answers to them, until {@link #end}. */
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

  /** Whether an {@link #end} is to come. */
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
