package dev.jktcp.impl.channel;

import dev.jktcp.tcp.TcpTuning;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannelConfig;
import java.time.Duration;
import java.util.Map;

/** The options of a {@link StackChannel}: those of a socket that have a meaning for TCP. */
final class StackChannelConfig extends KeptConfig<SocketChannelConfig>
    implements SocketChannelConfig {
  private static final int NO_LINGER = -1;

  private final StackChannel channel;

  private volatile boolean noDelay = true; // as Netty's sockets
  private volatile boolean keepAlive;
  private volatile boolean reuseAddress;
  private volatile boolean halfClosure;
  private volatile int soLinger = NO_LINGER;
  private volatile int trafficClass;
  private volatile int sendBuffer; // 0 = the connection's own
  private volatile int receiveBuffer; // likewise

  StackChannelConfig(StackChannel channel) {
    super(channel, channel::clearReadPending);
    this.channel = channel;
  }

  /** The connection's tuning: the adapter's, changed by these options. */
  TcpTuning tuning(TcpTuning adapters) {
    int seconds = soLinger;
    return adapters.with(
        t -> {
          t.noDelay(noDelay).keepAlive(keepAlive);
          if (trafficClass != 0) {
            t.trafficClass(trafficClass);
          }
          if (seconds >= 0) {
            t.linger(Duration.ofSeconds(seconds));
          }
        });
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        super.getOptions(),
        ChannelOption.TCP_NODELAY,
        ChannelOption.SO_KEEPALIVE,
        ChannelOption.SO_REUSEADDR,
        ChannelOption.SO_LINGER,
        ChannelOption.SO_SNDBUF,
        ChannelOption.SO_RCVBUF,
        ChannelOption.IP_TOS,
        ChannelOption.ALLOW_HALF_CLOSURE);
  }

  @Override
  @SuppressWarnings("unchecked") // each option has the type of its value
  public <T> T getOption(ChannelOption<T> option) {
    if (option == ChannelOption.TCP_NODELAY) {
      return (T) Boolean.valueOf(noDelay);
    }
    if (option == ChannelOption.SO_KEEPALIVE) {
      return (T) Boolean.valueOf(keepAlive);
    }
    if (option == ChannelOption.SO_REUSEADDR) {
      return (T) Boolean.valueOf(reuseAddress);
    }
    if (option == ChannelOption.SO_LINGER) {
      return (T) Integer.valueOf(soLinger);
    }
    if (option == ChannelOption.SO_SNDBUF) {
      return (T) Integer.valueOf(sendBuffer);
    }
    if (option == ChannelOption.SO_RCVBUF) {
      return (T) Integer.valueOf(receiveBuffer);
    }
    if (option == ChannelOption.IP_TOS) {
      return (T) Integer.valueOf(trafficClass);
    }
    if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
      return (T) Boolean.valueOf(halfClosure);
    }
    return super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (set(option, value) || super.setOption(option, value)) {
      return true;
    }
    // Until the owner is decided, it may be an option of the kernel's transport.
    boolean taken = channel.mayBeKernels();
    if (taken) {
      keep(option, value);
    }
    return taken;
  }

  private boolean set(ChannelOption<?> option, Object value) {
    if (option == ChannelOption.TCP_NODELAY) {
      setTcpNoDelay((Boolean) value);
    } else if (option == ChannelOption.SO_KEEPALIVE) {
      setKeepAlive((Boolean) value);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      setReuseAddress((Boolean) value);
    } else if (option == ChannelOption.SO_LINGER) {
      setSoLinger((Integer) value);
    } else if (option == ChannelOption.SO_SNDBUF) {
      setSendBufferSize((Integer) value);
    } else if (option == ChannelOption.SO_RCVBUF) {
      setReceiveBufferSize((Integer) value);
    } else if (option == ChannelOption.IP_TOS) {
      setTrafficClass((Integer) value);
    } else if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
      setAllowHalfClosure((Boolean) value);
    } else {
      return false;
    }
    return true;
  }

  @Override
  public boolean isTcpNoDelay() {
    return noDelay;
  }

  @Override
  public SocketChannelConfig setTcpNoDelay(boolean on) {
    noDelay = on;
    keep(ChannelOption.TCP_NODELAY, on);
    channel.retune();
    return this;
  }

  @Override
  public int getSoLinger() {
    return soLinger;
  }

  @Override
  public SocketChannelConfig setSoLinger(int seconds) {
    soLinger = Math.max(NO_LINGER, seconds);
    keep(ChannelOption.SO_LINGER, seconds);
    channel.retune();
    return this;
  }

  @Override
  public int getSendBufferSize() {
    return sendBuffer;
  }

  @Override
  public SocketChannelConfig setSendBufferSize(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("SO_SNDBUF: " + bytes + " is not above 0");
    }
    sendBuffer = bytes;
    keep(ChannelOption.SO_SNDBUF, bytes);
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return receiveBuffer;
  }

  @Override
  public SocketChannelConfig setReceiveBufferSize(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("SO_RCVBUF: " + bytes + " is not above 0");
    }
    receiveBuffer = bytes;
    keep(ChannelOption.SO_RCVBUF, bytes);
    return this;
  }

  @Override
  public boolean isKeepAlive() {
    return keepAlive;
  }

  @Override
  public SocketChannelConfig setKeepAlive(boolean on) {
    keepAlive = on;
    keep(ChannelOption.SO_KEEPALIVE, on);
    channel.retune();
    return this;
  }

  @Override
  public int getTrafficClass() {
    return trafficClass;
  }

  @Override
  public SocketChannelConfig setTrafficClass(int eightBits) {
    trafficClass = eightBits & 0xff;
    keep(ChannelOption.IP_TOS, eightBits);
    channel.retune();
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  /** Has no effect: TIME-WAIT in a stack never blocks a listener's port. */
  @Override
  public SocketChannelConfig setReuseAddress(boolean on) {
    reuseAddress = on;
    keep(ChannelOption.SO_REUSEADDR, on);
    return this;
  }

  @Override
  public boolean isAllowHalfClosure() {
    return halfClosure;
  }

  @Override
  public SocketChannelConfig setAllowHalfClosure(boolean on) {
    halfClosure = on;
    keep(ChannelOption.ALLOW_HALF_CLOSURE, on);
    return this;
  }

  /** Has no effect, as in the JDK's sockets. */
  @Override
  public SocketChannelConfig setPerformancePreferences(int time, int latency, int bandwidth) {
    return this;
  }
}
