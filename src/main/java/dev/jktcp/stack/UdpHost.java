package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.UdpDatagram;
import java.util.ArrayDeque;

/**
 * The stack's UDP (RFC 768): finds the port of a received datagram, and sends datagrams
 * unfragmented, in the order in which the ports passed them.
 */
final class UdpHost {
  /** A datagram of ours that waits for the transport. */
  private record Unsent(
      UdpPort port, IpAddress local, IpAddress remote, int remotePort, byte[] payload, int sum) {
    int bytes() {
      return ByteBudget.ofDatagram(payload.length);
    }
  }

  private final IpLayer ip;
  private final StackOptions options;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final IcmpReports reports;
  private final Notices notices;
  private final PortChooser chooser;
  private final ListenerTable<UdpPort> table = new ListenerTable<>();
  private final ListenPorts ports;
  private final UdpDatagram datagram = new UdpDatagram();
  private final ArrayDeque<Unsent> outward = new ArrayDeque<>(0);
  private final ArrayDeque<Unsent> inward = new ArrayDeque<>(0);

  UdpHost(IpLayer ip, Secret secret, IcmpReports reports, Notices notices) {
    this.ip = ip;
    this.options = ip.options();
    this.counters = ip.counters();
    this.budget = ip.budget();
    this.reports = reports;
    this.notices = notices;
    this.chooser =
        new PortChooser(
            secret.key(7),
            options.firstLocalPort(),
            options.lastLocalPort(),
            options.maxUdpPorts());
    this.ports = new ListenPorts(options, chooser, table);
  }

  // --- inputs

  /** A packet of protocol UDP to one of our addresses. */
  void onPacket(IpPacket packet, IpAddress local, boolean verifyChecksum, long now)
      throws MalformedPacket {
    datagram.parse(packet, verifyChecksum);
    if (datagram.dstPort() == 0) {
      throw MalformedPacket.of(DropReason.PORT_ZERO);
    }
    UdpPort port = table.find(local, datagram.dstPort());
    IpAddress remote = port == null ? null : packet.src();
    if (port == null || !port.takesFrom(remote, datagram.srcPort())) {
      counters.datagramsUnheard++;
      reports.portUnreachable(packet, now);
      return;
    }
    counters.datagramsReceived++;
    if (!port.hasRoomFor(datagram.payloadLength())) {
      counters.datagramsDropped++;
      return;
    }
    port.add(new Datagram(remote, datagram.srcPort(), local, datagram.payload()));
    notices.add(port);
  }

  /**
   * RFC 1122 §4.1.3.3: an ICMP error goes to the user whose datagram it quotes.
   *
   * @return whether it was believed
   */
  boolean onIcmpError(SoftError meaning, IcmpError error, long now) {
    UdpPort port = table.find(error.src(), error.srcPort());
    if (port == null || !port.hasSent(error)) {
      return false;
    }
    if (meaning == SoftError.PACKET_TOO_BIG) {
      ip.paths().onDatagramTooBig(error, now);
    }
    port.add(meaning, error.dst(), error.dstPort());
    notices.add(port);
    return true;
  }

  /**
   * The stack's addresses have changed: ports and datagrams of addresses that are gone are dropped.
   */
  void onAddresses() {
    for (UdpPort port : table.all()) {
      if (port.localAddress() != null && !ip.addresses().isOurs(port.localAddress())) {
        port.onAddressGone();
      }
    }
    outward.removeIf(this::isVoid);
    inward.removeIf(this::isVoid);
  }

  private boolean isVoid(Unsent datagram) {
    boolean gone = !ip.addresses().isOurs(datagram.local);
    if (gone) {
      onTaken(datagram);
      counters.datagramsUnsent++;
    }
    return gone;
  }

  // --- output

  boolean hasOutward() {
    return !outward.isEmpty();
  }

  boolean hasInward() {
    return !inward.isEmpty();
  }

  /** Writes the next datagram to others; 0 = none. */
  int pollOutward(byte[] to, int offset) {
    return poll(outward, to, offset);
  }

  /** Writes the next datagram to the stack itself; 0 = none. */
  int pollInward(byte[] to, int offset) {
    return poll(inward, to, offset);
  }

  private int poll(ArrayDeque<Unsent> queue, byte[] to, int offset) {
    Unsent next;
    while ((next = queue.poll()) != null) {
      onTaken(next);
      if (next.payload.length <= longest(next.remote.isV6())) {
        counters.datagramsSent++;
        return write(next, to, offset);
      }
      counters.datagramsUnsent++; // the transport has a smaller MTU now
    }
    return 0;
  }

  /** The datagram waits no more. */
  private void onTaken(Unsent datagram) {
    budget.release(datagram.bytes());
    datagram.port.onUnsent(-datagram.bytes());
    if (datagram.port.hasRoom()) {
      notices.add(datagram.port);
    }
  }

  private int write(Unsent next, byte[] to, int offset) {
    return UdpDatagram.write(
        to,
        offset,
        next.local,
        next.port.port(),
        next.remote,
        next.remotePort,
        next.payload,
        next.sum,
        options.tuning().ttl(),
        next.port.trafficClass());
  }

  // --- commands

  /**
   * @param localOrNull null: all our addresses
   * @param portOr0 0: an ephemeral one
   */
  UdpPort bind(IpAddress localOrNull, int portOr0) throws StackException {
    if (table.size() >= options.maxUdpPorts() || !budget.admits(ByteBudget.UDP_PORT)) {
      throw new StackException(
          "no room for another UDP port beside "
              + table.size()
              + ": raise maxUdpPorts or maxBytesHeld");
    }
    IpAddress local = localOrNull == null ? null : ip.addresses().ours(localOrNull);
    int number = ports.toListen(local, portOr0);
    UdpPort port = new UdpPort(this, budget, options, local, number);
    table.add(port);
    budget.charge(ByteBudget.UDP_PORT);
    return port;
  }

  void onClosed(UdpPort port) {
    table.remove(port);
    chooser.onFreed(port.port());
    budget.release(ByteBudget.UDP_PORT);
  }

  void remind(UdpPort port) {
    notices.add(port);
  }

  void closeAll() {
    table.all().forEach(UdpPort::close);
  }

  /** The address from which this port can send to the remote one. */
  IpAddress localFor(UdpPort port, IpAddress remote, int remotePort) throws StackException {
    ListenPorts.check(remotePort, 1);
    if (!ip.addresses().canBePeer(remote)) {
      throw new StackException(
          "cannot send to " + remote + ": not a unicast address of another host; give one");
    }
    IpAddress local = port.localAddress();
    if (local == null) {
      return ip.addresses().sourceFor(remote);
    }
    if (local.isV6() != remote.isV6()) {
      throw new StackException(
          "local address " + local + " cannot reach " + remote + ": choose one of its family");
    }
    return local;
  }

  /** {@link UdpPort#send}. */
  boolean send(UdpPort port, byte[] from, int off, int length, IpAddress remote, int remotePort)
      throws StackException {
    IpAddress local = localFor(port, remote, remotePort);
    int most = longest(remote);
    if (length > most) {
      throw new StackException(
          "a datagram of "
              + length
              + " bytes to "
              + remote
              + ": at most "
              + most
              + " fit into the path's MTU, and none is sent in fragments");
    }
    if (!hasPlace(port, length)) {
      counters.datagramsUnsent++;
      return false;
    }
    byte[] payload = new byte[length];
    System.arraycopy(from, off, payload, 0, length);
    int sum = UdpDatagram.checksum(local, port.port(), remote, remotePort, payload);
    port.sent().add(remote, remotePort, UdpDatagram.HEADER + length << 16 | sum);
    int bytes = ByteBudget.ofDatagram(length);
    budget.charge(bytes);
    port.onUnsent(bytes);
    (ip.addresses().isOurs(remote) ? inward : outward)
        .add(new Unsent(port, local, remote, remotePort, payload, sum));
    return true;
  }

  /** Whether a datagram of this length may wait for the transport beside the others of the port. */
  boolean hasPlace(UdpPort port, int length) {
    int bytes = ByteBudget.ofDatagram(length);
    boolean place = port.bytesToSend() == 0 || port.bytesToSend() + bytes <= port.mostUnsent();
    return place && budget.admits(bytes);
  }

  int longest(IpAddress remote) {
    return ip.paths().of(remote) - UdpDatagram.headersLength(remote.isV6());
  }

  int longest(boolean v6) {
    return options.mtu() - UdpDatagram.headersLength(v6);
  }

  // --- getters

  /** Ports in use. */
  int ports() {
    return table.size();
  }
}
