package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.options.Limits;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** {@link AdapterOptions} checked and parsed. A failure is one line that names the option. */
final class AdapterSetup {
  /** RFC 8200 §5. */
  private static final int MIN_MTU_V6 = 1280;

  private final AdapterOptions options;
  private volatile List<IpAddress> locals; // read on any thread
  private List<IpAddress> peers;
  private final NameSetup names;

  AdapterSetup(AdapterOptions given) {
    options = new AdapterOptions(given);
    locals = addresses("localAddresses", options.getLocalAddresses());
    peers = addresses("peerAddresses", options.getPeerAddresses());
    if (locals.isEmpty()) {
      throw new IllegalArgumentException("localAddresses: at least one address is needed");
    }
    checkPeers();
    if (options.getMtu() != 0) {
      checkMtu(options.getMtu(), "mtu");
    }
    Limits.range(
        "lastLocalPort", options.getLastLocalPort(), options.getFirstLocalPort(), Limits.MAX_PORT);
    names = new NameSetup(options, this::checkRemote);
  }

  private TcpProfile profile() {
    String congestion = options.getCongestion();
    if (congestion.isEmpty()) {
      return options.getProfile();
    }
    return options.getProfile().withCongestionControl(CongestionControl.named(congestion));
  }

  /**
   * Takes the addresses of a transport that has come back.
   *
   * @return this side's addresses if they have changed; null if not
   */
  List<IpAddress> moveTo(List<String> local, List<String> peer) {
    if (local.isEmpty()
        || local.equals(options.getLocalAddresses()) && peer.equals(options.getPeerAddresses())) {
      return null;
    }
    List<IpAddress> before = locals;
    locals = addresses("localAddresses", local);
    peers = addresses("peerAddresses", peer);
    options.setLocalAddresses(local).setPeerAddresses(peer);
    checkPeers();
    return locals.equals(before) ? null : locals;
  }

  /** The largest packet that the stack may send over the transport. */
  int mtu(TransportCapabilities transport) {
    int transportMtu = transport.mtu();
    int mtu = options.getMtu();
    if (mtu > transportMtu) {
      throw new IllegalArgumentException(
          "mtu: " + mtu + " is more than the transport's " + transportMtu);
    }
    if (mtu == 0) {
      mtu = Math.min(transportMtu, AdapterOptionsJson.MAX_MTU);
      checkMtu(mtu, "the transport's mtu");
    }
    return mtu;
  }

  /** The stack's options, which depend on the transport's capabilities. */
  StackOptions stackOptions(TransportCapabilities transport) {
    int mtu = mtu(transport);
    StackOptions stack =
        new StackOptions()
            .mtu(mtu)
            .receiveMtu(receiveMtu(transport, mtu))
            .profile(profile())
            .tuning(options.getTuning())
            .sendBuffer(BufferSizes.firstSend(options))
            .maxSendBuffer(BufferSizes.mostSend(options))
            .receiveBuffer(BufferSizes.firstReceive(options))
            .maxReceiveBuffer(BufferSizes.mostReceive(options))
            .localPorts(options.getFirstLocalPort(), options.getLastLocalPort())
            .maxConnections(options.getMaxConnections())
            .maxTimeWait(options.getMaxTimeWait())
            .pathMtuProbing(options.isPathMtuProbing())
            .maxPaths(options.getMaxPaths())
            .pathMtuNs(options.getPathMtu().toNanos())
            .backlog(options.getBacklog())
            .maxHalfOpen(options.getMaxHalfOpen())
            .timeWaitNs(options.getTimeWait().toNanos())
            .finWait2Ns(options.getFinWait2().toNanos())
            .orphanNs(options.getOrphanTimeout().toNanos())
            .maxUdpPorts(options.getMaxUdpPorts())
            .udpSendBuffer(options.getUdpSendBuffer())
            .udpReceiveBuffer(options.getUdpReceiveBuffer())
            .maxReassemblies(options.getMaxReassemblies())
            .maxReassemblyBytes(options.getMaxReassemblyBytes())
            .reassemblyNs(options.getReassemblyTimeout().toNanos())
            .maxPings(options.getMaxPings());
    locals.forEach(stack::addAddress);
    return stack;
  }

  /**
   * The largest packet received, which our MSS comes from. A user's MTU binds both directions. A
   * transport may have one of its own, as in a CDTunnel. If it has no limit, the MTU for sending is
   * the best guess.
   */
  int receiveMtu(TransportCapabilities transport, int mtu) {
    return options.getMtu() == 0 && transport.receiveMtu() <= AdapterOptionsJson.MAX_MTU
        ? transport.receiveMtu()
        : mtu;
  }

  /** The peer of a connection without an address. */
  IpAddress onlyPeer() {
    if (peers.size() == 1) {
      return peers.get(0);
    }
    throw new IllegalArgumentException(
        peers.isEmpty()
            ? "no address to connect to: peerAddresses is empty; name a host"
            : "which address: there are two peers, "
                + peers.get(0)
                + " and "
                + peers.get(1)
                + "; name one");
  }

  /** One of our addresses; null if none is given. */
  IpAddress local(String text) {
    if (text == null) {
      return null;
    }
    IpAddress address = address("localAddress", text);
    if (locals.contains(address)) {
      return address;
    }
    throw new IllegalArgumentException("localAddress: " + address + " is not one of " + locals);
  }

  IpAddress remote(String text) {
    if (text == null) {
      return onlyPeer();
    }
    IpAddress address = address("host", text);
    checkRemote("host", address);
    return address;
  }

  private void checkRemote(String name, IpAddress address) {
    checkUnicast(name, address);
    checkFamily(name, address);
  }

  NameSetup names() {
    return names;
  }

  /** The address that a listener on all addresses shows as its own. */
  IpAddress wildcard() {
    if (locals.size() == 1) {
      return locals.get(0);
    }
    return IpAddress.parse(hasV6() ? "::" : "0.0.0.0");
  }

  static int port(String name, int port, int min) {
    return Limits.range(name, port, min, Limits.MAX_PORT);
  }

  AdapterOptions options() {
    return options;
  }

  List<IpAddress> locals() {
    return locals;
  }

  private void checkPeers() {
    if (peers.size() > 2 || (peers.size() == 2 && peers.get(0).isV6() == peers.get(1).isV6())) {
      throw new IllegalArgumentException("peerAddresses: at most one address of each family");
    }
    for (IpAddress peer : peers) {
      checkFamily("peerAddresses", peer);
      if (locals.contains(peer)) { // no packet to it would reach the transport
        throw new IllegalArgumentException(
            "peerAddresses: " + peer + " is an address of this side; give one of the other side");
      }
    }
  }

  private void checkFamily(String name, IpAddress remote) {
    for (IpAddress local : locals) {
      if (local.isV6() == remote.isV6()) {
        return;
      }
    }
    String family = remote.isV6() ? "IPv6" : "IPv4";
    throw new IllegalArgumentException(
        name + ": " + remote + " is " + family + ", but no local address is: add one");
  }

  private void checkMtu(int mtu, String name) {
    Limits.range(
        name, mtu, hasV6() ? MIN_MTU_V6 : AdapterOptionsJson.MIN_MTU, AdapterOptionsJson.MAX_MTU);
  }

  private boolean hasV6() {
    return locals.stream().anyMatch(IpAddress::isV6);
  }

  private static List<IpAddress> addresses(String name, List<String> texts) {
    List<IpAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      IpAddress address = address(name, text);
      checkUnicast(name, address);
      if (addresses.contains(address)) {
        throw new IllegalArgumentException(name + ": " + address + " is there twice: give it once");
      }
      addresses.add(address);
    }
    return addresses;
  }

  private static IpAddress address(String name, String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          name + ": " + e.getMessage() + "; names are not resolved here", e);
    }
  }

  private static void checkUnicast(String name, IpAddress address) {
    if (address.isUnspecified() || address.isMulticast() || address.isLimitedBroadcast()) {
      throw new IllegalArgumentException(name + ": " + address + " is not one host's address");
    }
  }
}
