package dev.jktcp.transport;

import dev.jktcp.time.Clock;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Supplier;

/** The host's side of a CDTunnel. Read when the handshake begins. */
public final class CdTunnelOptions {
  /** Apple's own hosts ask for as much. */
  public static final int DEFAULT_REQUESTED_MTU = 16_000;

  /** Devices have been seen to die under load from packets above 8.2 KB; other hosts send 1400. */
  public static final int DEFAULT_SEND_MTU = 1_400;

  /**
   * What an iPhone was seen to take under load. Larger packets pass alone, and that proves nothing.
   */
  public static final int MOST_SEND_MTU = 8_192;

  public static final long DEFAULT_TIMEOUT_MS = 10_000;

  /** A device's answer has about 200 bytes. */
  public static final int DEFAULT_MAX_ANSWER_BYTES = 8_192;

  private int requestedMtu = DEFAULT_REQUESTED_MTU;
  private int sendMtu = DEFAULT_SEND_MTU;
  private long timeoutMs = DEFAULT_TIMEOUT_MS;
  private int maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES;
  private Supplier<Future<Void>> closer;
  private Clock clock;

  public CdTunnelOptions() {}

  /** A copy. */
  public CdTunnelOptions(CdTunnelOptions other) {
    requestedMtu = other.requestedMtu;
    sendMtu = other.sendMtu;
    timeoutMs = other.timeoutMs;
    maxAnswerBytes = other.maxAnswerBytes;
    closer = other.closer;
    clock = other.clock;
  }

  public int getRequestedMtu() {
    return requestedMtu;
  }

  /** What the host asks for, 1280 (RFC 8200 §5) to 65,535 bytes; the device's grant rules. */
  public CdTunnelOptions setRequestedMtu(int requestedMtu) {
    this.requestedMtu = CdTunnelMtu.check("requested MTU", requestedMtu);
    return this;
  }

  public int getSendMtu() {
    return sendMtu;
  }

  /**
   * Bytes of the largest packet sent to the device, 1280 to 65,535. It is never more than the
   * device grants, nor than {@link #MOST_SEND_MTU}. An adapter that searches for the path's MTU
   * needs it above the default, for it begins with 1400 and ends here.
   */
  public CdTunnelOptions setSendMtu(int sendMtu) {
    this.sendMtu = CdTunnelMtu.check("send MTU", sendMtu);
    return this;
  }

  public long getTimeoutMs() {
    return timeoutMs;
  }

  /** Milliseconds to wait for the answer. */
  public CdTunnelOptions setTimeoutMs(long timeoutMs) {
    if (timeoutMs < 1) throw new IllegalArgumentException("timeout " + timeoutMs);
    this.timeoutMs = timeoutMs;
    return this;
  }

  public int getMaxAnswerBytes() {
    return maxAnswerBytes;
  }

  /** Bytes of JSON in the answer from which on it is refused. */
  public CdTunnelOptions setMaxAnswerBytes(int maxAnswerBytes) {
    if (maxAnswerBytes < 1) throw new IllegalArgumentException("max answer " + maxAnswerBytes);
    this.maxAnswerBytes = maxAnswerBytes;
    return this;
  }

  /** Null: end the write stream. */
  public Supplier<Future<Void>> getCloser() {
    return closer;
  }

  /**
   * Closes what carries the tunnel; called once, when the handshake fails or the transport ends or
   * is closed. Default: ends the write stream, which for a NetSocket closes it.
   */
  public CdTunnelOptions setCloser(Supplier<Future<Void>> closer) {
    this.closer = Objects.requireNonNull(closer);
    return this;
  }

  /** Null: real time. */
  public Clock getClock() {
    return clock;
  }

  /** The time the timeouts are measured in. Default: real time. */
  public CdTunnelOptions setClock(Clock clock) {
    this.clock = Objects.requireNonNull(clock);
    return this;
  }
}
