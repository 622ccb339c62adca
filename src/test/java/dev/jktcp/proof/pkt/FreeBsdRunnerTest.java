package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the runner plays for FreeBSD alone, TCP in UDP above all: for each construct a script that
 * passes, and a mutant of it that fails.
 */
final class FreeBsdRunnerTest {
  private static final String TUNNEL =
      """
      --ip_version=ipv4
      --udp_encapsulation=tcp
      0 `sysctl -w net.inet.tcp.udp_tunneling_port=9000`
      +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 fcntl(3, F_SETFL, O_NONBLOCK) = 0
      """;
  private static final String WRAPPED =
      TUNNEL
          + """
          +0 setsockopt(3, IPPROTO_TCP, TCP_REMOTE_UDP_ENCAPS_PORT, [7], 4) = 0
          +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
          +0 > S 0:0(0) <mss 1452,nop,wscale 6,sackOK,TS val 1 ecr 0>/udp(9000 > 7)
          """;
  private static final String OPEN =
      WRAPPED
          + """
          +.1 < S. 0:0(0) ack 1 win 32767 <mss 1452>/udp(7 > 9000)
          +0 > . 1:1(0) ack 1/udp(9000 > 7)
          """;
  private static final String PLAIN =
      """
      --ip_version=ipv4
      0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 fcntl(3, F_SETFL, O_NONBLOCK) = 0
      +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
      +0 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 1 ecr 0>
      +.1 < S. 0:0(0) ack 1 win 32767 <mss 1460>
      +0 > . 1:1(0) ack 1
      """;
  private static final String LISTENING =
      """
      --ip_version=ipv4
      0 `sysctl -w net.inet.tcp.udp_tunneling_port=9000`
      +0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 bind(3, ..., ...) = 0
      +0 listen(3, 1) = 0
      +0 < S 0:0(0) win 32767 <mss 1452>/udp(7 > 9000)
      +0 > S. 0:0(0) ack 1 <mss 1452>/udp(9000 > 7)
      +0 < . 1:1(0) ack 1 win 32767/udp(7 > 9000)
      +0 accept(3, ..., ...) = 4
      """;

  @TempDir Path directory;

  private static final List<Construct> CASES =
      List.of(
          new Construct("wrapped", OPEN, "ack 1/udp(9000 > 7)", "ack 1/udp(9000 > 8)"),
          new Construct("wrappedHere", OPEN, "ack 1/udp(9000 > 7)", "ack 1/udp(9001 > 7)"),
          new Construct("wrappedNot", OPEN, "ack 1/udp(9000 > 7)", "ack 1"),
          new Construct("plainNot", PLAIN, "> . 1:1(0) ack 1", "> . 1:1(0) ack 1/udp(9000 > 7)"),
          new Construct("roomForTheDatagram", WRAPPED, "<mss 1452", "<mss 1460"),
          new Construct(
              "listener",
              LISTENING,
              "> S. 0:0(0) ack 1 <mss 1452>",
              "> S. 0:0(0) ack 1 <mss 1460>"),
          new Construct(
              "acceptedWay",
              LISTENING
                  + "+0 getsockopt(4, IPPROTO_TCP, TCP_REMOTE_UDP_ENCAPS_PORT, [7], [4]) = 0\n",
              "PORT, [7]",
              "PORT, [0]"),
          new Construct(
              "anotherWay_isAnotherPeer",
              OPEN + "+0 < . 1:1(0) ack 5 win 9\n+0 > R 5:5(0)\n",
              "R 5:5(0)",
              "R 4:4(0)"),
          new Construct(
              "anotherWay_isAnsweredThere",
              OPEN + "+0 < . 1:1(0) ack 5 win 9/udp(6 > 9000)\n+0 > R 5:5(0)/udp(9000 > 6)\n",
              "R 5:5(0)/udp(9000 > 6)",
              "R 5:5(0)/udp(9000 > 7)"),
          new Construct(
              "anotherPort_isNotHeard",
              OPEN + "+0 < . 1:1(0) ack 5 win 9/udp(6 > 9001)\n+.1 close(3) = 0\n",
              "9001",
              "9000"),
          new Construct(
              "absoluteNumber",
              OPEN + "+0 < S 1:1(0) win 9\n+0 > R. 0:0(0)! ack 2\n",
              "R. 0:0(0)! ack 2",
              "R. 0:0(0) ack 2"),
          new Construct(
              "anyNumber",
              OPEN + "+0 < S 1:1(0) win 9\n+0 > R. ...(0) ack 2\n",
              "R. ...(0)",
              "R. ...(1)"),
          new Construct(
              "icmpAboutTheDatagram",
              WRAPPED
                  + "+0 < icmp unreachable port_unreachable [0:0(0)/udp(9000 > 7)]\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n",
              "[0:0(0)/udp(9000 > 7)]",
              "[0:0(0)/udp(9000 > 8)]"),
          new Construct(
              "icmpAboutASegmentAlone",
              WRAPPED
                  + "+0 < icmp unreachable port_unreachable [0:0(0)]\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n",
              "[0:0(0)]",
              "[0:0(0)/udp(9000 > 7)]"),
          new Construct(
              "wrapRefused",
              OPEN
                  + "+0 setsockopt(3, IPPROTO_TCP, TCP_REMOTE_UDP_ENCAPS_PORT, [8], 4) = -1 EINVAL"
                  + " (no)\n",
              "= -1 EINVAL (no)",
              "= 0"),
          new Construct(
              "resetOfASocket",
              TUNNEL.replace(
                      "fcntl(3, F_SETFL, O_NONBLOCK)", "setsockopt(3, SOL_IP, IP_TTL, [9], 4)")
                  + "+0 < . 0:0(0) ack 5 win 9\n+0 > [ttl 9] R 5:5(0)\n",
              "[ttl 9]",
              "[ttl 64]"),
          new Construct(
              "resetOfTheClosing_isTold",
              PLAIN
                  + "+0 shutdown(3, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n"
                  + "+0 < F. 1:1(0) ack 1 win 9\n+0 > F. 1:1(0) ack 2\n+0 < R 2:2(0) win 9\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n",
              "[ECONNRESET]",
              "[0]"),
          new Construct(
              "lastClose_isNotWaitedFor",
              PLAIN + "+0 close(3) = 0\n",
              "+0 close(3) = 0",
              "+0 write(3, ..., 9) = 9\n+0 close(3) = 0"),
          new Construct(
              "keepAliveUnasked",
              PLAIN
                  + "+0 setsockopt(3, SOL_TCP, TCP_KEEPIDLE, [1], 4) = 0\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [0], [4]) = 0\n"
                  + "+1 > . 0:0(0) ack 1\n",
              "SO_KEEPALIVE, [0]",
              "SO_KEEPALIVE, [8]"),
          new Construct(
              "laterMaxSegment",
              PLAIN
                  + "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [1000], 4) = 0\n"
                  + "+0 write(3, ..., 1100) = 1100\n"
                  + "+0 > . 1:1001(1000) ack 1\n+0 > P. 1001:1101(100) ack 1\n",
              "TCP_MAXSEG, [1000], 4) = 0",
              "TCP_MAXSEG, [1000], 4) = -1 EINVAL (no)"),
          new Construct(
              "nagleAskedOnce",
              PLAIN
                  + "+0 write(3, ..., 1500) = 1500\n"
                  + "+0 > . 1:1461(1460) ack 1\n+0 > P. 1461:1501(40) ack 1\n",
              "+0 > P. 1461:1501(40) ack 1\n",
              ""),
          new Construct(
              "nagleHoldsTheNextWrite",
              PLAIN
                  + "+0 write(3, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n"
                  + "+0 write(3, ..., 10) = 10\n"
                  + "+.1 < . 1:1(0) ack 11 win 32767\n+0 > P. 11:21(10) ack 1\n",
              "+.1 < . 1:1(0) ack 11",
              "+0 > P. 11:21(10) ack 1\n+.1 < . 1:1(0) ack 11"),
          new Construct(
              "optionThatIsNotThere",
              "--non_fatal=syscall\n"
                  + PLAIN
                  + "+0 setsockopt(3, SOL_TCP, TCP_NO_SUCH, [2], 4) = 0\n",
              "--non_fatal=syscall\n",
              "--tolerance_usecs=1\n"),
          new Construct(
              "trafficClassByName",
              PLAIN
                  + "+0 setsockopt(3, SOL_IP, IP_TOS, [IPTOS_DSCP_CS1], 4) = 0\n"
                  + "+0 getsockopt(3, SOL_IP, IP_TOS, [0x20], [4]) = 0\n",
              "[0x20]",
              "[0x40]"),
          new Construct(
              "agreedOptions",
              PLAIN + "+0 %{ assert tcpi_options == 0 }%\n",
              "== 0 }",
              "== TCPI_OPT_SACK }"),
          new Construct(
              "eitherBranch",
              "#ifdef STANDARD\n0 close(3) = 0\n#endif\n"
                  + "#ifdef FreeBSD\n0 close(3) = -1 EBADF (no)\n#endif\n",
              "#ifdef FreeBSD\n0 close(3) = -1 EBADF",
              "#ifdef FreeBSD\n0 close(3) = -1 EPIPE"));

  @TestFactory
  Stream<DynamicTest> eachConstruct_passesAsItIs_andNotMutated() {
    return Construct.tests(CASES, this::run);
  }

  @Test
  void linuxHasNoTcpInUdp() {
    String text =
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            + "+0 setsockopt(3, SOL_TCP, TCP_REMOTE_UDP_ENCAPS_PORT, [7], 4) = 0\n";
    Verdict verdict = ScriptRunner.runText(Personality.LINUX, text, directory);
    assertEquals(SkipReason.SOCKET_OPTION, verdict.reasonOrNull(), verdict::toString);
  }

  private Verdict run(String text) {
    return ScriptRunner.runText(Personality.FREEBSD, text, directory);
  }
}
