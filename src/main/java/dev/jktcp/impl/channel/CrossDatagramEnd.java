package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Crossing;
import dev.jktcp.stack.Datagram;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The end of a datagram channel whose event loop is not its adapter's. Datagrams cross in two
 * queues, each bounded, all those of an adapter together by its {@link Crossing}. One wake-up
 * serves all that wait. If the inbound queue is full, datagrams stay in the port's queue, where the
 * stack drops and counts those above its limit.
 */
final class CrossDatagramEnd extends DatagramEnd {
  /**
   * Most bytes under way in each direction, with their overhead: 40 full datagrams of an Ethernet,
   * more than a loop handles in the 100 µs of a wake-up there and back.
   */
  static final int MOST_UNDER_WAY = 64 * 1024;

  /**
   * @param remote null for the peer that the channel is connected to
   */
  private record Outgoing(byte[] payload, IpAddress remote, int remotePort) {
    int bytes() {
      return ByteBudget.ofDatagram(payload.length);
    }
  }

  private final Queue<Outgoing> outbound = new ConcurrentLinkedQueue<>();
  private final Queue<Datagram> inbound = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outboundBytes = new AtomicInteger();
  private final AtomicInteger inboundBytes = new AtomicInteger();
  private final AtomicBoolean unreachable = new AtomicBoolean();
  private final Crossing crossing;
  private final LoopTurn adapterTurn;
  private final LoopTurn channelTurn;

  private volatile boolean starved; // whether the adapter has more than the queue has room for
  private volatile boolean blocked; // whether the channel has more than the queue has room for
  private volatile boolean dead; // whether the port takes no more
  private volatile int longestV4; // largest payload that the transport takes
  private volatile int longestV6;

  // Adapter context only.
  private Outgoing sending; // taken from the queue, waits for room in the port
  private boolean closing;

  CrossDatagramEnd(AdapterInternal adapter, UdpChannel channel) {
    super(adapter, channel);
    crossing = adapter.crossing();
    adapterTurn = new LoopTurn(adapter.context().nettyEventLoop(), this::adapterTurn);
    channelTurn = new LoopTurn(channel.eventLoop(), channel::onTurn);
  }

  // --- the channel's event loop

  @Override
  boolean send(ByteBuf data, InetSocketAddress to) throws IOException {
    if (dead) {
      throw new IOException("Broken pipe");
    }
    InetSocketAddress peer = to == null ? channel.remoteAddress() : to;
    int length = data.readableBytes();
    IpAddress remote = peer == null ? null : address(peer);
    if (remote != null && length > (remote.isV6() ? longestV6 : longestV4)) {
      throw tooLong(null);
    }
    int bytes = ByteBudget.ofDatagram(length);
    if (!hasRoom(bytes)) {
      blocked = true;
      if (!hasRoom(bytes)) {
        return false; // if not, there is room again
      }
    }
    if (!crossing.enter(bytes)) {
      blocked = true;
      if (outboundBytes.get() > 0) {
        return false; // the channel gets a turn once these have passed
      }
      throw new IOException("No buffer space available"); // other sockets have it all
    }
    outboundBytes.addAndGet(bytes);
    byte[] copy = ByteBufUtil.getBytes(data, data.readerIndex(), length, true);
    outbound.add(new Outgoing(copy, remote, remote == null ? 0 : peer.getPort()));
    adapterTurn.ask();
    return true;
  }

  private boolean hasRoom(int bytes) {
    int underWay = outboundBytes.get();
    return underWay == 0 || underWay + bytes <= MOST_UNDER_WAY;
  }

  @Override
  Datagram receive() {
    Datagram datagram = inbound.poll();
    if (datagram == null) {
      return null;
    }
    crossing.leave(bytes(datagram));
    int left = inboundBytes.addAndGet(-bytes(datagram));
    if (starved && left <= MOST_UNDER_WAY / 2) {
      adapterTurn.ask();
    }
    return datagram;
  }

  @Override
  boolean hasNews() {
    return !inbound.isEmpty();
  }

  @Override
  boolean hasUnreachable() {
    return unreachable.get();
  }

  @Override
  boolean takeUnreachable() {
    return unreachable.get() && unreachable.getAndSet(false);
  }

  @Override
  void again() {
    channelTurn.ask();
  }

  @Override
  void connect(InetSocketAddress to) {
    inAdapter(() -> connectNow(to));
  }

  @Override
  void close() {
    inAdapter(
        () -> {
          closing = true;
          while (receive() != null) {} // datagrams that the channel has not read
          if (port != null) {
            push();
          }
        });
  }

  @Override
  void tune() {
    inAdapter(
        () -> {
          if (port != null) {
            tuneNow();
          }
        });
  }

  private void inAdapter(Runnable command) {
    adapter.context().nettyEventLoop().execute(command);
  }

  // --- adapter context

  @Override
  void tell(Runnable news) {
    channel.eventLoop().execute(news);
  }

  @Override
  void onBound() {
    longestV4 = port.longest(false);
    longestV6 = port.longest(true);
    int number = port.port();
    tell(() -> channel.onBound(this, number));
    push(); // the port may be closed by now
  }

  @Override
  public void onNotice() {
    if (isUnreachable()) {
      unreachable.set(true);
      channelTurn.ask();
    }
    port.takeRoom();
    push();
    pull();
  }

  private void adapterTurn() {
    if (port == null) {
      return;
    }
    push();
    pull();
  }

  /** Sends queued datagrams to the port, as far as it has room. */
  private void push() {
    while (sending != null || (sending = outbound.poll()) != null) {
      if (!passOn(sending)) {
        return; // a notice follows when there is room
      }
      crossing.leave(sending.bytes());
      int left = outboundBytes.addAndGet(-sending.bytes());
      sending = null;
      if (blocked && left <= MOST_UNDER_WAY / 2) {
        blocked = false;
        channelTurn.ask();
      }
    }
    if (closing) {
      closePort();
    }
  }

  /**
   * Sends one datagram. If the stack refuses it, it is lost, and the channel gets the error as for
   * any loss on the way.
   *
   * @return false if it has to wait
   */
  private boolean passOn(Outgoing next) {
    if (dead || !port.isOpen()) {
      return true;
    }
    byte[] payload = next.payload;
    try {
      return sendNow(payload, 0, payload.length, next.remote, next.remotePort);
    } catch (IOException refused) {
      tell(() -> channel.onTrouble(refused));
      return true;
    }
  }

  /** Fills the inbound queue from the port. */
  private void pull() {
    if (closing) {
      return;
    }
    boolean passed = false;
    starved = false;
    while (port.readable() > 0) {
      if (inboundBytes.get() >= MOST_UNDER_WAY) {
        starved = true;
        if (inboundBytes.get() > MOST_UNDER_WAY / 2) {
          break; // if not, it was read meanwhile
        }
        starved = false;
      }
      Datagram datagram = port.receive();
      crossing.pass(bytes(datagram));
      inboundBytes.addAndGet(bytes(datagram));
      inbound.add(datagram);
      passed = true;
    }
    if (passed) {
      channelTurn.ask();
    }
  }

  @Override
  public void onAdapterEnd(TcpException failure) {
    dead = true;
    super.onAdapterEnd(failure);
  }

  @Override
  public void onFault(Throwable thrown) {
    dead = true;
    super.onFault(thrown);
  }

  // --- any thread

  private static int bytes(Datagram datagram) {
    return ByteBudget.ofDatagram(datagram.payload().length);
  }
}
