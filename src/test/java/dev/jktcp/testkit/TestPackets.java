package dev.jktcp.testkit;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Packets whose headers hold a version and a length, which is all a transport looks at. */
public final class TestPackets {
  private TestPackets() {}

  public static byte[] v4(int length, int fill) {
    byte[] p = filled(length, fill);
    p[0] = 0x45;
    p[2] = (byte) (length >> 8);
    p[3] = (byte) length;
    return p;
  }

  public static byte[] v6(int length, int fill) {
    byte[] p = filled(length, fill);
    int payload = length - 40;
    p[0] = 0x60;
    p[4] = (byte) (payload >> 8);
    p[5] = (byte) payload;
    p[6] = 6;
    return p;
  }

  public static byte[] concat(List<byte[]> packets) {
    Buffer all = Buffer.buffer();
    packets.forEach(all::appendBytes);
    return all.getBytes();
  }

  public static PacketBatch batch(PacketBatchPool pool, byte[]... packets) {
    PacketBatch batch = pool.acquire();
    for (byte[] p : packets) batch.append(p, 0, p.length);
    return batch;
  }

  private static byte[] filled(int length, int fill) {
    byte[] p = new byte[length];
    for (int i = 0; i < length; i++) p[i] = (byte) (fill + i);
    return p;
  }
}
