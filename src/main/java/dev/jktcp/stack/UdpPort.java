package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;

/**
 * A UDP port of ours and its user. It keeps unread datagrams, at most {@link
 * StackOptions#udpReceiveBuffer}, and ICMP errors about datagrams that were sent.
 *
 * <p>Commands are {@link #connect}, {@link #send}, {@link #receive}, {@link #takeTrouble}, {@link
 * #close}. {@link IpStack#pollNotice} returns the port when its user has something to take.
 */
public final class UdpPort extends LocalPort implements Notice {
  private static final int MOST_TROUBLES = 16;

  private enum State {
    OPEN,
    CLOSED,
    /** Closed because the stack no longer has its address. */
    ADDRESS_GONE
  }

  private final UdpHost host;
  private final ByteBudget budget;
  private int most; // bytes not read, with their overhead
  private int mostUnsent; // bytes that wait for the transport, with their overhead
  private int trafficClass;
  private final ArrayDeque<Datagram> received = new ArrayDeque<>(0);
  private final ArrayDeque<DatagramTrouble> troubles = new ArrayDeque<>(0);
  private SentDatagrams sent; // null before the first datagram
  private IpAddress peer; // null: takes from, and sends to, any peer
  private int peerPort;
  private int receivedBytes; // with their overhead
  private int unsentBytes; // of those that wait for the transport, with their overhead
  private boolean room; // was asked for, and is there now
  private boolean roomWanted;
  private long dropped;
  private State state = State.OPEN;

  /** Notice queue only. */
  boolean noticed;

  UdpPort(UdpHost host, ByteBudget budget, StackOptions options, IpAddress localOrNull, int port) {
    super(localOrNull, port);
    this.host = host;
    this.budget = budget;
    this.most = options.udpReceiveBuffer();
    this.mostUnsent = options.udpSendBuffer();
    this.trafficClass = options.tuning().dscp();
  }

  // --- commands

  /**
   * From now on the port takes from, and sends to, one peer. Datagrams that came from others before
   * can still be read.
   */
  public void connect(IpAddress remote, int remotePort) throws StackException {
    host.localFor(this, remote, remotePort);
    peer = remote;
    peerPort = remotePort;
  }

  /** The port takes from, and sends to, any peer again. */
  public void disconnect() {
    peer = null;
  }

  /** {@link #send(byte[], int, int, IpAddress, int)} to the peer of {@link #connect}. */
  public boolean send(byte[] from, int off, int length) throws StackException {
    if (peer == null) {
      throw new StackException("a datagram without an address: connect first, or give one");
    }
    return send(from, off, length, peer, peerPort);
  }

  /**
   * Sends a datagram unfragmented. Its bytes are copied.
   *
   * @return false if too many wait for the transport, and this one is dropped: {@link #takeRoom}
   * @throws StackException if the datagram can never be sent, with one line that says why
   */
  public boolean send(byte[] from, int off, int length, IpAddress remote, int remotePort)
      throws StackException {
    if (!isOpen()) {
      throw new StackException("UDP port " + port() + " is closed: bind another");
    }
    if (peer != null && !isPeer(remote, remotePort)) {
      throw new StackException(
          "cannot send to "
              + remote
              + ":"
              + remotePort
              + ": UDP port "
              + port()
              + " is connected to another peer; use another port");
    }
    boolean taken = host.send(this, from, off, length, remote, remotePort);
    roomWanted |= !taken;
    return taken;
  }

  /**
   * Whether a datagram has to wait for others of this port. If so, {@link #takeRoom} is true when
   * it may be tried again.
   */
  public boolean mustWait(int length) {
    boolean waits = unsentBytes > 0 && !host.hasPlace(this, length);
    roomWanted |= waits;
    return waits;
  }

  /** Sets limits below those of the stack's options (SO_RCVBUF, SO_SNDBUF): bytes with overhead. */
  public void buffers(int mostReceived, int mostToSend) {
    most = Math.min(most, mostReceived);
    mostUnsent = Math.min(mostUnsent, mostToSend);
  }

  /** The traffic class of datagrams sent from now on (IP_TOS); the 2 bits of ECN are ignored. */
  public void trafficClass(int eightBits) {
    trafficClass = eightBits & 0xfc;
  }

  /** The next unread datagram, or null. */
  public Datagram receive() {
    Datagram first = received.poll();
    if (first != null) {
      release(first);
    }
    return first;
  }

  /** The user did not take everything, and is to be told again: {@link IpStack#pollNotice}. */
  public void remind() {
    host.remind(this);
  }

  /** The next ICMP error, or null. */
  public DatagramTrouble takeTrouble() {
    return troubles.poll();
  }

  /** Whether a {@link #send} was refused, and now there is room. */
  public boolean takeRoom() {
    boolean taken = room;
    room = false;
    return taken;
  }

  /** Closes the port. Unread datagrams are dropped; those that wait for the transport are sent. */
  public void close() {
    if (!isOpen()) {
      return;
    }
    state = State.CLOSED;
    while (receive() != null) {}
    troubles.clear();
    host.onClosed(this);
  }

  // --- getters

  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether the port was closed because the stack no longer has its address. */
  public boolean isAddressGone() {
    return state == State.ADDRESS_GONE;
  }

  /** Number of unread datagrams. */
  public int readable() {
    return received.size();
  }

  /** Bytes of unread datagrams, with the overhead of each. */
  public int bytesToRead() {
    return receivedBytes;
  }

  /** Bytes of datagrams that wait for the transport, with the overhead of each. */
  public int bytesToSend() {
    return unsentBytes;
  }

  /** Datagrams dropped because the queue was full, or for want of memory. */
  public long dropped() {
    return dropped;
  }

  /** The longest payload in bytes that the path to this address takes. */
  public int longest(IpAddress remote) {
    return host.longest(remote);
  }

  /** The longest payload in bytes that the transport takes. */
  public int longest(boolean v6) {
    return host.longest(v6);
  }

  /** The peer of {@link #connect}; null: any. */
  public IpAddress peer() {
    return peer;
  }

  public int peerPort() {
    return peerPort;
  }

  @Override
  public boolean hasNotice() {
    return switch (state) {
      case OPEN -> !received.isEmpty() || !troubles.isEmpty() || room;
      case CLOSED -> false;
      case ADDRESS_GONE -> true;
    };
  }

  // --- for the host

  /** The port can no longer receive or send: it is closed, and its user is told. */
  void onAddressGone() {
    close();
    state = State.ADDRESS_GONE;
    host.remind(this);
  }

  boolean takesFrom(IpAddress remote, int remotePort) {
    return peer == null || isPeer(remote, remotePort);
  }

  private boolean isPeer(IpAddress remote, int remotePort) {
    return peerPort == remotePort && peer.equals(remote);
  }

  /** Whether there is room for so many bytes; if not, a datagram is counted as dropped. */
  boolean hasRoomFor(int payload) {
    int bytes = ByteBudget.ofDatagram(payload);
    boolean place = received.isEmpty() || receivedBytes + bytes <= most;
    // While memory is scarce, a reader that has read everything gets one more datagram.
    boolean memory = received.isEmpty() ? budget.admits(bytes) : budget.admitsDroppable(bytes);
    if (!place || !memory) {
      dropped++;
    }
    return place && memory;
  }

  void add(Datagram datagram) {
    int bytes = ByteBudget.ofDatagram(datagram.payload().length);
    received.add(datagram);
    receivedBytes += bytes;
    budget.charge(bytes);
  }

  private void release(Datagram datagram) {
    int bytes = ByteBudget.ofDatagram(datagram.payload().length);
    receivedBytes -= bytes;
    budget.release(bytes);
  }

  void add(SoftError error, IpAddress remote, int remotePort) {
    if (troubles.size() < MOST_TROUBLES) {
      troubles.add(new DatagramTrouble(error, remote, remotePort));
    }
  }

  boolean hasSent(IcmpError error) {
    return sent != null && sent.quotedBy(error);
  }

  SentDatagrams sent() {
    if (sent == null) {
      sent = new SentDatagrams();
    }
    return sent;
  }

  /** Whether the user waited for room, and there is some. */
  boolean hasRoom() {
    return room && isOpen();
  }

  int mostUnsent() {
    return mostUnsent;
  }

  int trafficClass() {
    return trafficClass;
  }

  /** So many more bytes wait for the transport; below 0: fewer. */
  void onUnsent(int bytes) {
    unsentBytes += bytes;
    if (roomWanted && unsentBytes <= mostUnsent / 2) {
      roomWanted = false;
      room = true;
    }
  }
}
