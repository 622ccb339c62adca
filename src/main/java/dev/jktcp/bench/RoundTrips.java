package dev.jktcp.bench;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;

/** One byte from the client, one back from the server, and so on. */
final class RoundTrips implements Work {
  private static final int TRIPS = 200;

  private final CoreLink link;
  private final TcpConnection client;
  final byte[] source = new byte[256];
  private byte lastSent;
  private boolean echoed;
  private long trips;

  RoundTrips(BenchOptions options) {
    link = new CoreLink(options, this::onClientEvents, this::onServerEvents);
    link.openIdle(options.idle(), options.portsTaken());
    for (int i = 0; i < source.length; i++) {
      source[i] = (byte) i;
    }
    client = link.connect(1);
    link.settle();
  }

  private void onServerEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.READABLE) != 0) {
      Slice slice = connection.read(1, link.nowNs());
      connection.write(slice.bytes(), slice.offset(), slice.length(), link.nowNs());
    }
  }

  private void onClientEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.READABLE) != 0) {
      Slice slice = connection.read(1, link.nowNs());
      if (slice.bytes()[slice.offset()] != lastSent) {
        throw new IllegalStateException("bench: another byte came back");
      }
      echoed = true;
      trips++;
    }
  }

  @Override
  public void slice() {
    for (int i = 0; i < TRIPS; i++) {
      lastSent++;
      echoed = false;
      client.write(source, lastSent & 0xff, 1, link.nowNs());
      while (!echoed) {
        if (!link.exchange() && !echoed) {
          link.pass(1_000_000); // a delayed ACK, or Nagle's wait for one
        }
      }
    }
  }

  @Override
  public void verify() {
    long before = trips;
    slice();
    if (trips != before + TRIPS) {
      throw new IllegalStateException("bench: " + (trips - before) + " of " + TRIPS + " echoes");
    }
  }

  @Override
  public long bytesPerSlice() {
    return 0;
  }

  @Override
  public long operationsPerSlice() {
    return TRIPS;
  }
}
