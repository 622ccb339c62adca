package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LoopMember;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Lease;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Joins a channel and its connection. The methods of the first part are called by the channel, on
 * its event loop; the others by the adapter, on its context. In a {@link DirectEnd} the two are one
 * event loop, in a {@link CrossEnd} they are not.
 */
abstract class ChannelEnd extends LoopMember {
  final AdapterInternal adapter;
  final StackChannel channel;

  // Adapter context only.
  DrainLoop loop; // null before there is a connection
  TcpConnection connection; // likewise
  private Runnable onOver;
  private Promise<Void> finished; // not null once an orderly end of the adapter has begun
  private CloseReason closeReason;
  private TcpException abortCause; // of a reset by other code than the channel
  private TcpException failure;
  private boolean connected;
  private boolean closed; // whether the channel has closed it
  private boolean finAcked;
  private Lease patience; // not null while a failed connection's data waits for its reader
  private long waitsSinceNs;

  ChannelEnd(AdapterInternal adapter, StackChannel channel) {
    this.adapter = adapter;
    this.channel = channel;
  }

  @Override
  public final String owner() {
    return "channel";
  }

  static ChannelEnd of(AdapterInternal adapter, StackChannel channel) {
    boolean one = adapter.context().nettyEventLoop() == channel.eventLoop();
    return one ? new DirectEnd(adapter, channel) : new CrossEnd(adapter, channel);
  }

  // --- the channel's event loop

  /**
   * Writes bytes from the reader index on, and moves the index.
   *
   * @param sendBuffer most bytes that may be unacknowledged; 0: as many as the connection holds
   * @return how many bytes were taken. If some are left, the channel gets a turn once there is room
   * @throws IOException if the connection is over
   */
  abstract int write(ByteBuf data, int sendBuffer) throws IOException;

  /** Ends a flush: its writes go out together. */
  abstract void written();

  /** Received bytes, at most so many; null if no bytes wait. */
  abstract ByteBuf read(int most);

  /** Whether there is data to read, or its end. */
  abstract boolean hasNews();

  /** Whether all data was read and the peer's FIN follows. */
  abstract boolean atEnd();

  /** The failure of the connection, once all data before it was read; null before. */
  abstract IOException failure();

  /** Gives the channel another turn. */
  abstract void again();

  /** Sends a FIN behind the written data. */
  abstract void endOutput();

  /** The channel has closed. */
  abstract void close();

  abstract void tune(TcpTuning tuning);

  // --- adapter context

  abstract void tellConnected(InetSocketAddress local);

  abstract void tellConnectFailed(IOException why);

  /** The connection is over, and {@link #failureNow} says why. */
  abstract void tellOver();

  /** The adapter ends in good order. */
  abstract void tellShutDown();

  /** The connection was made or accepted. */
  final void take(DrainLoop loop, TcpConnection connection, Runnable onOver) {
    this.loop = loop;
    this.connection = connection;
    this.onOver = onOver;
    if (closed) {
      connection.reset();
    }
  }

  /** Takes over an established connection. */
  final void takeAccepted(AcceptedConnection accepted) {
    connected = true;
    accepted.handTo(this);
    connection.tune(channel.tuning(connection.tuning()), loop.readClock());
    connection.accept();
    onEvents(connection.closeReason() == null ? 0 : TcpConnection.CLOSED);
  }

  static InetSocketAddress address(IpAddress address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // its length is right
    }
  }

  @Override
  public final void onEvents(int events) {
    if ((events & TcpConnection.CONNECTED) != 0 && !connected) {
      connected = true;
      tellConnected(address(connection.localAddress(), connection.localPort()));
    }
    if ((events & TcpConnection.FIN_ACKED) != 0) {
      finAcked = true;
      if (finished != null) {
        finished.tryComplete();
      }
    }
    if ((events & TcpConnection.CLOSED) != 0 && closeReason == null) {
      onClosed();
    }
    loop.ready(this);
  }

  private void onClosed() {
    connection.accept();
    closeReason = connection.closeReason();
    SocketAddress remote =
        SocketAddress.inetSocketAddress(
            connection.remotePort(), connection.remoteAddress().toString());
    failure = abortCause;
    if (failure == null && (closeReason != CloseReason.CLOSED || !connected)) {
      failure = Failures.of(closeReason, remote, loop.lostCause(), connection.softError());
    }
    if (closed || closeReason == CloseReason.ADAPTER_CLOSED) {
      connection.leave(loop.readClock());
    } else if (failure != null && connection.readable() > 0) {
      waitsSinceNs = loop.readClock();
      patience = loop.awaitPatience(this, adapter.options().getOrphanTimeout().toMillis());
    }
    onOver.run();
    if (finished != null) {
      finished.tryComplete();
    }
    if (!connected) {
      tellConnectFailed(ChannelFailures.ofConnect(failure));
    }
    tellOver();
  }

  /** Null while the connection lives, or if it ended well. */
  final IOException failureNow() {
    return failure == null ? null : ChannelFailures.ofConnection(failure);
  }

  /**
   * The channel has closed.
   *
   * @param unread whether data was read here and has not reached the channel's handlers
   */
  final void closeNow(boolean unread) {
    closed = true;
    if (connection == null) {
      return; // the connection is reset as soon as it is made
    }
    if (connection.closeReason() != null) {
      connection.leave(loop.readClock());
      stopPatience();
    } else if (unread) {
      connection.leave(loop.readClock(), true);
      connection.close(loop.readClock());
    } else {
      connection.close(loop.readClock());
    }
    loop.request();
  }

  @Override
  public final CloseReason closeReason() {
    return closeReason;
  }

  @Override
  public final void abort(TcpException cause) {
    if (connection.closeReason() == null) {
      abortCause = cause;
    }
    connection.reset();
    loop.ready(this);
  }

  @Override
  protected final Future<Void> shutDown() {
    if (finished == null) {
      finished = Promise.promise();
      if (closeReason != null || finAcked) {
        finished.complete();
      } else if (connected) {
        tellShutDown();
      } else {
        connection.reset(CloseReason.ADAPTER_CLOSED, true);
      }
    }
    return finished.future();
  }

  @Override
  protected final void onAdapterEnd(CloseReason reason) {
    onPatienceEnd();
  }

  @Override
  protected final void onPatienceEnd() {
    stopPatience();
    connection.leave(loop.readClock());
    loop.ready(this);
  }

  @Override
  protected final long waitsSinceNs() {
    return waitsSinceNs;
  }

  @Override
  protected final void stopPatience() {
    if (patience == null) {
      return;
    }
    patience.end();
    patience = null;
    loop.stopPatience(this);
  }
}
