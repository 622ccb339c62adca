package dev.jktcp.transport;

import dev.jktcp.time.Clock;
import dev.jktcp.wire.PacketFramer;
import java.util.Objects;

/**
 * How a {@link BusTransport} or a {@link BusBridge} uses the event bus; one object may serve both.
 * Read when either is made.
 */
public final class BusOptions {
  private String toAdapter;
  private String fromAdapter;
  private int mtu = PacketFramer.MAX_PACKET;
  private int receiveMtu = PacketFramer.MAX_PACKET;
  private boolean plainBuffers;
  private boolean local = true;
  private int window = 64;
  private long heartbeatMs = 3_000;
  private long leaseMs = 10_000;
  private long repeatMs = 100;
  private long fullExpiryMs = 500;
  private long farewellMs = 200;
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
    heartbeatMs = other.heartbeatMs;
    leaseMs = other.leaseMs;
    repeatMs = other.repeatMs;
    fullExpiryMs = other.fullExpiryMs;
    farewellMs = other.farewellMs;
    clock = other.clock;
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
   * announce; a bridge's own transport may take less, and drops what is larger.
   */
  public BusOptions setMtu(int mtu) {
    this.mtu = (int) atLeastOne("mtu", mtu);
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /** Bytes of the largest packet let in; a larger one is dropped and counted. Default 65,575. */
  public BusOptions setReceiveMtu(int receiveMtu) {
    this.receiveMtu = (int) atLeastOne("receive mtu", receiveMtu);
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

  /** Whether the other side is in this process; else it may be on any node. Default true. */
  public BusOptions setLocal(boolean local) {
    this.local = local;
    return this;
  }

  public boolean isLocal() {
    return local;
  }

  /**
   * Messages of packets under way to a side that announced itself, and not known to be dealt with;
   * with as many, a transport is full and a bridge drops. Default 64: with the arrays of the
   * default pool 4 MiB at most, since the bus itself queues without limit. A bridge keeps twice as
   * many for its transport.
   */
  public BusOptions setWindow(int messages) {
    this.window = (int) atLeastOne("window", messages);
    return this;
  }

  public int getWindow() {
    return window;
  }

  /** How often one that announced itself is heard. Default 3000 ms: a third of the lease. */
  public BusOptions setHeartbeatMs(long heartbeatMs) {
    this.heartbeatMs = atLeastOne("heartbeat", heartbeatMs);
    return this;
  }

  public long getHeartbeatMs() {
    return heartbeatMs;
  }

  /**
   * How long nothing may be heard of the other side, once it announced itself, before it is taken
   * for gone; time in which this process is stopped does not count. Where no other node is let in
   * ({@link #setLocal}), it is gone only if nobody consumes at its address by then. Default 10,000
   * ms: three heartbeats, so that two may get lost.
   */
  public BusOptions setLeaseMs(long leaseMs) {
    this.leaseMs = atLeastOne("lease", leaseMs);
    return this;
  }

  public long getLeaseMs() {
    return leaseMs;
  }

  /** How often {@code full} and an unanswered {@code mark} are repeated. Default 100 ms. */
  public BusOptions setRepeatMs(long repeatMs) {
    this.repeatMs = atLeastOne("repeat", repeatMs);
    return this;
  }

  public long getRepeatMs() {
    return repeatMs;
  }

  /**
   * How long a {@code full} counts. Default 500 ms: five repetitions, and the longest stall when
   * {@code writable} gets lost.
   */
  public BusOptions setFullExpiryMs(long fullExpiryMs) {
    this.fullExpiryMs = atLeastOne("expiry of full", fullExpiryMs);
    return this;
  }

  public long getFullExpiryMs() {
    return fullExpiryMs;
  }

  /**
   * For how long one that has ended hears the other side out, in the machine's time whatever the
   * clock is. The other side hears of the end in microseconds, unless its thread is busy.
   */
  BusOptions setFarewellMs(long farewellMs) {
    this.farewellMs = atLeastOne("farewell", farewellMs);
    return this;
  }

  long getFarewellMs() {
    return farewellMs;
  }

  /** The time all these but the last are measured in. Default: real time. */
  public BusOptions setClock(Clock clock) {
    this.clock = clock;
    return this;
  }

  public Clock getClock() {
    return clock;
  }

  /** A copy that can be used. */
  BusOptions checked() {
    if (toAdapter == null) throw new IllegalArgumentException("no address to the adapter");
    if (fromAdapter == null) throw new IllegalArgumentException("no address from the adapter");
    if (toAdapter.equals(fromAdapter)) {
      throw new IllegalArgumentException("one address both ways: " + toAdapter);
    }
    return new BusOptions(this);
  }

  private static long atLeastOne(String what, long value) {
    if (value < 1) throw new IllegalArgumentException(what + " " + value);
    return value;
  }
}
