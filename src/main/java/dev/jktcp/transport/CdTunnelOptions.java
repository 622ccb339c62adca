package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.time.Clock;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** The host's side of a CDTunnel. Read when the handshake begins. */
@DataObject
public final class CdTunnelOptions {
  /** Apple's own hosts ask for as much. */
  public static final int DEFAULT_REQUESTED_MTU = 16_000;

  /** Devices have been seen to die under load from packets above 8.2 KB; other hosts send 1400. */
  public static final int DEFAULT_SEND_MTU = 1_400;

  /**
   * The largest packet that an iPhone took under load. A larger one passes alone, which proves
   * nothing.
   */
  public static final int MOST_SEND_MTU = 8_192;

  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** A device's answer has about 200 bytes. */
  public static final int DEFAULT_MAX_ANSWER_BYTES = 8_192;

  private static final JsonKeys<CdTunnelOptions> JSON =
      new JsonKeys<CdTunnelOptions>()
          .integer(
              "requestedMtu", CdTunnelOptions::setRequestedMtu, CdTunnelOptions::getRequestedMtu)
          .integer("sendMtu", CdTunnelOptions::setSendMtu, CdTunnelOptions::getSendMtu)
          .time("timeoutMs", CdTunnelOptions::setTimeout, CdTunnelOptions::getTimeout)
          .integer(
              "maxAnswerBytes",
              CdTunnelOptions::setMaxAnswerBytes,
              CdTunnelOptions::getMaxAnswerBytes);

  private int requestedMtu = DEFAULT_REQUESTED_MTU;
  private int sendMtu = DEFAULT_SEND_MTU;
  private Duration timeout = DEFAULT_TIMEOUT;
  private int maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES;
  private Supplier<Future<Void>> closer;
  private Clock clock;

  public CdTunnelOptions() {}

  /** A copy. */
  public CdTunnelOptions(CdTunnelOptions other) {
    requestedMtu = other.requestedMtu;
    sendMtu = other.sendMtu;
    timeout = other.timeout;
    maxAnswerBytes = other.maxAnswerBytes;
    closer = other.closer;
    clock = other.clock;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. JSON has no closer and no
   * clock.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public CdTunnelOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public int getRequestedMtu() {
    return requestedMtu;
  }

  /**
   * The MTU that the host asks for, 1280 (RFC 8200 §5) to 65,535 bytes; the device's grant decides.
   */
  public CdTunnelOptions setRequestedMtu(int requestedMtu) {
    this.requestedMtu = CdTunnelMtu.check("requestedMtu", requestedMtu);
    return this;
  }

  public int getSendMtu() {
    return sendMtu;
  }

  /**
   * Bytes of the largest packet sent to the device, 1280 to 65,535. The device's grant and {@link
   * #MOST_SEND_MTU} bound it. An adapter that searches for the path's MTU begins with 1400 and ends
   * here, so it needs more than the default.
   */
  public CdTunnelOptions setSendMtu(int sendMtu) {
    this.sendMtu = CdTunnelMtu.check("sendMtu", sendMtu);
    return this;
  }

  public Duration getTimeout() {
    return timeout;
  }

  /** How long to wait for the answer. */
  public CdTunnelOptions setTimeout(Duration timeout) {
    this.timeout = Limits.time("timeoutMs", timeout);
    return this;
  }

  public int getMaxAnswerBytes() {
    return maxAnswerBytes;
  }

  /** Bytes of JSON in the answer above which it is refused. */
  public CdTunnelOptions setMaxAnswerBytes(int maxAnswerBytes) {
    this.maxAnswerBytes = Limits.atLeastOne("maxAnswerBytes", maxAnswerBytes);
    return this;
  }

  /** Null: end the write stream. */
  public Supplier<Future<Void>> getCloser() {
    return closer;
  }

  /**
   * Closes the carrier of the tunnel; called once, when the handshake fails or the transport ends
   * or is closed. Default: ends the write stream, which for a NetSocket closes it.
   */
  public CdTunnelOptions setCloser(Supplier<Future<Void>> closer) {
    this.closer = Objects.requireNonNull(closer);
    return this;
  }

  /** Null: real time. */
  public Clock getClock() {
    return clock;
  }

  /** The clock that measures the timeouts. Default: real time. */
  public CdTunnelOptions setClock(Clock clock) {
    this.clock = Objects.requireNonNull(clock);
    return this;
  }
}
