package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.impl.LoopMember;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Future;
import java.net.InetSocketAddress;

/**
 * A connection in its listener's backlog, until the channel that takes it is registered with an
 * event loop. Adapter context only; the addresses may be read on any thread.
 */
final class AcceptedConnection extends LoopMember {
  private final AdapterInternal adapter;
  private final DrainLoop loop;
  private final TcpConnection connection;
  private final Runnable onOver;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;
  private boolean over;

  AcceptedConnection(
      AdapterInternal adapter, DrainLoop loop, TcpConnection connection, Runnable onOver) {
    this.adapter = adapter;
    this.loop = loop;
    this.connection = connection;
    this.onOver = onOver;
    this.localAddress = ChannelEnd.address(connection.localAddress(), connection.localPort());
    this.remoteAddress = ChannelEnd.address(connection.remoteAddress(), connection.remotePort());
  }

  @Override
  public String owner() {
    return "accepting";
  }

  AdapterInternal adapter() {
    return adapter;
  }

  InetSocketAddress localAddress() {
    return localAddress;
  }

  InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Runs the task on the adapter's context. Any thread. */
  void run(Runnable task) {
    loop.execute(task);
  }

  void handTo(ChannelEnd end) {
    connection.attach(end);
    end.take(loop, connection, over ? () -> {} : onOver);
  }

  /** Resets the connection, because no channel takes it. */
  void refuse() {
    connection.accept();
    connection.reset();
    loop.request();
  }

  @Override
  public void onEvents(int events) {
    if ((events & TcpConnection.CLOSED) == 0 || over) {
      return;
    }
    over = true;
    connection.accept();
    onOver.run();
  }

  @Override
  protected int advance(int limit) {
    return 1;
  }

  @Override
  public CloseReason closeReason() {
    return connection.closeReason();
  }

  @Override
  protected Future<Void> shutDown() {
    connection.accept();
    connection.reset(CloseReason.ADAPTER_CLOSED, true);
    return Future.succeededFuture();
  }

  @Override
  public void abort(TcpException cause) {
    connection.accept();
    connection.reset();
  }

  // --- it never waits for a reader

  @Override
  protected long waitsSinceNs() {
    return loop.readClock();
  }

  @Override
  protected void onPatienceEnd() {}

  @Override
  protected void stopPatience() {}

  @Override
  protected void onAdapterEnd(CloseReason reason) {}
}
