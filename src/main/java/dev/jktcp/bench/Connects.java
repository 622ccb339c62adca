package dev.jktcp.bench;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * A connection is opened, carries one byte, and is closed from both ends; one after the other. The
 * end that closes first keeps a TIME-WAIT record. Between connections virtual time passes at a pace
 * that keeps the number of records as asked for, expiry included.
 */
final class Connects implements Work {
  private static final int CONNECTIONS = 50;

  /** Half of a destination's ports, so that the choice of a port does not dominate the figure. */
  private static final int RECORDS_A_DESTINATION = CoreLink.CLIENT_PORTS / 2;

  static final int MOST_RECORDS = CoreLink.PORTS / 2 * RECORDS_A_DESTINATION;

  private final CoreLink link;
  private final boolean serverCloses;
  private final int destinations;
  private final long paceNs;
  final byte[] source = {42};
  private boolean measuring; // idle connections are open already
  private int over; // ends of the current connection
  private int bytes;
  private int opened;

  Connects(BenchOptions options) {
    serverCloses = options.serverCloses();
    link = new CoreLink(options, this::onClientEvents, this::onServerEvents);
    link.openIdle(options.idle(), options.portsTaken());
    measuring = true;
    int records = options.timeWait();
    destinations = destinations(records);
    long timeWaitNs = link.client.options().timeWaitNs();
    paceNs = records == 0 ? 2 * timeWaitNs : timeWaitNs / records;
    for (int i = 0; i < records; i++) {
      connection();
    }
  }

  private static int destinations(int records) {
    return Math.max(1, (records + RECORDS_A_DESTINATION - 1) / RECORDS_A_DESTINATION);
  }

  /** The first destination's ports are taken by idle connections and by records. */
  static void validate(BenchOptions options) {
    int left = CoreLink.CLIENT_PORTS - CoreLink.CLIENT_PORTS * options.portsTaken() / 100;
    int records = options.timeWait() / destinations(options.timeWait());
    BenchOptions.check(
        left > records + CONNECTIONS,
        "--ports-taken "
            + options.portsTaken()
            + ": that leaves "
            + left
            + " ports, and --time-wait "
            + options.timeWait()
            + " needs "
            + records
            + " of them; give --time-wait 0");
  }

  private void onServerEvents(TcpConnection connection, int events) {
    if (!measuring) {
      return;
    }
    if ((events & TcpConnection.READABLE) != 0) {
      Slice slice = connection.read(1, link.nowNs());
      bytes += slice.bytes()[slice.offset()] == 42 ? 1 : 0;
      if (serverCloses) {
        connection.close(link.nowNs());
      }
    }
    if ((events & TcpConnection.FIN_RECEIVED) != 0 && !serverCloses) {
      connection.close(link.nowNs());
    }
    over += (events & TcpConnection.CLOSED) != 0 ? 1 : 0;
  }

  private void onClientEvents(TcpConnection connection, int events) {
    if (!measuring) {
      return;
    }
    if ((events & TcpConnection.CONNECTED) != 0) {
      connection.write(source, 0, 1, link.nowNs());
      if (!serverCloses) {
        connection.close(link.nowNs());
      }
    }
    if ((events & TcpConnection.FIN_RECEIVED) != 0 && serverCloses) {
      connection.close(link.nowNs());
    }
    over += (events & TcpConnection.CLOSED) != 0 ? 1 : 0;
  }

  private void connection() {
    over = 0;
    link.connect(opened++ % destinations);
    while (over < 2) {
      if (!link.exchange() && over < 2) {
        throw new IllegalStateException("bench: a connection does not end");
      }
    }
    link.settle();
    link.pass(paceNs);
  }

  /** TIME-WAIT records of both ends. */
  int timeWaits() {
    return link.client.timeWaits() + link.server.timeWaits();
  }

  @Override
  public void slice() {
    for (int i = 0; i < CONNECTIONS; i++) {
      connection();
    }
  }

  @Override
  public void verify() {
    bytes = 0;
    slice();
    if (bytes != CONNECTIONS) {
      throw new IllegalStateException("bench: " + bytes + " of " + CONNECTIONS + " bytes came");
    }
  }

  @Override
  public long bytesPerSlice() {
    return 0;
  }

  @Override
  public long operationsPerSlice() {
    return CONNECTIONS;
  }
}
