package dev.jktcp.proof.pkt;

/** What poll and epoll tell of a socket, as Linux's tcp_poll answers. */
final class Readiness {
  static final long IN = 1;
  static final long OUT = 4;
  static final long ERROR = 8;
  static final long HANG_UP = 16;
  private static final long READ_NORMAL = 0x40;
  private static final long WRITE_NORMAL = 0x100;
  private static final long READ_HANG_UP = 0x2000;

  private Readiness() {}

  static long of(Sock socket) {
    if (socket.kind == Sock.Kind.LISTENING) {
      return socket.acceptable.isEmpty() ? 0 : IN | READ_NORMAL;
    }
    if (socket.connection == null) {
      return OUT | HANG_UP | WRITE_NORMAL;
    }
    long ready = socket.error != null ? ERROR : 0;
    boolean noMore = socket.finReceived || socket.readShut || socket.over;
    boolean noWrite = socket.writeShut || socket.over;
    ready |= noMore && noWrite || socket.over ? HANG_UP : 0;
    ready |= noMore ? IN | READ_NORMAL | READ_HANG_UP : 0;
    if (socket.connected || socket.over) {
      ready |= socket.connection.readable() > 0 ? IN | READ_NORMAL : 0;
      ready |= noWrite || socket.connection.sendRoom() > 0 ? OUT | WRITE_NORMAL : 0;
    }
    return ready;
  }
}
