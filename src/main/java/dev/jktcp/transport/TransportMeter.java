package dev.jktcp.transport;

/** Counts for {@link TransportCounters}. Adapter context only. */
final class TransportMeter {
  private long packetsIn;
  private long bytesIn;
  private long packetsOut;
  private long bytesOut;
  private long droppedIn;
  private long droppedOut;

  void received(PacketBatch batch) {
    packetsIn += batch.count();
    bytesIn += batch.size();
  }

  void sent(int packets, long bytes) {
    packetsOut += packets;
    bytesOut += bytes;
  }

  void droppedIn(int packets) {
    droppedIn += packets;
  }

  void droppedOut(int packets) {
    droppedOut += packets;
  }

  TransportCounters snapshot() {
    return new TransportCounters(packetsIn, bytesIn, packetsOut, bytesOut, droppedIn, droppedOut);
  }
}
