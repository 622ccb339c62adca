package dev.jktcp.impl.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** The options of a {@link StackDatagramChannel}: what the adapter's own say is as they say it. */
final class StackDatagramConfig extends DefaultChannelConfig implements DatagramChannelConfig {
  private volatile boolean activeOnRegistration;
  private volatile int sendBuffer; // 0 = the adapter's own
  private volatile int receiveBuffer; // likewise
  private volatile int trafficClass;
  private volatile int timeToLive;
  private volatile boolean reuseAddress;
  private volatile boolean broadcast;
  private volatile boolean loopbackDisabled = true;
  private volatile InetAddress address;
  private volatile NetworkInterface networkInterface;

  StackDatagramConfig(StackDatagramChannel channel) {
    super(channel);
  }

  boolean isActiveOnRegistration() {
    return activeOnRegistration;
  }

  @Override
  @SuppressWarnings({"unchecked", "deprecation"}) // each option says the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    if (option == ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION) {
      return (T) Boolean.valueOf(activeOnRegistration);
    }
    return super.getOption(option);
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's resolver sets it
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option != ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION) {
      return super.setOption(option, value);
    }
    activeOnRegistration = (Boolean) value;
    return true;
  }

  @Override
  public int getSendBufferSize() {
    return sendBuffer;
  }

  @Override
  public DatagramChannelConfig setSendBufferSize(int bytes) {
    sendBuffer = bytes;
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return receiveBuffer;
  }

  @Override
  public DatagramChannelConfig setReceiveBufferSize(int bytes) {
    receiveBuffer = bytes;
    return this;
  }

  @Override
  public int getTrafficClass() {
    return trafficClass;
  }

  @Override
  public DatagramChannelConfig setTrafficClass(int octet) {
    trafficClass = octet;
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  @Override
  public DatagramChannelConfig setReuseAddress(boolean on) {
    reuseAddress = on;
    return this;
  }

  @Override
  public boolean isBroadcast() {
    return broadcast;
  }

  @Override
  public DatagramChannelConfig setBroadcast(boolean on) {
    broadcast = on;
    return this;
  }

  @Override
  public boolean isLoopbackModeDisabled() {
    return loopbackDisabled;
  }

  @Override
  public DatagramChannelConfig setLoopbackModeDisabled(boolean off) {
    loopbackDisabled = off;
    return this;
  }

  @Override
  public int getTimeToLive() {
    return timeToLive;
  }

  @Override
  public DatagramChannelConfig setTimeToLive(int hops) {
    timeToLive = hops;
    return this;
  }

  @Override
  public InetAddress getInterface() {
    return address;
  }

  @Override
  public DatagramChannelConfig setInterface(InetAddress given) {
    address = given;
    return this;
  }

  @Override
  public NetworkInterface getNetworkInterface() {
    return networkInterface;
  }

  @Override
  public DatagramChannelConfig setNetworkInterface(NetworkInterface given) {
    networkInterface = given;
    return this;
  }

  // The same with a narrower type.

  @Override
  public DatagramChannelConfig setConnectTimeoutMillis(int ms) {
    super.setConnectTimeoutMillis(ms);
    return this;
  }

  @Override
  @Deprecated
  public DatagramChannelConfig setMaxMessagesPerRead(int most) {
    super.setMaxMessagesPerRead(most);
    return this;
  }

  @Override
  public DatagramChannelConfig setWriteSpinCount(int count) {
    super.setWriteSpinCount(count);
    return this;
  }

  @Override
  public DatagramChannelConfig setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    return this;
  }

  @Override
  public DatagramChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
    super.setRecvByteBufAllocator(allocator);
    return this;
  }

  @Override
  public DatagramChannelConfig setAutoRead(boolean on) {
    super.setAutoRead(on);
    return this;
  }

  @Override
  public DatagramChannelConfig setAutoClose(boolean on) {
    super.setAutoClose(on);
    return this;
  }

  @Override
  public DatagramChannelConfig setMessageSizeEstimator(MessageSizeEstimator estimator) {
    super.setMessageSizeEstimator(estimator);
    return this;
  }

  @Override
  public DatagramChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark mark) {
    super.setWriteBufferWaterMark(mark);
    return this;
  }
}
