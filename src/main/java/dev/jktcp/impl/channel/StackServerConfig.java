package dev.jktcp.impl.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options of a {@link RoutedServerChannel}. */
final class StackServerConfig extends DefaultChannelConfig implements ServerSocketChannelConfig {
  private final RoutedServerChannel channel;
  private final Map<ChannelOption<?>, Object> asked = new LinkedHashMap<>();
  private volatile int backlog; // 0 = the adapter's own
  private volatile int receiveBuffer; // 0 = the adapter's own
  private volatile boolean reuseAddress;

  StackServerConfig(RoutedServerChannel channel) {
    super(channel);
    this.channel = channel;
  }

  Map<ChannelOption<?>, Object> asked() {
    return asked;
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
  @SuppressWarnings("unchecked") // each option says the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    if (option == ChannelOption.SO_BACKLOG) return (T) Integer.valueOf(backlog);
    if (option == ChannelOption.SO_RCVBUF) return (T) Integer.valueOf(receiveBuffer);
    if (option == ChannelOption.SO_REUSEADDR) return (T) Boolean.valueOf(reuseAddress);
    return super.getOption(option);
  }

  /** One that is unknown may be the kernel's transport's. */
  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == ChannelOption.SO_BACKLOG) {
      setBacklog((Integer) value);
    } else if (option == ChannelOption.SO_RCVBUF) {
      setReceiveBufferSize((Integer) value);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      setReuseAddress((Boolean) value);
    } else {
      super.setOption(option, value);
    }
    asked.put(option, value);
    return true;
  }

  @Override
  public int getBacklog() {
    return backlog;
  }

  @Override
  public ServerSocketChannelConfig setBacklog(int connections) {
    if (connections < 0) throw new IllegalArgumentException("backlog: " + connections);
    backlog = connections;
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  @Override
  public ServerSocketChannelConfig setReuseAddress(boolean on) {
    reuseAddress = on;
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return receiveBuffer;
  }

  @Override
  public ServerSocketChannelConfig setReceiveBufferSize(int bytes) {
    receiveBuffer = bytes;
    return this;
  }

  /** As in the JDK, whose sockets ignore them. */
  @Override
  public ServerSocketChannelConfig setPerformancePreferences(int time, int latency, int bandwidth) {
    return this;
  }

  @Override
  protected void autoReadCleared() {
    channel.clearReadPending();
  }

  // The same with a narrower type.

  @Override
  public ServerSocketChannelConfig setConnectTimeoutMillis(int ms) {
    super.setConnectTimeoutMillis(ms);
    return this;
  }

  @Override
  @Deprecated
  public ServerSocketChannelConfig setMaxMessagesPerRead(int most) {
    super.setMaxMessagesPerRead(most);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteSpinCount(int count) {
    super.setWriteSpinCount(count);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
    super.setRecvByteBufAllocator(allocator);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setAutoRead(boolean on) {
    super.setAutoRead(on);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setMessageSizeEstimator(MessageSizeEstimator estimator) {
    super.setMessageSizeEstimator(estimator);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark mark) {
    super.setWriteBufferWaterMark(mark);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteBufferHighWaterMark(int bytes) {
    super.setWriteBufferHighWaterMark(bytes);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteBufferLowWaterMark(int bytes) {
    super.setWriteBufferLowWaterMark(bytes);
    return this;
  }
}
