package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.PacketFramer;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link BusTransport} or a {@link BusBridge} uses the event bus; one object may serve both.
 * Read when either is made.
 */
@DataObject
public final class BusOptions {
  private static final JsonKeys<BusOptions> JSON =
      new JsonKeys<BusOptions>()
          .text("toAdapter", BusOptions::setToAdapter, BusOptions::getToAdapter)
          .text("fromAdapter", BusOptions::setFromAdapter, BusOptions::getFromAdapter)
          .integer("mtu", BusOptions::setMtu, BusOptions::getMtu)
          .integer("receiveMtu", BusOptions::setReceiveMtu, BusOptions::getReceiveMtu)
          .truth("plainBuffers", BusOptions::setPlainBuffers, BusOptions::isPlainBuffers)
          .truth("local", BusOptions::setLocal, BusOptions::isLocal)
          .integer("window", BusOptions::setWindow, BusOptions::getWindow)
          .time("heartbeatMs", BusOptions::setHeartbeat, BusOptions::getHeartbeat)
          .time("leaseMs", BusOptions::setLease, BusOptions::getLease)
          .time("repeatMs", BusOptions::setRepeat, BusOptions::getRepeat)
          .time("fullExpiryMs", BusOptions::setFullExpiry, BusOptions::getFullExpiry);

  private String toAdapter;
  private String fromAdapter;
  private int mtu = PacketFramer.MAX_PACKET;
  private int receiveMtu = PacketFramer.MAX_PACKET;
  private boolean plainBuffers;
  private boolean local = true;
  private int window = 64;
  private Duration heartbeat = Duration.ofSeconds(3);
  private Duration lease = Duration.ofSeconds(10);
  private Duration repeat = Duration.ofMillis(100);
  private Duration fullExpiry = Duration.ofMillis(500);
  private Duration farewell = Duration.ofMillis(200);
  private Clock clock;

  public BusOptions() {}

  /** A copy. */
  public BusOptions(BusOptions other) {
    toAdapter = other.toAdapter;
    fromAdapter = other.fromAdapter;
    mtu = other.mtu;
    receiveMtu = other.receiveMtu;
    plainBuffers = other.plainBuffers;
    local = other.local;
    window = other.window;
    heartbeat = other.heartbeat;
    lease = other.lease;
    repeat = other.repeat;
    fullExpiry = other.fullExpiry;
    farewell = other.farewell;
    clock = other.clock;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. JSON has no clock.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public BusOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /** The address of packets on their way to the adapter: its transport consumes there. */
  public BusOptions setToAdapter(String address) {
    this.toAdapter = Objects.requireNonNull(address);
    return this;
  }

  public String getToAdapter() {
    return toAdapter;
  }

  /** The address of packets the adapter sends: a bridge consumes there. */
  public BusOptions setFromAdapter(String address) {
    this.fromAdapter = Objects.requireNonNull(address);
    return this;
  }

  public String getFromAdapter() {
    return fromAdapter;
  }

  /**
   * Bytes of the largest packet a transport takes. Default 65,575, the most an IP header can
   * announce; a bridge's own transport may take less, and drops larger ones.
   */
  public BusOptions setMtu(int mtu) {
    this.mtu = Limits.atLeastOne("mtu", mtu);
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /** Bytes of the largest packet let in; a larger one is dropped and counted. Default 65,575. */
  public BusOptions setReceiveMtu(int receiveMtu) {
    this.receiveMtu = Limits.atLeastOne("receiveMtu", receiveMtu);
    return this;
  }

  public int getReceiveMtu() {
    return receiveMtu;
  }

  /**
   * Whether packets are sent as Buffers, which any code can read and which the bus copies, instead
   * of {@link PacketBatch}es, which it hands over. Default false. Both are understood always.
   */
  public BusOptions setPlainBuffers(boolean plainBuffers) {
    this.plainBuffers = plainBuffers;
    return this;
  }

  public boolean isPlainBuffers() {
    return plainBuffers;
  }

  /** Whether the other side is in this process. If false, it may be on any node. Default true. */
  public BusOptions setLocal(boolean local) {
    this.local = local;
    return this;
  }

  public boolean isLocal() {
    return local;
  }

  /**
   * Most messages of packets under way to a side that announced itself, until that side has dealt
   * with them. With as many, a transport is full and a bridge drops. Default 64: with the arrays of
   * the default pool 4 MiB at most, since the bus itself queues without limit. A bridge keeps twice
   * as many for its transport.
   */
  public BusOptions setWindow(int messages) {
    this.window = Limits.atLeastOne("window", messages);
    return this;
  }

  public int getWindow() {
    return window;
  }

  /**
   * How often a side that announced itself sends a sign of life. Default 3 s: a third of the lease.
   */
  public BusOptions setHeartbeat(Duration heartbeat) {
    this.heartbeat = Limits.time("heartbeatMs", heartbeat);
    return this;
  }

  public Duration getHeartbeat() {
    return heartbeat;
  }

  /**
   * The silence after which a side that announced itself is considered gone. Time in which this
   * process is stopped does not count. If the other side is in this process ({@link #setLocal}), it
   * is gone only if there is no consumer at its address by then. Default 10 s: three heartbeats, so
   * that two may get lost.
   */
  public BusOptions setLease(Duration lease) {
    this.lease = Limits.time("leaseMs", lease);
    return this;
  }

  public Duration getLease() {
    return lease;
  }

  /** How often {@code full} and an unanswered {@code mark} are repeated. Default 100 ms. */
  public BusOptions setRepeat(Duration repeat) {
    this.repeat = Limits.time("repeatMs", repeat);
    return this;
  }

  public Duration getRepeat() {
    return repeat;
  }

  /**
   * How long a {@code full} counts. Default 500 ms: five repetitions, and the longest stall when
   * {@code writable} gets lost.
   */
  public BusOptions setFullExpiry(Duration fullExpiry) {
    this.fullExpiry = Limits.time("fullExpiryMs", fullExpiry);
    return this;
  }

  public Duration getFullExpiry() {
    return fullExpiry;
  }

  /**
   * How long a side that has ended goes on receiving, in the machine's time whatever the clock is.
   * The other side learns of the end in microseconds, unless its thread is busy.
   */
  BusOptions setFarewell(Duration farewell) {
    this.farewell = Limits.time("farewellMs", farewell);
    return this;
  }

  Duration getFarewell() {
    return farewell;
  }

  /** The clock that measures these times, except the last. Default: real time. */
  public BusOptions setClock(Clock clock) {
    this.clock = clock;
    return this;
  }

  public Clock getClock() {
    return clock;
  }

  /** A validated copy. */
  BusOptions checked() {
    if (toAdapter == null) {
      throw new WrongOption("toAdapter", "is missing");
    }
    if (fromAdapter == null) {
      throw new WrongOption("fromAdapter", "is missing");
    }
    if (toAdapter.equals(fromAdapter)) {
      throw new WrongOption("toAdapter, fromAdapter", "one address cannot be both: " + toAdapter);
    }
    return new BusOptions(this);
  }
}
