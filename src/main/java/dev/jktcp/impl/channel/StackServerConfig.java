package dev.jktcp.impl.channel;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannelConfig;
import java.util.Map;

/** The options of a {@link RoutedServerChannel}. */
final class StackServerConfig extends KeptConfig<ServerSocketChannelConfig>
    implements ServerSocketChannelConfig {
  private volatile int backlog; // 0 = the adapter's own
  private volatile int receiveBuffer; // 0 = the adapter's own
  private volatile boolean reuseAddress;

  StackServerConfig(RoutedServerChannel channel) {
    super(channel, channel::clearReadPending);
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        super.getOptions(),
        ChannelOption.SO_BACKLOG,
        ChannelOption.SO_RCVBUF,
        ChannelOption.SO_REUSEADDR);
  }

  @Override
  @SuppressWarnings("unchecked") // each option has the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    if (option == ChannelOption.SO_BACKLOG) {
      return (T) Integer.valueOf(backlog);
    }
    if (option == ChannelOption.SO_RCVBUF) {
      return (T) Integer.valueOf(receiveBuffer);
    }
    if (option == ChannelOption.SO_REUSEADDR) {
      return (T) Boolean.valueOf(reuseAddress);
    }
    return super.getOption(option);
  }

  /** Keeps unknown options as well, which may be the kernel transport's. */
  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == ChannelOption.SO_BACKLOG) {
      setBacklog((Integer) value);
    } else if (option == ChannelOption.SO_RCVBUF) {
      setReceiveBufferSize((Integer) value);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      setReuseAddress((Boolean) value);
    } else if (!super.setOption(option, value)) {
      keep(option, value);
    }
    return true;
  }

  @Override
  public int getBacklog() {
    return backlog;
  }

  @Override
  public ServerSocketChannelConfig setBacklog(int connections) {
    if (connections < 0) {
      throw new IllegalArgumentException("backlog: " + connections + " is less than 0");
    }
    backlog = connections;
    keep(ChannelOption.SO_BACKLOG, connections);
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  @Override
  public ServerSocketChannelConfig setReuseAddress(boolean on) {
    reuseAddress = on;
    keep(ChannelOption.SO_REUSEADDR, on);
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return receiveBuffer;
  }

  @Override
  public ServerSocketChannelConfig setReceiveBufferSize(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("SO_RCVBUF: " + bytes + " is not above 0");
    }
    receiveBuffer = bytes;
    keep(ChannelOption.SO_RCVBUF, bytes);
    return this;
  }

  /** Has no effect, as in the JDK's sockets. */
  @Override
  public ServerSocketChannelConfig setPerformancePreferences(int time, int latency, int bandwidth) {
    return this;
  }
}
