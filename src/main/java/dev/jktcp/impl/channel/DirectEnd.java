package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Bytes;
import dev.jktcp.tcp.TcpTuning;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The end of a channel on its adapter's event loop: it reads and writes inside the drain. */
final class DirectEnd extends ChannelEnd {
  DirectEnd(AdapterInternal adapter, StackChannel channel) {
    super(adapter, channel);
  }

  @Override
  int write(ByteBuf data, int sendBuffer) throws IOException {
    IOException failure = failureNow();
    if (failure != null) {
      throw failure;
    }
    int most = data.readableBytes();
    if (sendBuffer > 0) {
      most = Math.min(most, sendBuffer - connection.sendQueued());
    }
    if (most <= 0) {
      return 0;
    }
    int taken = Bytes.write(connection, data, data.readerIndex(), most, loop.readClock());
    data.skipBytes(taken);
    return taken;
  }

  @Override
  void written() {
    loop.request();
  }

  @Override
  ByteBuf read(int most) {
    ByteBuf data = Bytes.readGrowing(connection, most, loop.readClock());
    if (data != null) {
      loop.request(); // the window may have opened
    }
    return data;
  }

  @Override
  boolean hasNews() {
    return connection.readable() > 0 || connection.finReceived() || closeReason() != null;
  }

  @Override
  boolean atEnd() {
    return connection.finReceived() && connection.readable() == 0;
  }

  @Override
  IOException failure() {
    return closeReason() == null || connection.readable() > 0 ? null : failureNow();
  }

  @Override
  void again() {
    loop.ready(this);
  }

  @Override
  void endOutput() {
    connection.end();
    loop.request();
  }

  @Override
  void close() {
    closeNow(false);
  }

  @Override
  void tune(TcpTuning tuning) {
    connection.tune(tuning, loop.readClock());
    loop.request();
  }

  @Override
  void tellConnected(InetSocketAddress local) {
    channel.onConnected(local);
  }

  @Override
  void tellConnectFailed(IOException why) {
    channel.onConnectFailed(why);
  }

  @Override
  void tellOver() {} // the channel's turn follows

  @Override
  void tellShutDown() {
    channel.close();
  }

  @Override
  protected int advance(int limit) {
    return 1 + channel.onTurn();
  }
}
