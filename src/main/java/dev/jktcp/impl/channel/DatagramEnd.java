package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DatagramOwner;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.DatagramTrouble;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * Joins a datagram channel and its UDP port. The methods of the first part are called by the
 * channel, on its event loop; the others by the adapter, on its context. In a {@link
 * DirectDatagramEnd} the two are one event loop, in a {@link CrossDatagramEnd} they are not.
 */
abstract class DatagramEnd implements DatagramOwner {
  final AdapterInternal adapter;
  final UdpChannel channel;

  // Adapter context only.
  DrainLoop loop; // null before there is a port
  UdpPort port; // likewise

  DatagramEnd(AdapterInternal adapter, UdpChannel channel) {
    this.adapter = adapter;
    this.channel = channel;
  }

  static DatagramEnd of(AdapterInternal adapter, UdpChannel channel) {
    boolean one = adapter.context().nettyEventLoop() == channel.eventLoop();
    return one ? new DirectDatagramEnd(adapter, channel) : new CrossDatagramEnd(adapter, channel);
  }

  // --- the channel's event loop

  /**
   * Takes a port, and calls the channel with the outcome.
   *
   * @param localOrNull null for all the adapter's addresses
   * @param number 0 for an ephemeral port
   */
  final void bind(String localOrNull, int number) {
    adapter
        .bindUdp(localOrNull, number, this::own)
        .onSuccess(bound -> onBound())
        .onFailure(why -> tell(() -> channel.onBindFailed(this, ChannelFailures.ofBind(why))));
  }

  /**
   * Sends a datagram whole.
   *
   * @param to null for the peer that the channel is connected to
   * @return false if there is no room now; the channel gets a turn once there is
   * @throws IOException if it cannot be sent
   */
  abstract boolean send(ByteBuf data, InetSocketAddress to) throws IOException;

  /** The next datagram received, or null. */
  abstract Datagram receive();

  /** Whether there is a datagram to read. */
  abstract boolean hasNews();

  /** Whether an ICMP error said that the peer has no such port, and it is not taken yet. */
  abstract boolean hasUnreachable();

  /** {@link #hasUnreachable}, once for each error. */
  abstract boolean takeUnreachable();

  /** Gives the channel another turn. */
  abstract void again();

  /** Sets the only peer; null allows all peers again. */
  abstract void connect(InetSocketAddress to);

  abstract void close();

  /** Passes the channel's options on. */
  abstract void tune();

  // --- adapter context

  /** Runs the task on the channel's event loop. */
  abstract void tell(Runnable news);

  /** The port was taken. */
  abstract void onBound();

  private DatagramOwner own(DrainLoop its, UdpPort given) {
    loop = its;
    port = given;
    tuneNow();
    return this;
  }

  /** Closes the port. Datagrams that wait for the transport still go out. */
  final void closePort() {
    adapter.closeUdp(this, port);
  }

  final void tuneNow() {
    channel.stackConfig().tune(port);
  }

  final void connectNow(InetSocketAddress to) {
    if (to == null) {
      port.disconnect();
      return;
    }
    try {
      port.connect(address(to), to.getPort());
      tell(() -> channel.onConnected(to));
    } catch (StackException refused) {
      tell(() -> channel.onConnectFailed(because(refused)));
    }
  }

  /**
   * @return false if there is no room; the port gives notice once there is
   */
  final boolean sendNow(byte[] from, int off, int length, IpAddress remote, int remotePort)
      throws IOException {
    if (port.mustWait(length)) {
      return false;
    }
    boolean taken;
    try {
      taken =
          remote == null
              ? port.send(from, off, length)
              : port.send(from, off, length, remote, remotePort);
    } catch (StackException refused) {
      boolean tooLong = port.isOpen() && remote != null && length > port.longest(remote);
      throw tooLong ? tooLong(refused) : because(refused);
    }
    if (!taken) {
      throw new IOException("No buffer space available"); // and the stack counts it
    }
    loop.request();
    return true;
  }

  /**
   * Takes the port's errors, and returns whether one says that the connected peer has no such port.
   */
  final boolean isUnreachable() {
    boolean found = false;
    for (DatagramTrouble trouble; (trouble = port.takeTrouble()) != null; ) {
      found |= port.peer() != null && trouble.error() == SoftError.PORT_UNREACHABLE;
    }
    return found;
  }

  @Override
  public void onAdapterEnd(TcpException failure) {
    IOException told = ChannelFailures.ofConnection(failure);
    tell(() -> channel.onEnd(told));
  }

  @Override
  public void onFault(Throwable thrown) {
    closePort();
    IOException told = new IOException("the datagram socket failed: " + thrown, thrown);
    tell(() -> channel.onEnd(told));
  }

  // --- any thread

  static IpAddress address(InetSocketAddress of) {
    return PlainAddress.of(of.getAddress());
  }

  /** The error that NIO has for it. */
  static SocketException tooLong(Throwable cause) {
    SocketException told = new SocketException("Message too long");
    if (cause != null) {
      told.initCause(cause);
    }
    return told;
  }

  private static SocketException because(StackException refused) {
    SocketException told = new SocketException(refused.getMessage());
    told.initCause(refused);
    return told;
  }
}
