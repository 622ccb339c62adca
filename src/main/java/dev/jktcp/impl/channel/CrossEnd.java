package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Bytes;
import dev.jktcp.impl.Crossing;
import dev.jktcp.tcp.TcpTuning;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The end of a channel whose event loop is not its adapter's. Bytes cross in two queues, each
 * bounded, and one wake-up serves all that wait.
 */
final class CrossEnd extends ChannelEnd {
  /**
   * Most bytes under way in each direction: as many as a fast loop moves in the 100 µs of a wake-up
   * there and back.
   */
  static final int MOST_UNDER_WAY = 256 * 1024;

  /**
   * Bytes of one piece: short enough to be copied to the send buffer without holding up other
   * tasks.
   */
  private static final int PIECE = 64 * 1024;

  /** Most pieces under way in each direction, for a peer or a user may make each a byte long. */
  static final int MOST_PIECES = 1024;

  /** Memory of a piece besides its bytes: its buffer, its array's header, its place. */
  private static final int PIECE_COST = 128;

  /** Most bytes under way to the adapter while memory is scarce: two small segments. */
  private static final int LEAST = 2 * 1024;

  private final Queue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
  private final Queue<ByteBuf> inbound = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outboundBytes = new AtomicInteger();
  private final AtomicInteger inboundBytes = new AtomicInteger();
  private final AtomicInteger outboundPieces = new AtomicInteger();
  private final AtomicInteger inboundPieces = new AtomicInteger();
  private final Crossing crossing;
  private final LoopTurn adapterTurn;
  private final LoopTurn channelTurn;

  // Set by the adapter after the data before them is in the queue.
  private volatile boolean allPassed; // whether no more follows in the queue
  private volatile boolean finPassed;
  private volatile IOException overPassed;
  private volatile boolean dead; // whether the connection takes no more

  private volatile boolean starved; // whether the adapter has more than the queue has room for
  private volatile boolean blocked; // whether the channel has more than the queue has room for
  private volatile int allowed; // bytes in the outbound queue, by the memory left
  private volatile long written; // bytes ever put there; only the channel's loop writes it

  // The channel's event loop only.
  private ByteBuf gathering; // of the flush under way; null without one

  // Adapter context only.
  private ByteBuf writing; // taken from the queue, written in part
  private boolean ending;
  private boolean closing;
  private long counted; // bytes under way that the connection's account has
  private long seen; // of those written there

  CrossEnd(AdapterInternal adapter, StackChannel channel) {
    super(adapter, channel);
    crossing = adapter.crossing();
    allowed = crossing.isScarce() ? LEAST : MOST_UNDER_WAY; // until it is counted
    adapterTurn = new LoopTurn(adapter.context().nettyEventLoop(), this::adapterTurn);
    channelTurn = new LoopTurn(channel.eventLoop(), channel::onTurn);
  }

  // --- the channel's event loop

  @Override
  int write(ByteBuf data, int sendBuffer) throws IOException {
    if (dead) {
      IOException over = overPassed;
      throw over != null ? over : new IOException("Broken pipe");
    }
    int most = sendBuffer > 0 ? sendBuffer : MOST_UNDER_WAY;
    int room = room(most);
    if (room <= 0) {
      blocked = true;
      room = room(most); // there may be room meanwhile
      if (room <= 0) {
        return 0;
      }
    }
    int gathered = gathering == null ? 0 : gathering.readableBytes();
    int length = Math.min(Math.min(room, PIECE - gathered), data.readableBytes());
    if (gathering == null) {
      gathering = Bytes.growing(length);
    }
    gathering.writeBytes(
        data, length); // a copy: once the promise completes, its owner may change the data
    crossing.begin(length);
    outboundBytes.addAndGet(length);
    written += length;
    if (gathered + length == PIECE) {
      written();
    }
    return length;
  }

  /**
   * Bytes that may join the outbound queue. A queue that is empty has room for a little, however
   * much others have under way, so that a channel without room always waits for its own bytes.
   */
  private int room(int most) {
    if (gathering == null && outboundPieces.get() >= MOST_PIECES) {
      return 0;
    }
    int queued = outboundBytes.get();
    long free = Math.max(crossing.room(), LEAST - queued);
    return (int) Math.min(Math.min(most, allowed) - queued, free);
  }

  /**
   * Like a gathering write of NIO: the adapter sees the writes of a flush at once, and sends no
   * segment with the first byte alone.
   */
  @Override
  void written() {
    if (gathering == null) {
      return;
    }
    outboundPieces.incrementAndGet();
    outbound.add(gathering);
    gathering = null;
    adapterTurn.ask();
  }

  @Override
  ByteBuf read(int most) {
    ByteBuf first = inbound.peek();
    if (first == null) {
      return null;
    }
    ByteBuf data = first;
    int length = Math.min(most, first.readableBytes());
    if (length < first.readableBytes() || first.readerIndex() > 0) {
      data = Bytes.growing(length); // a Buffer of Vert.x begins at index 0
      data.writeBytes(first, length);
    }
    if (data == first || !first.isReadable()) {
      inbound.poll();
      inboundPieces.decrementAndGet();
    }
    int left = inboundBytes.addAndGet(-data.readableBytes());
    if (starved && left <= MOST_UNDER_WAY / 2 && inboundPieces.get() <= MOST_PIECES / 2) {
      adapterTurn.ask();
    }
    return data;
  }

  @Override
  boolean hasNews() {
    return !inbound.isEmpty() || finPassed || allPassed;
  }

  @Override
  boolean atEnd() {
    return finPassed && inbound.isEmpty();
  }

  @Override
  IOException failure() {
    return allPassed && inbound.isEmpty() ? overPassed : null;
  }

  @Override
  void again() {
    channelTurn.ask();
  }

  @Override
  void endOutput() {
    written();
    inAdapter(() -> ending = true);
  }

  @Override
  void close() {
    written(); // a listener of a write may close before the flush is over
    boolean unread = !inbound.isEmpty();
    inbound.clear();
    inAdapter(() -> beginClose(unread));
  }

  @Override
  void tune(TcpTuning tuning) {
    inAdapter(() -> connection.tune(tuning, loop.readClock()));
  }

  private void inAdapter(Runnable command) {
    adapter
        .context()
        .execute(
            () -> {
              command.run();
              if (loop != null) {
                loop.turn(this);
              }
            });
  }

  // --- adapter context

  @Override
  void tellConnected(InetSocketAddress local) {
    inChannel(() -> channel.onConnected(local));
  }

  @Override
  void tellConnectFailed(IOException why) {
    inChannel(() -> channel.onConnectFailed(why));
  }

  @Override
  void tellShutDown() {
    inChannel(channel::close);
  }

  private void inChannel(Runnable command) {
    channel.eventLoop().execute(command);
  }

  @Override
  void tellOver() {
    dead = true;
  }

  private void beginClose(boolean unread) {
    closing = true;
    if (connection == null) {
      closeNow(unread);
    } else {
      boolean lost = unread || !inbound.isEmpty();
      inbound.clear();
      writeQueued(); // a reset follows at once if the linger time is 0
      connection.leave(loop.readClock(), lost);
    }
  }

  /** Drains behind the waiting turns, and so once for all of them. */
  private void adapterTurn() {
    loop.ready(this);
  }

  @Override
  protected int advance(int limit) {
    long total = written; // counted below; first, for the channel may go on at once
    crossing.end(total - seen);
    seen = total;
    push();
    if (!closing) {
      pull();
    }
    recount();
    return 1;
  }

  /** Writes queued bytes to the connection, and ends it behind the last. */
  private void push() {
    if (closeReason() != null) {
      outbound.clear();
      writing = null;
      if (closing) {
        closeNow(false);
      }
      return;
    }
    if (!writeQueued()) {
      return; // WRITABLE follows
    }
    if (ending) {
      connection.end();
    }
    if (closing) {
      closeNow(false);
    }
  }

  /** Writes as many of the queued bytes as the connection has room for. True if none is left. */
  private boolean writeQueued() {
    while (writing != null || (writing = outbound.poll()) != null) {
      int length = writing.readableBytes();
      int taken = Bytes.write(connection, writing, writing.readerIndex(), length, loop.readClock());
      writing.skipBytes(taken);
      int left = outboundBytes.addAndGet(-taken);
      boolean whole = taken == length;
      int pieces = whole ? outboundPieces.decrementAndGet() : outboundPieces.get();
      if (blocked && left <= MOST_UNDER_WAY / 2 && pieces <= MOST_PIECES / 2) {
        blocked = false;
        channelTurn.ask();
      }
      if (!whole) {
        return false;
      }
      writing = null;
    }
    return true;
  }

  /** Fills the inbound queue from the connection. */
  private void pull() {
    boolean passed = false;
    starved = false;
    while (connection.readable() > 0) {
      if (MOST_UNDER_WAY - inboundBytes.get() < PIECE || inboundPieces.get() >= MOST_PIECES) {
        starved = true;
        if (inboundBytes.get() > MOST_UNDER_WAY / 2 || inboundPieces.get() > MOST_PIECES / 2) {
          break; // if not, it was read meanwhile
        }
        starved = false;
      }
      ByteBuf data = Bytes.readGrowing(connection, PIECE, loop.readClock());
      if (data == null) {
        break;
      }
      inboundBytes.addAndGet(data.readableBytes());
      inboundPieces.incrementAndGet();
      inbound.add(data);
      passed = true;
    }
    if (connection.readable() == 0) {
      if (connection.finReceived() && !finPassed) {
        finPassed = true;
        passed = true;
      }
      if (closeReason() != null && !allPassed) {
        stopPatience();
        overPassed = failureNow();
        allPassed = true;
        passed = true;
      }
    }
    if (passed) {
      channelTurn.ask();
    }
  }

  /**
   * Counts the bytes under way as held by the connection. While memory is scarce, no more may be
   * under way than the send buffer will take.
   */
  @Override
  protected void recount() {
    long pieces = (long) inboundPieces.get() + outboundPieces.get();
    long bytes = (long) inboundBytes.get() + outboundBytes.get();
    long now = closeReason() == null ? bytes + pieces * PIECE_COST : 0;
    connection.account().hold(now - counted);
    connection.account().letGo(counted - now);
    counted = now;
    allowed = crossing.isScarce() ? allowedWhileScarce() : MOST_UNDER_WAY;
  }

  private int allowedWhileScarce() {
    boolean quiet = connection.isFolded(); // the question would unfold it
    return quiet ? LEAST : Math.max(LEAST, Math.min(MOST_UNDER_WAY, connection.sendRoom()));
  }
}
