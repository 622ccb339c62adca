package dev.jktcp.impl.channel;

import dev.jktcp.stack.UdpPort;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The options of a datagram channel of which it is not known whose it is, or which is a stack's.
 * They are kept as they were asked for, in order: a kernel channel is given the same.
 */
final class DatagramConfig extends DefaultChannelConfig implements DatagramChannelConfig {
  private static final int DEFAULT_READ = 2048; // as NIO's

  private final UdpChannel channel;
  private final Map<ChannelOption<?>, Object> asked =
      Collections.synchronizedMap(new LinkedHashMap<>());

  DatagramConfig(UdpChannel channel) {
    super(channel, new FixedRecvByteBufAllocator(DEFAULT_READ));
    this.channel = channel;
  }

  @SuppressWarnings("deprecation") // RCVBUF_ALLOCATOR, and nothing else says the same
  Map<ChannelOption<?>, Object> asked() {
    Map<ChannelOption<?>, Object> all = new LinkedHashMap<>();
    all.put(ChannelOption.RCVBUF_ALLOCATOR, getRecvByteBufAllocator());
    synchronized (asked) {
      all.putAll(asked);
    }
    return all;
  }

  /** Tells the port. What the adapter allows to all is the most that one may have. */
  void tune(UdpPort port) {
    port.buffers(bound(ChannelOption.SO_RCVBUF), bound(ChannelOption.SO_SNDBUF));
    Integer trafficClass = (Integer) asked.get(ChannelOption.IP_TOS);
    if (trafficClass != null) port.trafficClass(trafficClass);
  }

  private int bound(ChannelOption<Integer> option) {
    int bytes = known(option, 0);
    return bytes > 0 ? bytes : Integer.MAX_VALUE;
  }

  boolean isActiveOnRegistration() {
    return known(ACTIVE_ON_REGISTRATION, false);
  }

  /** Vert.x and the DNS resolver of Netty set it, and nothing else says the same. */
  @SuppressWarnings("deprecation")
  private static final ChannelOption<Boolean> ACTIVE_ON_REGISTRATION =
      ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION;

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        super.getOptions(),
        ChannelOption.SO_BROADCAST,
        ChannelOption.SO_RCVBUF,
        ChannelOption.SO_SNDBUF,
        ChannelOption.SO_REUSEADDR,
        ChannelOption.IP_TOS,
        ACTIVE_ON_REGISTRATION);
  }

  @Override
  @SuppressWarnings({"unchecked", "deprecation"}) // each option says the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    T own = super.getOption(option);
    if (own != null) return own;
    if (option == ChannelOption.SO_BROADCAST) return (T) Boolean.valueOf(isBroadcast());
    if (option == ChannelOption.SO_REUSEADDR) return (T) Boolean.valueOf(isReuseAddress());
    if (option == ChannelOption.SO_SNDBUF) return (T) Integer.valueOf(getSendBufferSize());
    if (option == ChannelOption.SO_RCVBUF) return (T) Integer.valueOf(getReceiveBufferSize());
    if (option == ChannelOption.IP_TOS) return (T) Integer.valueOf(getTrafficClass());
    if (option == ACTIVE_ON_REGISTRATION) return (T) Boolean.valueOf(isActiveOnRegistration());
    return known(option, null);
  }

  /** One that is unknown may be the kernel's transport's. */
  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == ChannelOption.SO_RCVBUF || option == ChannelOption.SO_SNDBUF) {
      if ((Integer) value <= 0) {
        throw new IllegalArgumentException(option.name() + ": " + value + " is not above 0");
      }
    }
    if (!super.setOption(option, value)) keep(option, value);
    return true;
  }

  private <T> DatagramConfig keep(ChannelOption<T> option, T value) {
    asked.put(option, value);
    channel.retune();
    return this;
  }

  private <T> DatagramConfig with(ChannelOption<T> option, T value) {
    setOption(option, value);
    return this;
  }

  @SuppressWarnings("unchecked") // each value came with its option
  private <T> T known(ChannelOption<T> option, T other) {
    T value = (T) asked.get(option);
    return value == null ? other : value;
  }

  /** 0: the adapter's own. */
  @Override
  public int getSendBufferSize() {
    return known(ChannelOption.SO_SNDBUF, 0);
  }

  @Override
  public DatagramChannelConfig setSendBufferSize(int bytes) {
    return with(ChannelOption.SO_SNDBUF, bytes);
  }

  /** 0: the adapter's own. */
  @Override
  public int getReceiveBufferSize() {
    return known(ChannelOption.SO_RCVBUF, 0);
  }

  @Override
  public DatagramChannelConfig setReceiveBufferSize(int bytes) {
    return with(ChannelOption.SO_RCVBUF, bytes);
  }

  @Override
  public int getTrafficClass() {
    return known(ChannelOption.IP_TOS, 0);
  }

  @Override
  public DatagramChannelConfig setTrafficClass(int eightBits) {
    return with(ChannelOption.IP_TOS, eightBits);
  }

  @Override
  public boolean isReuseAddress() {
    return known(ChannelOption.SO_REUSEADDR, false);
  }

  /** A port of a stack has one user, with the option or without it. */
  @Override
  public DatagramChannelConfig setReuseAddress(boolean on) {
    return with(ChannelOption.SO_REUSEADDR, on);
  }

  @Override
  public boolean isBroadcast() {
    return known(ChannelOption.SO_BROADCAST, false);
  }

  /** An adapter's link has no broadcasts. */
  @Override
  public DatagramChannelConfig setBroadcast(boolean on) {
    return with(ChannelOption.SO_BROADCAST, on);
  }

  // Multicast is the kernel's.

  @Override
  public boolean isLoopbackModeDisabled() {
    return known(ChannelOption.IP_MULTICAST_LOOP_DISABLED, false);
  }

  @Override
  public DatagramChannelConfig setLoopbackModeDisabled(boolean disabled) {
    return with(ChannelOption.IP_MULTICAST_LOOP_DISABLED, disabled);
  }

  @Override
  public int getTimeToLive() {
    return known(ChannelOption.IP_MULTICAST_TTL, 1);
  }

  @Override
  public DatagramChannelConfig setTimeToLive(int hops) {
    return with(ChannelOption.IP_MULTICAST_TTL, hops);
  }

  @Override
  public InetAddress getInterface() {
    return known(ChannelOption.IP_MULTICAST_ADDR, null);
  }

  @Override
  public DatagramChannelConfig setInterface(InetAddress address) {
    return with(ChannelOption.IP_MULTICAST_ADDR, address);
  }

  @Override
  public NetworkInterface getNetworkInterface() {
    return known(ChannelOption.IP_MULTICAST_IF, null);
  }

  @Override
  public DatagramChannelConfig setNetworkInterface(NetworkInterface device) {
    return with(ChannelOption.IP_MULTICAST_IF, device);
  }

  @Override
  protected void autoReadCleared() {
    channel.clearReadPending();
  }

  // The same with a narrower type, and for a kernel channel to come.

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
    asked.put(ChannelOption.WRITE_SPIN_COUNT, count);
    return this;
  }

  @Override
  public DatagramChannelConfig setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    asked.put(ChannelOption.ALLOCATOR, allocator);
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
    asked.put(ChannelOption.MESSAGE_SIZE_ESTIMATOR, estimator);
    return this;
  }

  @Override
  public DatagramChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark mark) {
    super.setWriteBufferWaterMark(mark);
    asked.put(ChannelOption.WRITE_BUFFER_WATER_MARK, mark);
    return this;
  }
}
