package dev.jktcp.impl.channel;

import dev.jktcp.stack.UdpPort;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;

/** The options of a {@link UdpChannel}. */
final class DatagramConfig extends KeptConfig<DatagramChannelConfig>
    implements DatagramChannelConfig {
  private static final int DEFAULT_READ = 2048; // as NIO's

  private final UdpChannel channel;

  DatagramConfig(UdpChannel channel) {
    super(channel, new FixedRecvByteBufAllocator(DEFAULT_READ), channel::clearReadPending);
    this.channel = channel;
  }

  /** Sets the port's options. The adapter's own limits are the most that a port may have. */
  void tune(UdpPort port) {
    port.buffers(bound(ChannelOption.SO_RCVBUF), bound(ChannelOption.SO_SNDBUF));
    Integer trafficClass = kept(ChannelOption.IP_TOS);
    if (trafficClass != null) {
      port.trafficClass(trafficClass);
    }
  }

  private int bound(ChannelOption<Integer> option) {
    int bytes = known(option, 0);
    return bytes > 0 ? bytes : Integer.MAX_VALUE;
  }

  boolean isActiveOnRegistration() {
    return known(ACTIVE_ON_REGISTRATION, false);
  }

  /** Vert.x and Netty's DNS resolver set it, and it has no replacement. */
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
  @SuppressWarnings({"unchecked", "deprecation"}) // each option has the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    T own = super.getOption(option);
    if (own != null) {
      return own;
    }
    if (option == ChannelOption.SO_BROADCAST) {
      return (T) Boolean.valueOf(isBroadcast());
    }
    if (option == ChannelOption.SO_REUSEADDR) {
      return (T) Boolean.valueOf(isReuseAddress());
    }
    if (option == ChannelOption.SO_SNDBUF) {
      return (T) Integer.valueOf(getSendBufferSize());
    }
    if (option == ChannelOption.SO_RCVBUF) {
      return (T) Integer.valueOf(getReceiveBufferSize());
    }
    if (option == ChannelOption.IP_TOS) {
      return (T) Integer.valueOf(getTrafficClass());
    }
    if (option == ACTIVE_ON_REGISTRATION) {
      return (T) Boolean.valueOf(isActiveOnRegistration());
    }
    return kept(option);
  }

  /** Keeps unknown options as well, which may be the kernel transport's. */
  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == ChannelOption.SO_RCVBUF || option == ChannelOption.SO_SNDBUF) {
      if ((Integer) value <= 0) {
        throw new IllegalArgumentException(option.name() + ": " + value + " is not above 0");
      }
    }
    if (!super.setOption(option, value)) {
      keep(option, value);
      channel.retune();
    }
    return true;
  }

  private <T> DatagramConfig with(ChannelOption<T> option, T value) {
    setOption(option, value);
    return this;
  }

  private <T> T known(ChannelOption<T> option, T other) {
    T value = kept(option);
    return value == null ? other : value;
  }

  /** 0 for the adapter's size. */
  @Override
  public int getSendBufferSize() {
    return known(ChannelOption.SO_SNDBUF, 0);
  }

  @Override
  public DatagramChannelConfig setSendBufferSize(int bytes) {
    return with(ChannelOption.SO_SNDBUF, bytes);
  }

  /** 0 for the adapter's size. */
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

  /** Has no effect: a port of the stack has one user. */
  @Override
  public DatagramChannelConfig setReuseAddress(boolean on) {
    return with(ChannelOption.SO_REUSEADDR, on);
  }

  @Override
  public boolean isBroadcast() {
    return known(ChannelOption.SO_BROADCAST, false);
  }

  /** Has no effect: an adapter's link has no broadcasts. */
  @Override
  public DatagramChannelConfig setBroadcast(boolean on) {
    return with(ChannelOption.SO_BROADCAST, on);
  }

  // --- multicast is the kernel's

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
    return kept(ChannelOption.IP_MULTICAST_ADDR);
  }

  @Override
  public DatagramChannelConfig setInterface(InetAddress address) {
    return with(ChannelOption.IP_MULTICAST_ADDR, address);
  }

  @Override
  public NetworkInterface getNetworkInterface() {
    return kept(ChannelOption.IP_MULTICAST_IF);
  }

  @Override
  public DatagramChannelConfig setNetworkInterface(NetworkInterface device) {
    return with(ChannelOption.IP_MULTICAST_IF, device);
  }
}
