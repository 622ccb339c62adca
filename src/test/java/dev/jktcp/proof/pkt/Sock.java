package dev.jktcp.proof.pkt;

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

  /** Its descriptor is. */
  boolean closed;

  /** A connect told of its failure: on Linux the socket is as new then. */
  boolean refusalTold;

  /** FreeBSD's TCP_REMOTE_UDP_ENCAPS_PORT; 0 = its segments are not wrapped. */
  int udpPort;

  /** Linux's IP_PMTUDISC_DONT: it sends on, whatever ICMP says of the path's MTU. */
  boolean ignoresPathMtu;

  boolean readShut;
  boolean writeShut;

  /** Errno that SO_ERROR or the next call will tell; null when there is none. */
  String error;

  boolean lingerReset;
  boolean reuseAddress;
  boolean debug;
  boolean keepAlive; // as it was asked for
  TcpTuning tuning;
  int receiveBuffer;

  /** As the script set it; 0 = it did not. */
  int sendBuffer;

  /** Linux's TCP_CORK. */
  boolean corked;

  /** What the user wrote, and what of it the connection was given. */
  long accepted;

  long written;

  /** The last write said that more comes; the tail waits for it until this time, 0 = for ever. */
  boolean more;

  long moreUntilNs;

  /** A write found no room: whoever waits for some is told. */
  boolean noSpace;

  long delivered;

  /** Nagle's algorithm is off for the write under way: {@link Personality#asksNagleOnce}. */
  boolean unheld;

  /** Where Linux sets PSH. */
  final LinuxPush push = new LinuxPush();

  /** Tells an error once. */
  void takeError() {
    error = null;
  }
}
