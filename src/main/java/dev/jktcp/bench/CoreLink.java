package dev.jktcp.bench;

import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.function.ObjIntConsumer;

/**
 * Two stacks in one thread, joined by memory: packets of one are given to the other in batches, as
 * the drain loop of an adapter does. Time is virtual and moves with each exchange.
 */
final class CoreLink {
  /** As much as an adapter's batch holds, or one packet of the largest size. */
  private static final int BATCH_BYTES = 128 * 1024;

  private static final int BATCH_PACKETS = 1024;

  /** Far below every timer, so that only intended timers fire. */
  private static final long STEP_NS = 1_000;

  /** So short that no record is left when the next connection begins. */
  private static final long NO_TIME_WAIT_NS = 1_000_000;

  static final int PORT = 80;

  /** Each port of the server is another destination: 16,384 more 4-tuples. */
  static final int PORTS = 64;

  /** The client's ports to each destination: 49152 to 65535. */
  static final int CLIENT_PORTS = 16_384;

  final IpStack client;
  final IpStack server;
  private final IpAddress serverAddress;
  private final byte[] batch = new byte[BATCH_BYTES];
  private final int[] ends = new int[BATCH_PACKETS];
  private final ObjIntConsumer<TcpConnection> onClientEvents;
  private final ObjIntConsumer<TcpConnection> onServerEvents;
  private long nowNs = 1_000_000_000L;

  /**
   * @param onClientEvents gets each connection of the client with its events
   * @param onServerEvents as for the client; connections arrive accepted
   */
  CoreLink(
      BenchOptions options,
      ObjIntConsumer<TcpConnection> onClientEvents,
      ObjIntConsumer<TcpConnection> onServerEvents) {
    this.onClientEvents = onClientEvents;
    this.onServerEvents = onServerEvents;
    IpAddress clientAddress = IpAddress.parse(options.clientAddress());
    serverAddress = IpAddress.parse(options.serverAddress());
    client = new IpStack(stackOptions(options, clientAddress), 1, 2);
    server = new IpStack(stackOptions(options, serverAddress), 3, 4);
    try {
      for (int port = PORT; port < PORT + PORTS; port++) {
        server.listen(null, port, 1024);
      }
    } catch (StackException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StackOptions stackOptions(BenchOptions options, IpAddress address) {
    StackOptions stack =
        new StackOptions()
            .addAddress(address)
            .mtu(options.mtu())
            .profile(options.profile())
            .sendBuffer(options.window())
            .receiveBuffer(options.window())
            .maxConnections(Integer.MAX_VALUE / 4)
            .maxBytesHeld(Long.MAX_VALUE / 4) // so the search for a record to drop is not measured
            .maxTimeWait(Math.max(16_384, 2 * options.timeWait()));
    return options.timeWait() == 0 ? stack.timeWaitNs(NO_TIME_WAIT_NS) : stack;
  }

  /**
   * The number of idle connections that there are ports for: to half of the destinations, or to
   * all.
   */
  static int idlePlaces(BenchOptions.Kind kind) {
    return kind == BenchOptions.Kind.MEMORY ? PORTS * (CLIENT_PORTS - 1) : PORTS / 2 * CLIENT_PORTS;
  }

  long nowNs() {
    return nowNs;
  }

  /** Lets virtual time pass, timers of both stacks included. */
  void pass(long ns) {
    nowNs += ns;
    tick(client);
    tick(server);
  }

  private void tick(IpStack stack) {
    long deadlineNs = stack.nextDeadlineNs();
    if (deadlineNs != IpStack.NONE && deadlineNs - nowNs <= 0) {
      stack.onTick(nowNs);
    }
  }

  TcpConnection connect(int destination) {
    try {
      return client.connect(ConnectRequest.to(serverAddress, PORT + destination % PORTS), nowNs);
    } catch (StackException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Moves packets and hands out events until both stacks are quiet. */
  void settle() {
    while (exchange()) {}
  }

  /**
   * Moves one batch each way.
   *
   * @return whether there were packets to move
   */
  boolean exchange() {
    boolean moved = events(client, onClientEvents);
    moved |= transfer(client, server);
    moved |= events(server, onServerEvents);
    server.releasePackets();
    moved |= transfer(server, client);
    moved |= events(client, onClientEvents);
    client.releasePackets();
    return moved;
  }

  private boolean events(IpStack stack, ObjIntConsumer<TcpConnection> handler) {
    boolean any = false;
    TcpConnection connection;
    while ((connection = stack.pollEvent()) != null) {
      int events = connection.takeEvents();
      if ((events & TcpConnection.ACCEPTED) != 0) {
        connection.accept();
      }
      handler.accept(connection, events);
      any = true;
    }
    return any;
  }

  private boolean transfer(IpStack from, IpStack to) {
    nowNs += STEP_NS;
    int count = 0;
    int end = 0;
    while (count < BATCH_PACKETS && batch.length - end >= from.mtu()) {
      int length = from.pollPacket(batch, end, nowNs);
      if (length == 0) {
        break;
      }
      end += length;
      ends[count++] = end;
    }
    int start = 0;
    for (int i = 0; i < count; i++) {
      to.onLentPacket(batch, start, ends[i] - start, nowNs);
      start = ends[i];
    }
    return count > 0;
  }

  /** Opens connections that stay idle. */
  void openIdle(int count, int portsTakenPercent) {
    for (int i = 0; i < count; i++) {
      connect(PORTS / 2 + i % (PORTS / 2)); // not to the measured destination
      if (i % 64 == 0) {
        settle();
      }
    }
    int taken = CLIENT_PORTS * portsTakenPercent / 100;
    for (int i = 0; i < taken; i++) {
      connect(0);
      if (i % 64 == 0) {
        settle();
      }
    }
    settle();
    if (client.connections() != count + taken) {
      throw new IllegalStateException(
          client.connections() + " of " + (count + taken) + " idle connections are open");
    }
  }
}
