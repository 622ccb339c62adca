package dev.jktcp.impl;

/**
 * The limits of one client's waiting datagrams in one direction: their number, their bytes, and the
 * bytes of all clients together. One thread only.
 */
public final class DatagramRoom {
  /** The bytes of all clients. */
  public static final class Total {
    private final long most;
    private long held;

    public Total(long most) {
      this.most = most;
    }

    public long held() {
      return held;
    }
  }

  private final Total total;
  private final int mostDatagrams;
  private final long mostBytes;
  private int datagrams;
  private long bytes;

  public DatagramRoom(Total total, int mostDatagrams, long mostBytes) {
    this.total = total;
    this.mostDatagrams = mostDatagrams;
    this.mostBytes = mostBytes;
  }

  /**
   * Takes room for a datagram, which {@link #leave} gives back. A datagram larger than its client's
   * whole room may wait alone.
   *
   * @return false if there is no room: the datagram is dropped
   */
  public boolean enter(int length) {
    boolean place =
        datagrams < mostDatagrams
            && (datagrams == 0 || bytes + length <= mostBytes)
            && total.held + length <= total.most;
    if (!place) {
      return false;
    }
    datagrams++;
    bytes += length;
    total.held += length;
    return true;
  }

  public void leave(int length) {
    datagrams--;
    bytes -= length;
    total.held -= length;
  }
}
