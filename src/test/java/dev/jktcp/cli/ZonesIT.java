package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * IPv6 zones (RFC 4007 §11) wherever a kernel address is, by the name of their interface: of the
 * link-local address of one that has such an address, otherwise of loopback.
 */
@Timeout(180)
@SuppressWarnings("try") // a process is there to be joined
class ZonesIT {
  @TempDir private Path dir;
  private final Inet6Address zoned = zoned();
  private final String host = "[" + zoned.getHostAddress() + "]";

  private static Inet6Address zoned() {
    try {
      Optional<InetAddress> linkLocal =
          NetworkInterface.networkInterfaces()
              .filter(ZonesIT::stays)
              .flatMap(NetworkInterface::inetAddresses)
              .filter(a -> a instanceof Inet6Address && a.isLinkLocalAddress())
              .findFirst();
      InetAddress any = linkLocal.isPresent() ? linkLocal.get() : InetAddress.getByName("::1%lo");
      return (Inet6Address) any;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The TUN devices of other tests do not. */
  private static boolean stays(NetworkInterface link) {
    try {
      return !link.isPointToPoint();
    } catch (SocketException e) { // it is gone
      return false;
    }
  }

  @Test
  void transportForwardAndExpose_takeThem() throws Exception {
    int joint;
    try (ServerSocket free = new ServerSocket(0, 1, zoned)) {
      joint = free.getLocalPort();
    }
    try (ServerSocket server = new ServerSocket(0, 1, zoned);
        Jktcp expose =
            ready("expose 80:%s:%d", "tcp-listen:" + host + ":" + joint, 2, server.getLocalPort());
        Jktcp forward = start("forward %s:0:10.7.0.2:80", "tcp:" + host + ":" + joint, 1, 0)) {
      int port = portOf(forward.ready());
      try (Socket client = new Socket(zoned, port);
          Socket served = server.accept()) {
        client.getOutputStream().write(7);
        assertEquals(7, served.getInputStream().read());
        served.getOutputStream().write(8);
        assertEquals(8, client.getInputStream().read());
      }
    }
  }

  @Test
  void datagrams_goThereAndBack() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, zoned);
        DatagramSocket client = new DatagramSocket(0, zoned);
        Jktcp expose =
            ready("expose --udp 53:%s:%d", "unix-listen:link", 2, server.getLocalPort());
        Jktcp forward = start("forward --udp %s:0:10.7.0.2:53", "unix:link", 1, 0)) {
      server.setSoTimeout(60_000);
      client.setSoTimeout(60_000);
      int port = portOf(forward.ready());
      client.send(new DatagramPacket(new byte[] {1, 2}, 2, zoned, port));
      DatagramPacket heard = new DatagramPacket(new byte[9], 9);
      server.receive(heard);
      assertEquals("[1, 2]", Arrays.toString(Arrays.copyOf(heard.getData(), heard.getLength())));
      server.send(new DatagramPacket(new byte[] {3}, 1, heard.getSocketAddress()));
      client.receive(heard);
      assertEquals("[3]", Arrays.toString(Arrays.copyOf(heard.getData(), heard.getLength())));
    }
  }

  @Test
  void zoneThatTheMachineDoesNotHave_isOneLine() throws Exception {
    try (Jktcp listen = ready("udp --listen 53", "unix-listen:link", 2, 0);
        Jktcp socks =
            Jktcp.start(dir, "socks [fe80::1%none0]:1080 --transport unix:link --local 10.7.0.1")) {
      socks.failsWith(
          1, "cannot listen on [fe80::1%none0]:1080: this machine has no interface 'none0'");
    }
  }

  /** And so its link is there. */
  private Jktcp ready(String command, String transport, int end, int port) throws Exception {
    Jktcp started = start(command, transport, end, port);
    started.ready();
    return started;
  }

  private Jktcp start(String command, String transport, int end, int port) throws Exception {
    String line = String.format(command, host, port);
    return Jktcp.start(dir, line + " --transport " + transport + " --local 10.7.0." + end);
  }

  private static int portOf(String ready) {
    return Integer.parseInt(ready.replaceAll("^[^\\]]*\\]:(\\d+) .*$", "$1"));
  }
}
