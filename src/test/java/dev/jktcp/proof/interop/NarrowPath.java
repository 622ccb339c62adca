package dev.jktcp.proof.interop;

import dev.jktcp.proof.progress.Needs;
import dev.jktcp.transport.TunLab;
import java.util.ArrayList;
import java.util.List;

/**
 * A router, the kernel's in a network namespace of its own, between a TUN device and this host: the
 * link behind it takes less than both of its ends announce.
 */
final class NarrowPath implements AutoCloseable {
  private static final String FAR_MAC = "02:00:00:00:00:01";
  private static final String NEAR_MAC = "02:00:00:00:00:02";

  private final TunLab tun;
  private final String router;
  private final String far; // the host's end of the narrow link
  private final String near; // the router's
  private boolean made;

  NarrowPath(TunLab tun) {
    this.tun = tun;
    router = tun.name() + "router";
    far = tun.name() + "far";
    near = tun.name() + "near";
  }

  /**
   * Takes the device, which is open, into the router. Skips the test by name where there may be no
   * namespaces.
   *
   * @param mtu of the link behind the router
   */
  void build(int mtu) {
    Needs.program("sysctl");
    try {
      tun.ip("netns", "add", router);
      made = true;
      tun.ip("link", "add", far, "type", "veth", "peer", "name", near, "netns", router);
    } catch (IllegalStateException e) {
      Needs.missing("no network namespaces: " + e.getMessage());
    }
    tun.ip("link", "set", far, "address", FAR_MAC);
    ipInRouter("link", "set", near, "address", NEAR_MAC);
    tun.ip("addr", "add", host(Family.V4) + "/24", "dev", far);
    tun.ip("-6", "addr", "add", host(Family.V6) + "/64", "dev", far, "nodad");
    tun.ip("link", "set", far, "up");
    tun.ip("link", "set", tun.name(), "netns", router);
    String[] forwards = {"net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"};
    tun.ip("netns", "exec", router, "sysctl", "-qw", forwards[0], forwards[1]);
    give(near, tun.kernelV4().replace("10.77.", "10.78.").replaceFirst("1$", "2"), "24");
    give(near, tun.kernelV6().replace("fd66:77:", "fd66:78:").replaceFirst("1$", "2"), "64");
    give(tun.name(), tun.kernelV4(), "24");
    give(tun.name(), tun.kernelV6(), "64");
    ipInRouter("link", "set", near, "mtu", "" + mtu, "up");
    ipInRouter("link", "set", tun.name(), "up");
    // To find its neighbour the router would need an address that takes seconds to come into use.
    ipInRouter("neigh", "add", host(Family.V6), "lladdr", FAR_MAC, "dev", near);
    tun.ip("neigh", "add", router(Family.V6), "lladdr", NEAR_MAC, "dev", far);
    tun.ip("route", "add", tun.peerV4() + "/32", "via", router(Family.V4), "dev", far);
    tun.ip("-6", "route", "add", tun.peerV6() + "/128", "via", router(Family.V6), "dev", far);
  }

  private void give(String device, String address, String bits) {
    if (address.contains(":")) {
      ipInRouter("-6", "addr", "add", address + "/" + bits, "dev", device, "nodad");
    } else {
      ipInRouter("addr", "add", address + "/" + bits, "dev", device);
    }
  }

  private void ipInRouter(String... command) {
    List<String> whole = new ArrayList<>(List.of("-n", router));
    whole.addAll(List.of(command));
    tun.ip(whole.toArray(String[]::new));
  }

  /** This host's address behind the narrow link. */
  String host(Family family) {
    return family == Family.V4
        ? tun.kernelV4().replace("10.77.", "10.78.")
        : tun.kernelV6().replace("fd66:77:", "fd66:78:");
  }

  private String router(Family family) {
    return host(family).replaceFirst("1$", "2");
  }

  /** With the namespace go its devices, and the other end of its link. */
  @Override
  public void close() {
    if (made) tun.ip("netns", "del", router);
  }
}
