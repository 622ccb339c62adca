package dev.jktcp.bench;

import dev.jktcp.tcp.connection.TcpConnection;

/** The heap that idle ends of connections hold, their places in the stack's tables included. */
final class IdleMemory {
  private static final int CONNECTIONS = 10_000;
  private static final int IDLE_STEPS = 500;
  private static final long STEP_NS = 10_000_000L;

  private IdleMemory() {}

  static Result measure(BenchOptions options) {
    int connections = options.idle() > 0 ? options.idle() : CONNECTIONS;
    IdleLink link = new IdleLink(options);
    link.open(64); // structures that the first connections make for all
    long before = heap();
    link.open(connections);
    long held = heap() - before;
    link.check(connections + 64);
    return new Result(options).put(Figure.BYTES_PER_CONNECTION, held / (2.0 * connections));
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** Connections that have sent one byte each way and are silent since. */
  static final class IdleLink {
    private final CoreLink link;
    private final byte[] one = {1};

    IdleLink(BenchOptions options) {
      link = new CoreLink(options, this::onClientEvents, this::onServerEvents);
    }

    private void onClientEvents(TcpConnection connection, int events) {
      if ((events & TcpConnection.CONNECTED) != 0) {
        connection.write(one, 0, 1, link.nowNs());
      }
      connection.read(1, link.nowNs());
    }

    private void onServerEvents(TcpConnection connection, int events) {
      if (connection.read(1, link.nowNs()) != null) {
        connection.write(one, 0, 1, link.nowNs());
      }
    }

    void open(int count) {
      for (int i = 0; i < count; i++) {
        link.connect(i);
        if (i % 64 == 63) {
          link.settle();
        }
      }
      link.settle();
      for (int i = 0; i < IDLE_STEPS; i++) { // until the stacks have seen that they are idle
        link.pass(STEP_NS);
        link.settle();
      }
    }

    void check(int count) {
      if (link.client.connections() != count || link.server.connections() != count) {
        throw new IllegalStateException("bench: not all connections are there");
      }
    }
  }
}
