package dev.jktcp.impl.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The options of a channel, kept in the order in which they were set. If the channel turns out to
 * be the kernel's, the kernel's channel gets the same options.
 *
 * @param <C> the type that its setters return
 */
abstract class KeptConfig<C extends ChannelConfig> extends DefaultChannelConfig {
  private final Runnable clearReadPending;
  private final Map<ChannelOption<?>, Object> asked =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * @param clearReadPending run when the user turns auto-read off; on the channel's event loop once
   *     it has one
   */
  KeptConfig(Channel channel, Runnable clearReadPending) {
    super(channel);
    this.clearReadPending = clearReadPending;
  }

  /** The same for a channel with its own allocator of receive buffers. */
  KeptConfig(Channel channel, RecvByteBufAllocator allocator, Runnable clearReadPending) {
    super(channel, allocator);
    this.clearReadPending = clearReadPending;
  }

  /** Keeps an option behind those set before. Auto-read is not kept, for it has a state. */
  final void keep(ChannelOption<?> option, Object value) {
    if (option == ChannelOption.AUTO_READ) {
      return;
    }
    synchronized (asked) {
      asked.remove(option);
      asked.put(option, value);
    }
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    boolean known = super.setOption(option, value);
    if (known) {
      keep(option, value);
    }
    return known;
  }

  /** The value that was set, or null. */
  @SuppressWarnings("unchecked") // each value came with its option
  final <T> T kept(ChannelOption<T> option) {
    return (T) asked.get(option);
  }

  final Map<ChannelOption<?>, Object> asked() {
    synchronized (asked) {
      return new LinkedHashMap<>(asked);
    }
  }

  @Override
  protected final void autoReadCleared() {
    if (!channel.isRegistered() || channel.eventLoop().inEventLoop()) {
      clearReadPending.run();
    } else {
      channel.eventLoop().execute(clearReadPending);
    }
  }

  // --- the same with a narrower type

  @SuppressWarnings("unchecked") // C is the type of the leaf
  private C self() {
    return (C) this;
  }

  @Override
  public final C setConnectTimeoutMillis(int ms) {
    super.setConnectTimeoutMillis(ms);
    keep(ChannelOption.CONNECT_TIMEOUT_MILLIS, ms);
    return self();
  }

  @Override
  @Deprecated
  public final C setMaxMessagesPerRead(int most) {
    super.setMaxMessagesPerRead(most);
    keep(ChannelOption.MAX_MESSAGES_PER_READ, most);
    return self();
  }

  @Override
  public final C setWriteSpinCount(int count) {
    super.setWriteSpinCount(count);
    keep(ChannelOption.WRITE_SPIN_COUNT, count);
    return self();
  }

  @Override
  public final C setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    keep(ChannelOption.ALLOCATOR, allocator);
    return self();
  }

  @Override
  @SuppressWarnings("deprecation") // RCVBUF_ALLOCATOR has no replacement
  public final C setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
    super.setRecvByteBufAllocator(allocator);
    if (asked != null) { // the constructor of Netty's base class sets the default
      keep(ChannelOption.RCVBUF_ALLOCATOR, allocator);
    }
    return self();
  }

  @Override
  public final C setAutoRead(boolean on) {
    super.setAutoRead(on);
    return self();
  }

  @Override
  public final C setAutoClose(boolean on) {
    super.setAutoClose(on);
    keep(ChannelOption.AUTO_CLOSE, on);
    return self();
  }

  @Override
  public final C setMessageSizeEstimator(MessageSizeEstimator estimator) {
    super.setMessageSizeEstimator(estimator);
    keep(ChannelOption.MESSAGE_SIZE_ESTIMATOR, estimator);
    return self();
  }

  @Override
  public final C setWriteBufferHighWaterMark(int bytes) {
    super.setWriteBufferHighWaterMark(bytes);
    keep(ChannelOption.WRITE_BUFFER_WATER_MARK, getWriteBufferWaterMark());
    return self();
  }

  @Override
  public final C setWriteBufferLowWaterMark(int bytes) {
    super.setWriteBufferLowWaterMark(bytes);
    keep(ChannelOption.WRITE_BUFFER_WATER_MARK, getWriteBufferWaterMark());
    return self();
  }

  @Override
  public final C setWriteBufferWaterMark(WriteBufferWaterMark mark) {
    super.setWriteBufferWaterMark(mark);
    keep(ChannelOption.WRITE_BUFFER_WATER_MARK, mark);
    return self();
  }
}
