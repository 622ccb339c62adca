package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.wire.IpAddress;

/** An echo request of ours. It ends by an answer, an ICMP error, the caller or its time limit. */
public final class Ping implements Notice {
  private final IpAddress remote;
  private final int name; // identifier and sequence number
  private final byte[] data;
  private final long sentNs;
  private final long deadlineNs;
  private Object attachment;
  private long roundTripNs = -1;
  private SoftError error;
  private boolean over;

  Ping(IpAddress remote, int name, byte[] data, long sentNs, long timeoutNs) {
    this.remote = remote;
    this.name = name;
    this.data = data;
    this.sentNs = sentNs;
    this.deadlineNs = sentNs + timeoutNs;
  }

  public IpAddress remote() {
    return remote;
  }

  public int sequenceNumber() {
    return name & 0xFFFF;
  }

  /** The round trip in ns; below 0: no answer came. */
  public long roundTripNs() {
    return roundTripNs;
  }

  /**
   * The ICMP error that came instead of an answer, or null. If a ping ends without either, its time
   * is up.
   */
  public SoftError error() {
    return error;
  }

  public boolean isOver() {
    return over;
  }

  @Override
  public boolean hasNotice() {
    return over;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  public void attach(Object note) {
    attachment = note;
  }

  int name() {
    return name;
  }

  byte[] data() {
    return data;
  }

  long deadlineNs() {
    return deadlineNs;
  }

  void onAnswer(long now) {
    over = true;
    roundTripNs = now - sentNs;
  }

  void onError(SoftError meaning) {
    over = true;
    error = meaning;
  }

  void onTooLate() {
    over = true;
  }
}
