package dev.jktcp.bench;

import dev.jktcp.wire.Checksum;
import dev.jktcp.wire.IpAddress;
import java.nio.ByteBuffer;

/**
 * The packet a device sends when it joins a group: a version 2 multicast listener report (RFC 3810
 * §5.2) behind a hop-by-hop header with a router alert (RFC 2711).
 */
public final class MulticastReport {
  private static final int HEADER = 40;
  private static final int HOP_BY_HOP = 8;
  private static final int REPORT = 28;
  private static final int ICMPV6 = 58;

  private MulticastReport() {}

  public static byte[] packet() {
    IpAddress src = IpAddress.parse("fe80::1");
    IpAddress dst = IpAddress.parse("ff02::16");
    ByteBuffer p = ByteBuffer.allocate(HEADER + HOP_BY_HOP + REPORT);
    p.putInt(6 << 28).putShort((short) (HOP_BY_HOP + REPORT)).put((byte) 0).put((byte) 1);
    p.put(src.toBytes()).put(dst.toBytes());
    p.put((byte) ICMPV6).put((byte) 0); // Next header; 8 bytes in all.
    p.put((byte) 5).put((byte) 2).putShort((short) 0); // Router alert: MLD.
    p.put((byte) 1).put((byte) 0); // PadN of none.
    p.put((byte) 143).put((byte) 0).putShort((short) 0);
    p.putShort((short) 0).putShort((short) 1); // One record:
    p.put((byte) 4).put((byte) 0).putShort((short) 0); // change to exclude no source of
    p.put(IpAddress.parse("ff02::1:ff00:1").toBytes());
    long sum = Checksum.pseudoHeader(src, dst, ICMPV6, REPORT);
    int checksum = Checksum.finish(Checksum.add(sum, p.array(), HEADER + HOP_BY_HOP, REPORT));
    p.putShort(HEADER + HOP_BY_HOP + 2, (short) checksum);
    return p.array();
  }
}
