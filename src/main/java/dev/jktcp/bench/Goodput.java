package dev.jktcp.bench;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * Bulk data from the client to the server, by one connection or by several in turn. The reader
 * copies nothing. Each slice is 256 KiB that reached the reader.
 */
final class Goodput implements Work {
  static final int SLICE_BYTES = 256 * 1024;

  private static final int READ_BYTES = 64 * 1024;

  final byte[] source = Pattern.source();
  private final CoreLink link;
  private final Flow[] flows; // an iterator would be garbage of the bench
  private long received;
  private long target;
  private boolean checks;

  private final class Flow {
    private final TcpConnection connection;
    private long written;
    private long read;

    Flow(TcpConnection connection) {
      this.connection = connection;
    }

    void fill() {
      int taken;
      do {
        int at = (int) (written % Pattern.PERIOD);
        taken =
            connection.sendRoom() == 0
                ? 0
                : connection.write(source, at, Pattern.PERIOD - at, link.nowNs());
        written += taken;
      } while (taken > 0);
    }

    void drain(TcpConnection end) {
      Slice slice;
      while ((slice = end.read(READ_BYTES, link.nowNs())) != null) {
        if (checks) {
          Pattern.check(read, slice.bytes(), slice.offset(), slice.length());
        }
        read += slice.length();
        received += slice.length();
      }
    }
  }

  Goodput(BenchOptions options) {
    link = new CoreLink(options, (connection, events) -> {}, this::onServerEvents);
    link.openIdle(options.idle(), options.portsTaken());
    flows = new Flow[options.flows()];
    for (int i = 0; i < flows.length; i++) {
      flows[i] = new Flow(link.connect(1));
      link.settle();
    }
  }

  /** The order in which flows were opened tells the server's end of each. */
  private void onServerEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.READABLE) == 0) {
      return;
    }
    if (connection.attachment() == null) {
      for (Flow flow : flows) {
        if (flow.connection.localPort() == connection.remotePort()) {
          connection.attach(flow);
        }
      }
    }
    ((Flow) connection.attachment()).drain(connection);
  }

  @Override
  public void slice() {
    target += SLICE_BYTES;
    while (received < target) {
      for (Flow flow : flows) {
        flow.fill();
      }
      if (!link.exchange() && received < target) {
        link.pass(1_000_000);
      }
    }
  }

  @Override
  public void verify() {
    checks = true;
    for (int i = 0; i < 16; i++) {
      slice();
    }
    checks = false;
    for (Flow flow : flows) {
      if (flows.length <= 64 && flow.read == 0) {
        throw new IllegalStateException("bench: a flow moved nothing");
      }
    }
  }

  @Override
  public long bytesPerSlice() {
    return SLICE_BYTES;
  }

  @Override
  public long operationsPerSlice() {
    return 0;
  }
}
