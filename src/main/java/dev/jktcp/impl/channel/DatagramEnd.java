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
 * Where a datagram channel and its UDP port meet. The methods of the first part are the channel's,
 * and run on its event loop; the rest is the adapter's, and runs on the adapter's context. {@link
 * DirectDatagramEnd}: both are one; {@link CrossDatagramEnd}: they are not.
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
   * Takes a port; the channel hears of it.
   *
   * @param localOrNull null: all the adapter's addresses
   * @param number 0: an ephemeral one
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
   * @param to null: the peer it is connected to
   * @return false if there is no room for it now. The channel gets a turn when there is
   * @throws IOException if it cannot be sent
   */
  abstract boolean send(ByteBuf data, InetSocketAddress to) throws IOException;

  /** The next datagram that came, or null. */
  abstract Datagram receive();

  /** Whether there is something to read. */
  abstract boolean hasNews();

  /** Whether ICMP said that the peer has no such port; once. */
  abstract boolean takeUnreachable();

  /** Gives the channel another turn. */
  abstract void again();

  /** Its only peer; null: anybody again. */
  abstract void connect(InetSocketAddress to);

  abstract void close();

  /** Passes the channel's options on. */
  abstract void tune();

  // --- adapter context

  /** Runs it on the channel's event loop. */
  abstract void tell(Runnable news);

  /** There is a port. */
  abstract void onBound();

  private DatagramOwner own(DrainLoop its, UdpPort given) {
    loop = its;
    port = given;
    tuneNow();
    return this;
  }

  /** What waits for the transport still goes out. */
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
   * @return false if it has to wait; the port tells when there is room
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

  /** Whether ICMP said of a port of the peer's that there is none, as a socket hears it. */
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
    return IpAddress.of(of.getAddress().getAddress());
  }

  /** As NIO says it. */
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
