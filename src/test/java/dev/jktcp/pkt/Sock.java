package dev.jktcp.pkt;

import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a kernel keeps for one socket, over our stack. */
final class Sock {
  enum Kind {
    NEW,
    LISTENING,
    CONNECTION
  }

  Kind kind = Kind.NEW;
  boolean nonBlocking;
  boolean bound;
  int boundPort;
  TcpListener listener;
  final Deque<Sock> acceptable = new ArrayDeque<>();
  TcpConnection connection;
  boolean connected;
  boolean over;
  boolean finReceived;
  boolean readShut;
  boolean writeShut;

  /** Errno that SO_ERROR or the next call will tell; null when there is none. */
  String error;

  /** The RST or time-out was told: from now on the socket is as if closed. */
  boolean errorTold;

  boolean lingerReset;
  boolean reuseAddress;
  TcpTuning tuning;
  int receiveBuffer;
  long written;
  long delivered;
}
