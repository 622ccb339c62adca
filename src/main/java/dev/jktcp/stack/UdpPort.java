package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;

/**
 * A UDP port of ours and its user: what came and was not read, at most {@link
 * StackOptions#udpReceiveBuffer}, and what ICMP said of what was sent.
 *
 * <p>Commands are {@link #connect}, {@link #send}, {@link #receive}, {@link #takeTrouble}, {@link
 * #close}. Its user learns by {@link IpStack#pollNotice} that there is something to take.
 */
public final class UdpPort extends LocalPort implements Notice {
  private static final int MOST_TROUBLES = 16;

  private final UdpHost host;
  private final ByteBudget budget;
  private int most; // bytes not read, with their overhead
  private int mostUnsent; // bytes that wait for the transport, likewise
  private int trafficClass;
  private final ArrayDeque<Datagram> received = new ArrayDeque<>(0);
  private final ArrayDeque<DatagramTrouble> troubles = new ArrayDeque<>(0);
  private SentDatagrams sent; // null until the first
  private IpAddress peer; // null: takes from, and sends to, anybody
  private int peerPort;
  private int receivedBytes; // with their overhead
  private int unsentBytes; // likewise, of those that wait for the transport
  private boolean room; // was asked for, and there is some now
  private boolean roomWanted;
  private long dropped;
  private boolean open = true;
  private boolean addressGone;

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
   * From now on this takes from, and sends to, one peer. What came from others before is read as
   * before.
   */
  public void connect(IpAddress remote, int remotePort) throws StackException {
    host.localFor(this, remote, remotePort);
    peer = remote;
    peerPort = remotePort;
  }

  /** Anybody may be its peer again. */
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
   * Sends a datagram whole. Its bytes are copied.
   *
   * @return false if too many wait for the transport, and this one is dropped: {@link #takeRoom}
   * @throws StackException if it can never be sent, with one line that says why
   */
  public boolean send(byte[] from, int off, int length, IpAddress remote, int remotePort)
      throws StackException {
    if (!open) {
      throw new StackException("UDP port " + port() + " is closed");
    }
    if (peer != null && !isPeer(remote, remotePort)) {
      throw new StackException(
          "cannot send to " + remote + ":" + remotePort + ": connected to another peer");
    }
    boolean taken = host.send(this, from, off, length, remote, remotePort);
    roomWanted |= !taken;
    return taken;
  }

  /**
   * Whether a datagram has to wait for others of this port. If so, {@link #takeRoom} tells when it
   * may be tried again.
   */
  public boolean mustWait(int length) {
    boolean waits = unsentBytes > 0 && !host.hasPlace(this, length);
    roomWanted |= waits;
    return waits;
  }

  /** Bounds below those of the stack's options (SO_RCVBUF, SO_SNDBUF): bytes with overhead. */
  public void buffers(int mostReceived, int mostToSend) {
    most = Math.min(most, mostReceived);
    mostUnsent = Math.min(mostUnsent, mostToSend);
  }

  /** The traffic class of what is sent from now on (IP_TOS); the 2 bits of ECN are not its own. */
  public void trafficClass(int eightBits) {
    trafficClass = eightBits & 0xfc;
  }

  /** The next datagram that came, or null. */
  public Datagram receive() {
    Datagram first = received.poll();
    if (first != null) {
      release(first);
    }
    return first;
  }

  /** Its user did not take all there is, and is told again: {@link IpStack#pollNotice}. */
  public void remind() {
    host.remind(this);
  }

  /** The next thing that ICMP said, or null. */
  public DatagramTrouble takeTrouble() {
    return troubles.poll();
  }

  /** Whether a {@link #send} was refused, and now there is room. */
  public boolean takeRoom() {
    boolean taken = room;
    room = false;
    return taken;
  }

  /** What was not read is gone; what waits for the transport goes out. */
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    while (receive() != null) {}
    troubles.clear();
    host.onClosed(this);
  }

  // --- getters

  public boolean isOpen() {
    return open;
  }

  /** Whether it was closed because its address is not the stack's any more. */
  public boolean isAddressGone() {
    return addressGone;
  }

  /** Datagrams that nobody has read. */
  public int readable() {
    return received.size();
  }

  /** Memory of those, with what each counts beyond its payload. */
  public int bytesToRead() {
    return receivedBytes;
  }

  /** Likewise, of those that wait for the transport. */
  public int bytesToSend() {
    return unsentBytes;
  }

  /** Datagrams dropped because the queue was full, or for want of memory. */
  public long dropped() {
    return dropped;
  }

  /** The longest payload that the path to this address takes. */
  public int longest(IpAddress remote) {
    return host.longest(remote);
  }

  /** The longest payload that the transport takes. */
  public int longest(boolean v6) {
    return host.longest(v6);
  }

  /** Null: none in particular. */
  public IpAddress peer() {
    return peer;
  }

  public int peerPort() {
    return peerPort;
  }

  @Override
  public boolean hasNotice() {
    return addressGone || open && (!received.isEmpty() || !troubles.isEmpty() || room);
  }

  // --- the host's

  /** Nothing can come to it any more, nor go: it is closed, and its user is told. */
  void onAddressGone() {
    close();
    addressGone = true;
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
    // A reader that has read everything is given one more while memory is scarce.
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

  /** Whether its user waited for room, and there is some. */
  boolean hasRoom() {
    return room && open;
  }

  int mostUnsent() {
    return mostUnsent;
  }

  int trafficClass() {
    return trafficClass;
  }

  /** So many bytes more wait for the transport, or fewer. */
  void onUnsent(int bytes) {
    unsentBytes += bytes;
    if (roomWanted && unsentBytes <= mostUnsent / 2) {
      roomWanted = false;
      room = true;
    }
  }
}
