package dev.jktcp.pcap;

/** Takes copies of packets in the order they were on the wire. One context at a time. */
public interface PcapSink {
  /**
   * @param bytes hold one whole IP packet at {@code offset}; not kept
   * @param nanoTime when it passed, by {@link System#nanoTime()}
   */
  void packet(byte[] bytes, int offset, int length, long nanoTime);
}
