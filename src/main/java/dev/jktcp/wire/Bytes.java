package dev.jktcp.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Access to a {@code byte[]} at any alignment; big-endian unless the method's name says otherwise.
 */
final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_ENDIAN_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  static int u8(byte[] b, int off) {
    return b[off] & 0xFF;
  }

  static int u16(byte[] b, int off) {
    return (short) SHORT.get(b, off) & 0xFFFF;
  }

  static int i32(byte[] b, int off) {
    return (int) INT.get(b, off);
  }

  static long u32(byte[] b, int off) {
    return (int) INT.get(b, off) & 0xFFFF_FFFFL;
  }

  static long i64(byte[] b, int off) {
    return (long) LONG.get(b, off);
  }

  static long littleEndian64(byte[] b, int off) {
    return (long) LITTLE_ENDIAN_LONG.get(b, off);
  }

  static void put16(byte[] b, int off, int value) {
    SHORT.set(b, off, (short) value);
  }

  static void put32(byte[] b, int off, int value) {
    INT.set(b, off, value);
  }

  static void put64(byte[] b, int off, long value) {
    LONG.set(b, off, value);
  }
}
