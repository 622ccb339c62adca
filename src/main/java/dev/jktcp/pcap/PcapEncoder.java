package dev.jktcp.pcap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes the classic libpcap format (draft-ietf-opsawg-pcap §4 and §5) into the caller's array:
 * little-endian, microseconds, LINKTYPE_RAW, so that a record holds a bare IPv4 or IPv6 packet.
 *
 * <p>Time is the wall clock at the beginning of the capture, plus the nanoseconds since: it never
 * runs backwards, even if the wall clock is set meanwhile. Not thread-safe.
 */
public final class PcapEncoder {
  /** Bytes at the beginning of a file. */
  public static final int FILE_HEADER = 24;

  /** Bytes before each packet. */
  public static final int RECORD_HEADER = 16;

  /** tcpdump's default; more than any IP packet without jumbo payload, so nothing is cut. */
  public static final int DEFAULT_SNAPLEN = 262_144;

  private static final int MAGIC_MICROSECONDS = 0xA1B2C3D4;
  private static final int VERSION_2_4 = 4 << 16 | 2; // Two 16-bit fields, major first.
  private static final int LINKTYPE_RAW = 101;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final long wallMicros;
  private final long anchorNs;
  private final int snaplen;
  private long lastMicros;

  /**
   * @param wallMicros the wall clock, microseconds since 1970, at {@code nanoTime}
   * @param snaplen most bytes of a packet that are kept
   */
  public PcapEncoder(long wallMicros, long nanoTime, int snaplen) {
    if (snaplen < 1) {
      throw new IllegalArgumentException("snaplen " + snaplen);
    }
    this.wallMicros = wallMicros;
    this.anchorNs = nanoTime;
    this.snaplen = snaplen;
    this.lastMicros = wallMicros;
  }

  /** Returns the bytes written, {@link #FILE_HEADER}. */
  public int fileHeader(byte[] dst, int offset) {
    INT.set(dst, offset, MAGIC_MICROSECONDS);
    INT.set(dst, offset + 4, VERSION_2_4);
    INT.set(dst, offset + 8, 0);
    INT.set(dst, offset + 12, 0);
    INT.set(dst, offset + 16, snaplen);
    INT.set(dst, offset + 20, LINKTYPE_RAW);
    return FILE_HEADER;
  }

  /** Bytes that {@link #record} writes for a packet of this length. */
  public int recordLength(int packetLength) {
    return RECORD_HEADER + Math.min(packetLength, snaplen);
  }

  /** Returns the bytes written. A time before that of the last record is raised to it. */
  public int record(
      byte[] dst, int offset, byte[] packet, int packetOffset, int packetLength, long nanoTime) {
    long micros = Math.max(lastMicros, wallMicros + Math.floorDiv(nanoTime - anchorNs, 1000L));
    lastMicros = micros;
    int kept = Math.min(packetLength, snaplen);
    INT.set(dst, offset, (int) (micros / MICROS_PER_SECOND)); // Unsigned: good until 2106.
    INT.set(dst, offset + 4, (int) (micros % MICROS_PER_SECOND));
    INT.set(dst, offset + 8, kept);
    INT.set(dst, offset + 12, packetLength);
    System.arraycopy(packet, packetOffset, dst, offset + RECORD_HEADER, kept);
    return RECORD_HEADER + kept;
  }
}
