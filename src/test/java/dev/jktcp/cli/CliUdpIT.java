package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams and pings by the built jar, each command a process of its own. */
@Timeout(300)
class CliUdpIT {
  private static final String LEFT = "--local 10.7.0.1 --local fd77::1";
  private static final String RIGHT = "--local 10.7.0.2 --local fd77::2";

  @TempDir private Path dir;

  private Jktcp left(String command, String... more) throws IOException {
    return Jktcp.start(dir, command + " --transport unix:link " + LEFT, more);
  }

  private Jktcp right(String command, String... more) throws IOException {
    return Jktcp.start(dir, command + " --transport unix-listen:link " + RIGHT, more);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void udp_isHeardByUdpListen_whichAnswers() throws Exception {
    try (Jktcp listen = right("udp --listen 53")) {
      assertEquals("listening on UDP port 53, over unix-listen:link", listen.ready());
      try (Jktcp udp = left("udp [fd77::2]:53 --wait 60s")) {
        udp.input().write(ascii("question\n"));
        udp.input().flush();
        listen.awaitOutput("question\n");
        listen.input().write(ascii("answer\n"));
        listen.input().flush();
        udp.awaitOutput("answer\n");
      }
    }
  }

  /** The reader is slower than {@code --wait}. */
  @Test
  void answersThatCame_arePrintedToTheLast_howeverLateTheyAreRead() throws Exception {
    byte[] answers = new byte[150 * 1_232];
    new Random(1).nextBytes(answers);
    try (Jktcp listen = right("udp --listen 53")) {
      listen.ready();
      String late = "udp 10.7.0.2:53 --wait 1s --transport unix:link " + LEFT;
      try (Jktcp udp = Jktcp.startUnheard(dir, late).given(ascii("question\n"))) {
        listen.awaitOutput("question\n");
        listen.given(answers);
        assertFalse(udp.endsWithin(5), "its output is not read yet");
        udp.hear();
        assertArrayEquals(answers, udp.output());
        assertEquals(0, udp.exitCode());
      }
    }
  }

  @Test
  void udp_toAPortThatNobodyReads_saysSo_andEndsWell() throws Exception {
    try (Jktcp listen = right("udp --listen 53")) {
      listen.ready();
      try (Jktcp udp = left("udp 10.7.0.2:54 --wait 5s").given(ascii("x"))) {
        assertEquals(
            "jktcp: destination unreachable: 10.7.0.2:54 (port unreachable)", udp.errorLine());
        assertEquals(0, udp.exitCode());
      }
    }
  }

  @Test
  void ping_printsEachRoundTrip() throws Exception {
    try (Jktcp listen = right("udp --listen 53")) {
      listen.ready();
      try (Jktcp ping = left("ping 10.7.0.2 --count 2")) {
        assertEquals(0, ping.exitCode());
        String[] lines = ping.outputText().split("\n");
        assertEquals(2, lines.length);
        for (String line : lines) {
          assertTrue(line.matches("echo from 10\\.7\\.0\\.2: \\d+\\.\\d{3} ms"), line);
        }
      }
    }
  }

  @Test
  void ping_thatNobodyAnswers_fails() throws Exception {
    try (Jktcp listen = right("udp --listen 53")) {
      listen.ready();
      try (Jktcp ping = left("ping 10.7.0.9 -c 1 --wait 300ms")) {
        ping.failsWith(1, "connection timed out: no echo from 10.7.0.9");
      }
    }
  }

  @Test
  void ping_withoutItsTransport_saysSoOnce() throws Exception {
    try (Jktcp ping = left("ping 10.7.0.2 -c 3")) {
      ping.failsWith(
          1,
          "cannot connect to unix:link: No such file or directory: link; no process listens there:"
              + " start it, or wait until its peer has left");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--udp-clients=2", "--direct"})
  void forwardAndExpose_joinKernelSocketsAcross(String how) throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    String exposed = how.equals("--direct") ? how : "--udp-clients=4"; // two over each family
    try (DatagramSocket server = new DatagramSocket(0, loopback);
        Jktcp expose = right("expose --udp 53:localhost:" + server.getLocalPort(), exposed)) {
      server.setSoTimeout(60_000);
      String to = "localhost:" + server.getLocalPort();
      assertEquals("exposing UDP port 53 to " + to + ", over unix-listen:link", expose.ready());
      try (Jktcp forward = left("forward --udp 0:10.7.0.2:53 127.0.0.1:0:[fd77::2]:53", how)) {
        String ready = forward.ready();
        assertTrue(ready.startsWith("forwarding UDP 127.0.0.1:"), ready);
        List<Integer> ports = Jktcp.ports(ready);
        try (DatagramSocket one = new DatagramSocket(0, loopback);
            DatagramSocket two = new DatagramSocket(0, loopback)) {
          for (int port : ports) {
            send(one, port, "one");
            DatagramPacket first = heard(server);
            send(two, port, "two");
            DatagramPacket second = heard(server);
            assertEquals("one", text(first));
            assertEquals("two", text(second));
            answer(server, second, "TWO");
            answer(server, first, "ONE");
            assertEquals("ONE", text(heard(one)));
            assertEquals("TWO", text(heard(two)));
          }
          if (how.equals("--direct")) return;
          try (DatagramSocket three = new DatagramSocket(0, loopback)) {
            send(three, ports.get(0), "three");
            String line = forward.errorLine();
            assertTrue(line.endsWith(": is one too many: 2 clients"), line);
          }
        }
      }
    }
  }

  /** The name has an address in the tunnel alone, and what answers is held to it. */
  @ParameterizedTest
  @ValueSource(strings = {"--udp-clients=2", "--direct"})
  void forward_goesToNames(String how) throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket names = new DatagramSocket(0, loopback);
        DatagramSocket server = new DatagramSocket(0, loopback);
        DatagramSocket client = new DatagramSocket(0, loopback);
        Jktcp expose =
            right(
                "expose --udp 53:127.0.0.1:" + names.getLocalPort(),
                "7:127.0.0.1:" + server.getLocalPort())) {
      expose.ready();
      try (Jktcp forward = left("forward --udp 0:echo.tunnel:7 --dns 10.7.0.2", how)) {
        String ready = forward.ready();
        assertTrue(ready.contains(" to echo.tunnel:7"), ready);
        send(client, Jktcp.ports(ready).get(0), "question");
        DatagramPacket asked = heard(names);
        resolve(names, asked, "0a070002"); // 10.7.0.2
        DatagramPacket question = heard(server);
        assertEquals("question", text(question));
        answer(server, question, "answer");
        assertEquals("answer", text(heard(client)));
      }
      try (Jktcp forward = left("forward --udp 0:none.tunnel:7 --dns 10.7.0.2", how)) {
        send(client, Jktcp.ports(forward.ready()).get(0), "question");
        DatagramPacket asked = heard(names);
        resolve(names, asked, "");
        String line = forward.errorLine();
        assertTrue(line.contains("none.tunnel"), line);
      }
    }
  }

  /** An answer to a question about A records; there is no such name if it holds no address. */
  private static void resolve(DatagramSocket names, DatagramPacket question, String address)
      throws IOException {
    byte[] asked = Arrays.copyOf(question.getData(), question.getLength());
    int end = 12; // of the question: a name, a type, a class
    while (asked[end] != 0) end += asked[end] + 1;
    end += 5;
    String text = HexFormat.of().formatHex(asked, 0, end);
    boolean known = !address.isEmpty();
    String header = text.substring(0, 4) + (known ? "8180" : "8183") + "0001";
    String record = "c00c00010001000000780004" + address; // 120 s
    String answer = header + (known ? "0001" : "0000") + "00000000" + text.substring(24);
    byte[] bytes = HexFormat.of().parseHex(known ? answer + record : answer);
    names.send(new DatagramPacket(bytes, bytes.length, question.getSocketAddress()));
  }

  /** RFC 1928 §7 by hand, over the event bus and in hand. */
  @ParameterizedTest
  @ValueSource(strings = {"--max-datagrams=16", "--direct"})
  void socks_passesDatagrams(String how) throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket server = new DatagramSocket(0, loopback);
        Jktcp expose = right("expose --udp 53:127.0.0.1:" + server.getLocalPort())) {
      server.setSoTimeout(60_000);
      expose.ready();
      try (Jktcp socks = left("socks 0", how)) {
        try (Socket control = new Socket(loopback, socks.port());
            DatagramSocket client = new DatagramSocket(0, loopback)) {
          control.getOutputStream().write(HexFormat.of().parseHex("05010005030001000000000000"));
          byte[] reply = control.getInputStream().readNBytes(12);
          assertEquals("0500050000017f000001", HexFormat.of().formatHex(reply, 0, 10));
          int relay = (reply[10] & 0xff) << 8 | reply[11] & 0xff;
          byte[] asked = HexFormat.of().parseHex("000000010a0700020035cafe");
          client.send(new DatagramPacket(asked, asked.length, loopback, relay));
          DatagramPacket question = heard(server);
          assertEquals(2, question.getLength());
          answer(server, question, "ok");
          DatagramPacket got = heard(client);
          assertEquals(
              "000000010a07000200356f6b",
              HexFormat.of().formatHex(Arrays.copyOf(got.getData(), got.getLength())));
        }
      }
    }
  }

  private static void send(DatagramSocket from, int port, String text) throws IOException {
    byte[] bytes = ascii(text);
    from.setSoTimeout(60_000);
    from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), port));
  }

  private static void answer(DatagramSocket server, DatagramPacket question, String text)
      throws IOException {
    byte[] bytes = ascii(text);
    server.send(new DatagramPacket(bytes, bytes.length, question.getSocketAddress()));
  }

  private static DatagramPacket heard(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
    if (socket.getSoTimeout() == 0) socket.setSoTimeout(60_000);
    socket.receive(packet);
    return packet;
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }
}
