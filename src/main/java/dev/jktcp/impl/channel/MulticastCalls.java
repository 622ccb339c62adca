package dev.jktcp.impl.channel;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** A datagram channel that reduces Netty's twelve calls for multicast groups to three. */
abstract class MulticastCalls extends AbstractChannel implements DatagramChannel {
  MulticastCalls(Channel parent) {
    super(parent);
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  /** Not cached, for the channel may be connected to another peer later. */
  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) unsafe().remoteAddress();
  }

  /**
   * @param source null for any
   */
  @Override
  public abstract ChannelFuture joinGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise);

  @Override
  public abstract ChannelFuture leaveGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise);

  @Override
  public abstract ChannelFuture block(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise);

  @Override
  public ChannelFuture joinGroup(InetAddress group) {
    return joinGroup(group, newPromise());
  }

  @Override
  public ChannelFuture joinGroup(InetAddress group, ChannelPromise promise) {
    try {
      return joinGroup(group, ownInterface(), null, promise);
    } catch (SocketException e) {
      return promise.setFailure(e);
    }
  }

  @Override
  public ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface on) {
    return joinGroup(group, on, newPromise());
  }

  @Override
  public ChannelFuture joinGroup(
      InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
    return joinGroup(group.getAddress(), on, null, promise);
  }

  @Override
  public ChannelFuture joinGroup(InetAddress group, NetworkInterface on, InetAddress source) {
    return joinGroup(group, on, source, newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group) {
    return leaveGroup(group, newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group, ChannelPromise promise) {
    try {
      return leaveGroup(group, ownInterface(), null, promise);
    } catch (SocketException e) {
      return promise.setFailure(e);
    }
  }

  @Override
  public ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface on) {
    return leaveGroup(group, on, newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(
      InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
    return leaveGroup(group.getAddress(), on, null, promise);
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group, NetworkInterface on, InetAddress source) {
    return leaveGroup(group, on, source, newPromise());
  }

  @Override
  public ChannelFuture block(InetAddress group, NetworkInterface on, InetAddress source) {
    return block(group, on, source, newPromise());
  }

  @Override
  public ChannelFuture block(InetAddress group, InetAddress source) {
    return block(group, source, newPromise());
  }

  @Override
  public ChannelFuture block(InetAddress group, InetAddress source, ChannelPromise promise) {
    try {
      return block(group, ownInterface(), source, promise);
    } catch (SocketException e) {
      return promise.setFailure(e);
    }
  }

  /** The interface set, or the local address's; null if there is neither. */
  private NetworkInterface ownInterface() throws SocketException {
    NetworkInterface set = config().getNetworkInterface();
    InetSocketAddress local = localAddress();
    if (set != null || local == null) {
      return set;
    }
    return NetworkInterface.getByInetAddress(local.getAddress());
  }
}
