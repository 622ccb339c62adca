package dev.jktcp.transport;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One attached Linux TUN device, read and written a packet at a time without blocking.
 *
 * <p>Everything goes through the C library: measured against a pair of FileChannels over the same
 * descriptor it is as fast (about 500,000 writes and as many reads a second as the kernel could
 * send), needs no search for the descriptor's number, and a non-blocking read lets packets that
 * wait in the kernel be gathered into one batch.
 *
 * <p>Threads: one thread reads, one writes, any thread wakes; {@link #close} may run beside either.
 */
final class TunDevice {
  private static final String PATH = "/dev/net/tun";

  // linux/if_tun.h and linux/if.h: struct ifreq is a 16-byte name, then flags, 40 bytes in all.
  private static final int IFF_TUN = 0x0001;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFREQ_BYTES = 40;
  private static final int NAME_BYTES = 16;

  /** An IP packet's length field ends here; without offloads the kernel sends nothing larger. */
  static final int MAX_PACKET = 65_535;

  // Found once, because a class whose initializer has failed gives no reason the second time.
  private static final String NO_LIBC = loadLibC();

  private final String name;
  private final ByteBuffer inbound = ByteBuffer.allocateDirect(MAX_PACKET);
  private final ByteBuffer outbound = ByteBuffer.allocateDirect(MAX_PACKET);
  private final long inboundAddress = LibC.address(inbound);
  private final long outboundAddress = LibC.address(outbound);
  private final ByteBuffer pollfds = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
  private final ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
  private final int fd;
  private final int wakeFd;
  private final Object writeLock = new Object();
  private boolean closed; // under writeLock

  private TunDevice(String name, int fd, int wakeFd) {
    this.name = name;
    this.fd = fd;
    this.wakeFd = wakeFd;
    pollfds.putInt(0, fd).putShort(4, (short) LibC.POLLIN);
    pollfds.putInt(8, wakeFd).putShort(12, (short) LibC.POLLIN);
    one.putLong(0, 1);
  }

  /**
   * Attaches to the device, which is created when it does not exist and then lives as long as the
   * attachment.
   *
   * @throws TransportException with one line that says what to do
   */
  static TunDevice open(String name) throws TransportException {
    checkName(name);
    if (!System.getProperty("os.name").equals("Linux")) {
      throw failure(name, "TUN devices are supported on Linux only");
    }
    if (NO_LIBC != null) {
      throw failure(name, NO_LIBC);
    }
    return attach(name);
  }

  /** Null, or one line that says how to make the C library available. */
  private static String loadLibC() {
    try {
      LibC.errno();
      return null;
    } catch (NoClassDefFoundError e) {
      return "JNA is missing; add net.java.dev.jna:jna to the class path (as a module also"
          + " --add-modules com.sun.jna)";
    } catch (UnsatisfiedLinkError e) {
      return "JNA cannot load its native library; set -Djna.tmpdir to a directory that allows"
          + " execution";
    }
  }

  private static void checkName(String name) throws TransportException {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0) {
      throw failure(name, "a device name is missing");
    }
    if (bytes >= NAME_BYTES) {
      throw failure(name, "the name has " + bytes + " bytes, the kernel takes 15");
    }
    boolean reserved = name.equals(".") || name.equals("..");
    if (reserved || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':' || c == '%')) {
      throw failure(name, "the kernel takes no such device name");
    }
  }

  private static TunDevice attach(String name) throws TransportException {
    int fd = LibC.open(PATH, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
    if (fd < 0) {
      throw openFailure(name, LibC.errno());
    }
    byte[] ifreq = new byte[IFREQ_BYTES];
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(nameBytes, 0, ifreq, 0, nameBytes.length);
    ByteBuffer.wrap(ifreq)
        .order(ByteOrder.nativeOrder())
        .putShort(NAME_BYTES, (short) (IFF_TUN | IFF_NO_PI));
    if (LibC.ioctl(fd, LibC.TUNSETIFF, ifreq) < 0) {
      int errno = LibC.errno();
      LibC.close(fd);
      throw attachFailure(name, errno);
    }
    int wakeFd = LibC.eventfd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC);
    if (wakeFd < 0) {
      int errno = LibC.errno();
      LibC.close(fd);
      throw openFailure(name, errno);
    }
    return new TunDevice(name, fd, wakeFd);
  }

  static TransportException openFailure(String name, int errno) {
    return failure(
        name,
        switch (errno) {
          case LibC.ENOENT, LibC.ENODEV, LibC.ENXIO ->
              "there is no " + PATH + "; run modprobe tun, or give the container --device " + PATH;
          case LibC.EACCES, LibC.EPERM -> "no permission to open " + PATH + "; run as root";
          case LibC.EMFILE -> "too many open files; raise ulimit -n";
          default -> "cannot open " + PATH + ", errno " + errno;
        });
  }

  static TransportException attachFailure(String name, int errno) {
    return failure(
        name,
        switch (errno) {
          case LibC.EPERM, LibC.EACCES ->
              "no permission to attach; run as root, or let root make the device yours: ip tuntap"
                  + " add dev "
                  + name
                  + " mode tun user $USER";
          case LibC.EBUSY ->
              "the device is in use, in this process or another; end its user or take another name";
          case LibC.EINVAL -> "the name belongs to a device of another kind; take another name";
          default -> "cannot attach, errno " + errno;
        });
  }

  private static TransportException failure(String name, String advice) {
    return new TransportException("tun:" + name + ": " + advice);
  }

  String name() {
    return name;
  }

  /**
   * Fetches the next packet, to be copied out by {@link #copyTo} before the next call.
   *
   * @return its length, 0 when none waits
   * @throws TransportException when the device is gone
   */
  int read() throws TransportException {
    long length = LibC.read(fd, inboundAddress, MAX_PACKET);
    Reference.reachabilityFence(inbound);
    if (length >= 0) {
      return (int) length;
    }
    int errno = LibC.errno();
    if (errno == LibC.EAGAIN || errno == LibC.EINTR) {
      return 0;
    }
    if (errno == LibC.EBADFD) {
      throw failure(name, "the device was removed");
    }
    throw failure(name, "read failed, errno " + errno);
  }

  void copyTo(byte[] bytes, int offset, int length) {
    inbound.get(0, bytes, offset, length);
  }

  /** Blocks until a packet waits, the device is gone or {@link #wake} is called. */
  void await() {
    // An interrupted poll looks like a missing packet: the caller calls again.
    LibC.poll(LibC.address(pollfds), 2, -1);
    Reference.reachabilityFence(pollfds);
  }

  /** Ends this and every later {@link #await}. Only before {@link #close}. */
  void wake() {
    synchronized (writeLock) {
      if (!closed) {
        LibC.write(wakeFd, LibC.address(one), 8);
      }
    }
  }

  /**
   * Gives the kernel one packet.
   *
   * @return false if the interface is down, memory is short, the packet is not IP or the device is
   *     gone
   */
  boolean write(byte[] bytes, int offset, int length) {
    if (length > MAX_PACKET) {
      return false;
    }
    outbound.put(0, bytes, offset, length);
    synchronized (writeLock) {
      boolean taken = !closed && LibC.write(fd, outboundAddress, length) == length;
      Reference.reachabilityFence(outbound);
      return taken;
    }
  }

  /** Frees the descriptors. Call it only after the reading thread's last call. Idempotent. */
  void close() {
    synchronized (writeLock) {
      if (closed) {
        return;
      }
      closed = true;
      LibC.close(fd);
      LibC.close(wakeFd);
    }
  }
}
