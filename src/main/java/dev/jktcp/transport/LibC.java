package dev.jktcp.transport;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The few calls of the C library a TUN device needs. The only class that refers to JNA: touching it
 * without JNA is a NoClassDefFoundError, which {@link TunDevice} turns into advice.
 *
 * <p>The constants are those of Linux's generic ABI (x86, ARM, RISC-V, LoongArch, s390).
 */
final class LibC {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMFILE = 24;
  static final int EBADFD = 77;

  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;
  static final int EFD_NONBLOCK = O_NONBLOCK;
  static final int EFD_CLOEXEC = O_CLOEXEC;

  static final int POLLIN = 1;
  static final long TUNSETIFF = 0x400454caL;

  static {
    Native.register(LibC.class, Platform.C_LIBRARY_NAME);
  }

  private LibC() {}

  static native int open(String path, int flags);

  static native int close(int fd);

  static native int ioctl(int fd, long request, byte[] argument);

  static native int eventfd(int initial, int flags);

  // Sizes are size_t and results ssize_t; JNA's primitives make them long on 64-bit machines.
  static native long read(int fd, long address, long size);

  static native long write(int fd, long address, long size);

  static native int poll(long pollfds, long count, int timeoutMs);

  /** The error of this thread's last call that failed. */
  static int errno() {
    return Native.getLastError();
  }

  /** Where a direct buffer lies; valid while the buffer is reachable. */
  static long address(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }
}
