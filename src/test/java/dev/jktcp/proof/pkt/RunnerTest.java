package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The runner itself: for each construct a script that passes, and a mutant of it that fails. */
final class RunnerTest {
  private static final String SERVER =
      """
          0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
         +0 bind(3, ..., ...) = 0
         +0 listen(3, 1) = 0
         +0 < S 0:0(0) win 65535 <mss 1000>
         +0 > S. 0:0(0) ack 1 win 65535 <mss 1360>
        +.1 < . 1:1(0) ack 1 win 65535
         +0 accept(3, ..., ...) = 4
      """;

  private static final String CLIENT =
      """
          0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
         +0 fcntl(3, F_SETFL, O_NONBLOCK) = 0
         +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
      """;

  private static final String WRITE = SERVER + "+0 write(4, ..., 1000) = 1000\n";
  private static final String SENT = "+0 > P. 1:1001(1000) ack 1\n";

  @TempDir Path directory;

  private static Construct of(String name, String passes, String from, String to) {
    return new Construct(name, passes, from, to);
  }

  private static final List<Construct> CASES =
      List.of(
          of("seq", WRITE + SENT, " 1:1001(", " 2:1002("),
          of("length", WRITE + SENT, "1001(1000)", "1000(999)"),
          of("ack", WRITE + SENT, "(1000) ack 1", "(1000) ack 2"),
          of("flags", WRITE + SENT, "P. 1:1001", ". 1:1001"),
          of("flagsMore", WRITE + SENT, "P. 1:1001", "PE. 1:1001"),
          of("ace", WRITE + "+0 > P.0 1:1001(1000) ack 1\n", "P.0", "P.1"),
          of(
              "window",
              WRITE + "+0 > P. 1:1001(1000) ack 1 win 65535\n",
              "1 win 65535\n",
              "1 win 1\n"),
          of("urgentPointer", WRITE + SENT, "ack 1\n", "ack 1 urg 1\n"),
          of(
              "optionsWhereNoneAre",
              WRITE + SENT,
              "(1000) ack 1\n",
              "(1000) ack 1 <nop,nop,nop,nop>\n"),
          of("optionValue", SERVER, "<mss 1360>", "<mss 1359>"),
          of("optionsOpen", SERVER.replace("<mss 1360>", "<...>"), "<...>", "<mss 1>"),
          of(
              "optionOrder",
              CLIENT + "+0 > S 0:0(0) <mss 1360,sackOK,TS val 9 ecr 0,nop,wscale 3>\n",
              "mss 1360,sackOK,TS val 9 ecr 0,nop,wscale 3",
              "nop,wscale 3,mss 1360,sackOK,TS val 9 ecr 0"),
          of("noecn", WRITE + "+0 > [noecn] P. 1:1001(1000) ack 1\n", "noecn", "ect0"),
          of("ect1", WRITE + "+0 > (noecn) P. 1:1001(1000) ack 1\n", "noecn", "ect1"),
          of("ce", WRITE + "+0 > [noecn] P. 1:1001(1000) ack 1\n", "noecn", "ce"),
          of("ect01", WRITE + "+0 > [noecn] P. 1:1001(1000) ack 1\n", "noecn", "ect01"),
          of("tos", WRITE + "+0 > [tos 0x0] P. 1:1001(1000) ack 1\n", "0x0]", "0x10]"),
          of("ttl", WRITE + "+0 > [ttl 64] P. 1:1001(1000) ack 1\n", "ttl 64", "ttl 63"),
          of(
              "flowLabel",
              "--ip_version=ipv6\n--mtu=1420\n"
                  + WRITE
                  + "+0 > [flowlabel 0x0] P. 1:1001(1000) ack 1\n",
              "flowlabel 0x0",
              "flowlabel 0x7"),
          of("timeRelative", WRITE + SENT + "+.3 > P. 1:1001(1000) ack 1\n", "+.3 >", "+.28 >"),
          of("timeRelativeLate", WRITE + SENT + "+.3 > P. 1:1001(1000) ack 1\n", "+.3 >", "+.32 >"),
          of("timeAbsolute", WRITE + SENT + ".4 > P. 1:1001(1000) ack 1\n", ".4 >", ".5 >"),
          of(
              "timeRange",
              WRITE + SENT + "+.2~+.4 > P. 1:1001(1000) ack 1\n",
              "+.2~+.4",
              "+.31~+.4"),
          of(
              "timeRangeAbsolute",
              WRITE + SENT + ".3~.5 > P. 1:1001(1000) ack 1\n",
              ".3~.5",
              ".3~.39"),
          of(
              "timeAny",
              WRITE + SENT + "* > P. 1:1001(1000) ack 1\n",
              "* > P. 1:1001",
              "* > P. 2:1002"),
          of(
              "tolerance",
              "--tolerance_usecs=30000\n" + WRITE + SENT + "+.32 > P. 1:1001(1000) ack 1\n",
              "=30000",
              "=1000"),
          of(
              "tolerancePercent",
              "--tolerance_percent=10\n" + WRITE + SENT + "+.32 > P. 1:1001(1000) ack 1\n",
              "=10",
              "=1"),
          of(
              "segmentsTogether",
              SERVER + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n",
              "+0 > P. 1:2501(2500)",
              "+0 > P. 1:2001(2000)"),
          of(
              "segmentsStrict",
              "--strict_segments\n"
                  + SERVER
                  + "+0 write(4, ..., 1500) = 1500\n+0 > . 1:1001(1000) ack 1\n"
                  + "+0 > P. 1001:1501(500) ack 1\n",
              "+0 > . 1:1001(1000) ack 1\n+0 > P. 1001:1501(500)",
              "+0 > P. 1:1501(1500)"),
          of("unlistedPacket", WRITE + SENT, SENT, ""),
          of(
              "unlistedAck",
              SERVER + "+0 < P. 1:2(1) ack 1 win 9\n+0 > . 1:1(0) ack 2\n",
              "+0 > . 1:1(0) ack 2\n",
              "\n"),
          of("packetTooMany", WRITE + SENT, SENT, SENT + "+0 > . 1001:1001(0) ack 1\n"),
          of("result", WRITE + SENT, "= 1000", "= 999"),
          of(
              "resultZero",
              SERVER + "+0 < F. 1:1(0) ack 1 win 9\n+0 > . 1:1(0) ack 2\n+0 read(4, ..., 10) = 0\n",
              "10) = 0",
              "10) = 1"),
          of(
              "errno",
              SERVER
                  + "+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n"
                  + "+0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)\n",
              "EAGAIN",
              "ECONNRESET"),
          of(
              "errnoOfNoSocket",
              "0 close(9) = -1 EBADF (Bad file descriptor)\n"
                  + "+0 < S 0:0(0) win 1\n"
                  + "+0 > R. 0:0(0) ack 1\n",
              "-1 EBADF (Bad file descriptor)",
              "0"),
          of(
              "callWaits",
              SERVER
                  + "+0...0.05 read(4, ..., 100) = 100\n+.05 < P. 1:101(100) ack 1 win 9\n"
                  + "+0 > . 1:1(0) ack 101\n",
              "+0...0.05",
              "+0...0.09"),
          of(
              "callWaitsInVain",
              SERVER
                  + "+0...0.05 read(4, ..., 100) = 100\n+.05 < P. 1:101(100) ack 1 win 9\n"
                  + "+0 > . 1:1(0) ack 101\n",
              "+0...0.05 read",
              "+0 read"),
          of(
              "acceptWaits",
              SERVER
                  .replace("   +0 < S", "   +0...0.1 accept(3, ..., ...) = 4\n   +0 < S")
                  .replace("\n   +0 accept(3, ..., ...) = 4\n", "\n"),
              "0...0.1 accept",
              "0...0.2 accept"),
          of(
              "optionOfSocket",
              CLIENT
                  + "+0 > S 0:0(0) <...>\n+0 < R. 0:0(0) ack 1 win 0\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n",
              "[ECONNREFUSED]",
              "[ECONNRESET]"),
          of(
              "optionOfSocketZero",
              SERVER + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n",
              "[0]",
              "[EPIPE]"),
          of(
              "nodelay",
              SERVER
                  + "+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n"
                  + "+0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0\n",
              "TCP_NODELAY, [1], [4]",
              "TCP_NODELAY, [0], [4]"),
          of(
              "maxSegment",
              SERVER + "+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [1000], [4]) = 0\n",
              "[1000]",
              "[1001]"),
          of("flagsOfFile", SERVER + "+0 fcntl(4, F_GETFL) = 0x2 (flags O_RDWR)\n", "0x2", "0x802"),
          of("bytesToRead", SERVER + "+0 ioctl(4, SIOCINQ, [0]) = 0\n", "[0]", "[1]"),
          of("bytesToSend", WRITE + SENT + "+0 ioctl(4, SIOCOUTQ, [1000]) = 0\n", "[1000]", "[0]"),
          of(
              "optionTuned",
              SERVER
                  + "+0 setsockopt(4, SOL_IP, IP_TOS, [16], 4) = 0\n"
                  + "+0 write(4, ..., 1000) = 1000\n+0 > [tos 0x10] P. 1:1001(1000) ack 1\n",
              "[16]",
              "[32]"),
          of(
              "optionOutOfRange",
              SERVER + "+0 setsockopt(4, SOL_IP, IP_TTL, [900], 4) = -1 EINVAL (Invalid)\n",
              "-1 EINVAL (Invalid)",
              "0"),
          of(
              "urgentOfOurs",
              SERVER + "+0 send(4, ..., 5, MSG_OOB) = 5\n+0 > PU. 1:6(5) ack 1 urg 5\n",
              "urg 5",
              "urg 4"),
          of(
              "linger",
              SERVER
                  + "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
                  + "+0 close(4) = 0\n+0 > R. 1:1(0) ack 1\n",
              "onoff=1",
              "onoff=0"),
          of(
              "conditionals",
              "#ifdef STANDARD\n" + WRITE + "#else\n0 nonsense(1) = 0\n#endif\n" + SENT,
              SENT,
              "+0 > P. 1:1001(1000) ack 3\n"),
          of(
              "poll",
              SERVER + "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n",
              "revents=POLLOUT",
              "revents=POLLIN"),
          of(
              "pollNothing",
              SERVER + "+0 poll([{fd=4, events=POLLIN}], 1, 0) = 0\n",
              "1, 0) = 0",
              "1, 0) = 1"),
          of(
              "pollWaits",
              SERVER + "+0...0.05 poll([{fd=4, events=POLLIN, revents=0}], 1, 50) = 0\n",
              "0...0.05",
              "0...0.08"),
          of(
              "vector",
              SERVER + "+0 writev(4, [{..., 600}, {..., 400}], 2) = 1000\n" + SENT,
              "= 1000",
              "= 600"),
          of(
              "message",
              SERVER
                  + "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) ="
                  + " 1000\n"
                  + SENT,
              "= 1000",
              "= 1"),
          of(
              "peek",
              SERVER
                  + "+0 < P. 1:101(100) ack 1 win 9\n"
                  + "+0 > . 1:1(0) ack 101\n"
                  + "+0 recv(4, ..., 10, MSG_PEEK) = 10\n"
                  + "+0 recv(4, ..., 1000, 0) = 100\n",
              "1000, 0) = 100",
              "1000, 0) = 90"),
          of(
              "snippet",
              SERVER + "+0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%\n",
              "== 10",
              "== 11"),
          of("snippetChain", SERVER + "+0 %{ assert 9 < tcpi_snd_cwnd <= 10 }%\n", "<= 10", "<= 9"),
          of(
              "snippetVariable",
              SERVER + "+0 %{ cwnd = 9; cwnd += 1 }%\n+0 %{ assert tcpi_snd_cwnd == cwnd }%\n",
              "+= 1",
              "+= 2"),
          of(
              "snippetState",
              SERVER + "+0 %{ assert tcpi_state == TCP_ESTABLISHED }%\n",
              "TCP_ESTABLISHED",
              "TCP_CLOSE_WAIT"),
          of(
              "snippetBits",
              SERVER + "+0 %{ assert (tcpi_snd_mss & 0x3e8) != 0 and not tcpi_unacked }%\n",
              "!= 0",
              "== 0"),
          of(
              "sysctl",
              "`sysctl -w jktcp.mtu=1300`\n"
                  + CLIENT
                  + "+0 > S 0:0(0) <mss 1260,sackOK,TS val 9 ecr 0,nop,wscale 3>\n",
              "mtu=1300",
              "mtu=1301"),
          of(
              "census",
              "0 `sockstat -4 -P tcp -s | grep -c TIME_WAIT | grep 0`\n"
                  + "+0 < S 0:0(0) win 1\n"
                  + "+0 > R. 0:0(0) ack 1\n",
              "grep 0",
              "grep 1"),
          of(
              "define",
              "--define=COUNT=1000\n" + SERVER + "+0 write(4, ..., COUNT) = 1000\n" + SENT,
              "COUNT=1000",
              "COUNT=999"),
          of(
              "comments",
              "// one\n/* two\n   lines */\n" + WRITE + SENT,
              "(1000) ack 1\n",
              "(1000) ack 3\n"),
          of(
              "sackArrives",
              WRITE
                  + SENT
                  + "+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1:2 5:7>\n"
                  + "+.2 > P. 1:1001(1000) ack 1\n",
              "+.2 > P. 1:1001",
              "+.2 > P. 2:1002"),
          of(
              "icmpArrives",
              WRITE
                  + SENT
                  + "+.1 < icmp unreachable port_unreachable [1:1001(1000)]\n"
                  + "+.2 > P. 1:1001(1000) ack 1\n",
              "+.2 > P. 1:1001",
              "+.2 > P. 2:1002"),
          of(
              "ecnArrives",
              SERVER + "+0 < [ce] P. 1:101(100) ack 1 win 9\n+0 > . 1:1(0) ack 101\n",
              "ack 101",
              "ack 1"),
          of(
              "moreComes",
              SERVER
                  + "+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n"
                  + "+0 send(4, ..., 40, MSG_MORE) = 40\n+.05 send(4, ..., 60, 0) = 60\n"
                  + "+0 > P. 1:101(100) ack 1\n",
              "MSG_MORE",
              "0"),
          of(
              "moreNeverComes",
              SERVER + "+0 send(4, ..., 40, MSG_MORE) = 40\n+.3 > P. 1:41(40) ack 1\n",
              "+.3 >",
              "+.35 >"),
          of(
              "moreThanASegment",
              SERVER
                  + "+0 send(4, ..., 1040, MSG_MORE) = 1040\n+0 > P. 1:1001(1000) ack 1\n"
                  + "+.1 ioctl(4, SIOCOUTQ, [1040]) = 0\n+0 < . 1:1(0) ack 1001 win 9999\n"
                  + "+0 > P. 1001:1041(40) ack 1\n",
              "+0 > P. 1001:1041(40) ack 1\n",
              ""),
          of(
              "cork",
              SERVER
                  + "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
                  + "+0 write(4, ..., 40) = 40\n"
                  + "+.05 write(4, ..., 40) = 40\n"
                  + "+.01 setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0\n"
                  + "+0 > P. 1:81(80) ack 1\n"
                  + "+0 getsockopt(4, SOL_TCP, TCP_CORK, [0], [4]) = 0\n",
              "TCP_CORK, [1]",
              "TCP_CORK, [0]"),
          of(
              "nullBuffer",
              SERVER + "+0 write(4, NULL, 10) = -1 EFAULT (Bad address)\n",
              "EFAULT",
              "EINVAL"),
          of(
              "nullBufferToRead",
              SERVER
                  + "+0 < P. 1:101(100) ack 1 win 9\n+0 > . 1:1(0) ack 101\n"
                  + "+0 read(4, NULL, 10) = -1 EFAULT (Bad address)\n+0 read(4, ..., 10) = 10\n",
              "-1 EFAULT (Bad address)",
              "10"),
          of(
              "sendBuffer",
              SERVER
                  + "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [20000], 4) = 0\n"
                  + "+0 getsockopt(4, SOL_SOCKET, SO_SNDBUF, [20000], [4]) = 0\n",
              "SO_SNDBUF, [20000], [4]",
              "SO_SNDBUF, [10000], [4]"),
          of(
              "epollLevel",
              SERVER
                  + "+0 epoll_create(1) = 5\n"
                  + "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT, fd=4}) = 0\n"
                  + "+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1\n"
                  + "+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1\n",
              "ADD, 4, {events=EPOLLOUT",
              "ADD, 4, {events=EPOLLOUT|EPOLLET"),
          of(
              "epollEdge",
              SERVER
                  + "+0 epoll_create(1) = 5\n"
                  + "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0\n"
                  + "+0 < P. 1:101(100) ack 1 win 9\n+0 > . 1:1(0) ack 101\n"
                  + "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n"
                  + "+0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0\n",
              "EPOLLIN|EPOLLET",
              "EPOLLIN"),
          of(
              "epollOnce",
              SERVER
                  + "+0 epoll_create(1) = 5\n"
                  + "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLONESHOT, ptr=7}) = 0\n"
                  + "+0 epoll_wait(5, {events=EPOLLOUT, ptr=7}, 1, 0) = 1\n"
                  + "+0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0\n",
              "ptr=7}, 1",
              "ptr=8}, 1"),
          of(
              "epollWaits",
              SERVER
                  + "+0 epoll_create(1) = 5\n"
                  + "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0\n"
                  + "+0...0.02 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 100) = 1\n"
                  + "+.02 < P. 1:101(100) ack 1 win 9\n+0 > . 1:1(0) ack 101\n",
              "+0...0.02 epoll",
              "+0...0.04 epoll"),
          of(
              "maxSegmentOfAListener",
              SERVER
                      .replace(
                          "+0 listen(3, 1) = 0\n",
                          "+0 listen(3, 1) = 0\n"
                              + "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [500], 4) = 0\n"
                              + "+0 getsockopt(3, SOL_TCP, TCP_MAXSEG, [500], [4]) = 0\n")
                      .replace("<mss 1360>", "<mss 500>")
                  + "+0 %{ assert tcpi_advmss == 500; assert tcpi_snd_mss == 500 }%\n",
              "TCP_MAXSEG, [500], 4",
              "TCP_MAXSEG, [501], 4"),
          of(
              "maxSegmentOfAClient",
              CLIENT.replace(
                      "+0 connect",
                      "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [500], 4) = 0\n+0 connect")
                  + "+0 > S 0:0(0) <mss 500,sackOK,TS val 9 ecr 0,nop,wscale 3>\n",
              "[500]",
              "[600]"),
          of(
              "icmpTheOlderWay",
              CLIENT
                  + "+0 > S 0:0(0) <...>\n"
                  + "+0 < [0:0(0)] icmp unreachable port_unreachable\n"
                  + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n",
              "[0:0(0)] icmp",
              "[7:7(0)] icmp"),
          of(
              "windowScalingOff",
              "`sysctl net.ipv4.tcp_window_scaling=0`\n"
                  + CLIENT
                  + "+0 > S 0:0(0) <mss 1360,sackOK,TS val 9 ecr 0>\n",
              "`sysctl net.ipv4.tcp_window_scaling=0`\n",
              ""),
          of(
              "sackOff",
              "`sysctl net.ipv4.tcp_sack=0`\n"
                  + CLIENT
                  + "+0 > S 0:0(0) <mss 1360,nop,nop,TS val 9 ecr 0,nop,wscale 3>\n",
              "tcp_sack=0",
              "tcp_sack=1"),
          of(
              "timestampsOff",
              "`sysctl net.ipv4.tcp_timestamps=0`\n"
                  + CLIENT
                  + "+0 > S 0:0(0) <mss 1360,nop,nop,sackOK,nop,wscale 3>\n",
              "tcp_timestamps=0",
              "tcp_timestamps=1"),
          of(
              "mapped",
              "--ip_version=ipv4-mapped-ipv6\n" + WRITE + SENT,
              "(1000) ack 1\n",
              "(1000) ack 9\n"));

  @TestFactory
  Stream<DynamicTest> eachConstruct_passesAsItIs_andFailsMutated() {
    return Construct.tests(
        CASES,
        this::run,
        mutated -> {
          assertEquals(Outcome.FAILED, mutated.outcome(), mutated::toString);
          assertTrue(mutated.line() > 0 && !mutated.expected().isEmpty());
        });
  }

  private Verdict run(String text) {
    return ScriptRunner.runText(Personality.JKTCP, text, directory);
  }

  private void skips(SkipReason reason, String text) {
    Verdict verdict = run(text);
    assertEquals(Outcome.SKIPPED, verdict.outcome(), verdict::toString);
    assertEquals(reason, verdict.reasonOrNull(), verdict::toString);
  }

  @Test
  void whatIsNotPlayed_isSkippedWithItsReason() {
    skips(SkipReason.SYNTAX, "0 < Q 0:0(0) win 1\n");
    skips(SkipReason.SYNTAX, "0 < S 0:1(0) win 1\n");
    skips(SkipReason.SYNTAX, "0 close(3 = 0\n");
    skips(SkipReason.OPTION, "--no_such_option=1\n0 close(3) = 0\n");
    skips(SkipReason.INCLUDE, "`./no-such-file.sh`\n0 close(3) = 0\n");
    skips(SkipReason.COMMAND, "`rm -rf nothing`\n0 close(3) = 0\n");
    skips(SkipReason.SYSCTL, "`sysctl -w net.ipv4.no_such=1`\n0 close(3) = 0\n");
    skips(SkipReason.SYSCTL, "`sysctl -w net.ipv4.tcp_window_scaling=2`\n0 close(3) = 0\n");
    skips(SkipReason.SYSCTL, SERVER + "+0 `sysctl -w jktcp.mtu=900`\n+0 close(4) = 0\n");
    skips(SkipReason.SYNTAX, "#ifdef STANDARD\n0 close(3) = 0\n");
    skips(SkipReason.KERNEL_CALL, SERVER + "+0 splice(4, 5) = 0\n");
    skips(SkipReason.ARGUMENT, SERVER + "+0 send(4, ..., 10, MSG_EOR) = 10\n");
    skips(SkipReason.SOCKET_OPTION, SERVER + "+0 setsockopt(4, SOL_TCP, NO_SUCH, [1], 4) = 0\n");
    skips(SkipReason.CODE, SERVER + "+0 %{ import os }%\n");
    skips(SkipReason.INFO_FIELD, SERVER + "+0 %{ assert tcpi_no_such == 1 }%\n");
    skips(SkipReason.PROTOCOL, "0 < udp (100)\n");
    skips(SkipReason.PROTOCOL, SERVER + "+0 > icmp echo_reply\n");
    skips(SkipReason.PORTS, "0 < 1000 > 2000 S 0:0(0) win 1\n");
  }

  @Test
  void fastOpen_isSkippedWhereOnlyItWouldAnswerSo() {
    String asks =
        SERVER.replace("win 65535 <mss 1000>", "win 65535 <mss 1000,FO 11223344,nop,nop>");
    assertEquals(Outcome.PASSED, run(asks).outcome());
    skips(SkipReason.FAST_OPEN, asks.replace("ack 1 win 65535 <mss 1360>", "ack 9 <mss 1360>"));
    skips(SkipReason.FAST_OPEN, asks.replace("<mss 1360>", "<mss 1360,FO 11223344,nop,nop>"));
    skips(SkipReason.FAST_OPEN, asks.replaceAll("(?m)^ *[+][.]1 < .*\n", "")); // no ACK yet
  }

  @Test
  void congestionState_isLinuxs() {
    String text =
        """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
           +0 bind(3, ..., ...) = 0
           +0 listen(3, 1) = 0
           +0 < S 0:0(0) win 65535 <mss 1000,sackOK,nop,nop>
           +0 > S. 0:0(0) ack 1 <...>
          +.1 < . 1:1(0) ack 1 win 65535
           +0 accept(3, ..., ...) = 4
           +0 write(4, ..., 5000) = 5000
           +0 > P. 1:5001(5000) ack 1
           +0 %{ assert tcpi_ca_state == TCP_CA_Open }%
          +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:2001,nop,nop>
           +0 %{ assert tcpi_ca_state == TCP_CA_Disorder }%
           +0 < . 1:1(0) ack 1 win 65535 <sack 1001:4001,nop,nop>
           +0 > . 1:1001(1000) ack 1
           +0 %{ assert tcpi_ca_state == TCP_CA_Recovery }%
           +0 %{ assert tcpi_sacked == 3 and tcpi_lost == 1 }%
          +.1 < . 1:1(0) ack 5001 win 65535
           +0 %{ assert tcpi_ca_state == TCP_CA_Open }%
        """;
    Verdict verdict = as(Personality.LINUX, text);
    assertEquals(Outcome.PASSED, verdict.outcome(), verdict::toString);
    for (String state : new String[] {"Open", "Disorder", "Recovery"}) {
      String other = text.replace("TCP_CA_" + state, "TCP_CA_Loss");
      assertEquals(Outcome.FAILED, as(Personality.LINUX, other).outcome(), state);
    }
  }

  @Test
  void whatIsSkippedLater_neverPassesWhatFailedBefore() {
    String text = WRITE + "+0 > P. 1:1001(1000) ack 7\n+0 splice(4, 5) = 0\n";
    assertEquals(Outcome.FAILED, run(text).outcome());
  }

  @Test
  void forgiven_isNeverPassed() {
    String text = CLIENT + "+0 > S 0:0(0) <mss 1460,TS val 9 ecr 0,nop,wscale 8>\n";
    assertEquals(Outcome.FAILED, as(Personality.LINUX, text).outcome());
    Verdict verdict =
        new ScriptRunner(Personality.LINUX, Set.of("sackOK")).run("script", text, directory);
    assertEquals(SkipReason.FORGIVEN, verdict.reasonOrNull(), verdict::toString);
  }

  @Test
  void definitionFromOutside_replacesTheWord() {
    String text = WRITE.replace("1000) = 1000", "COUNT) = 1000") + SENT;
    assertEquals(Outcome.SKIPPED, run(text).outcome());
    for (int count : new int[] {999, 1000}) {
      Verdict verdict =
          new ScriptRunner(Personality.JKTCP, Set.of(), List.of("COUNT=" + count))
              .run("script", text, directory);
      assertEquals(count == 1000 ? Outcome.PASSED : Outcome.FAILED, verdict.outcome());
    }
  }

  /** RFC 9293 MUST-61 fixes PSH at the end of what was written, and only there. */
  @Test
  void pushWithinAWrite_isTheKernelsOwn() {
    String text =
        SERVER.replace("<mss 1360>", "<mss 1460>")
            + "+0 < . 1:1(0) ack 1 win 2000\n+0 write(4, ..., 3000) = 3000\n"
            + "+0 > P. 1:2001(2000) ack 1\n+.1 < . 1:1(0) ack 2001 win 2000\n"
            + "+0 > P. 2001:3001(1000) ack 1\n";
    assertEquals(Outcome.PASSED, as(Personality.LINUX, text).outcome());
    assertEquals(Outcome.FAILED, as(Personality.FREEBSD, text).outcome());
    String endWithout = text.replace("P. 2001:3001", ". 2001:3001");
    assertEquals(Outcome.FAILED, as(Personality.LINUX, endWithout).outcome());
  }

  private Verdict as(Personality personality, String text) {
    return ScriptRunner.runText(personality, text, directory);
  }

  @Test
  void includeFile_isReadAndNotRun() throws IOException {
    Files.writeString(
        directory.resolve("defaults.sh"),
        "#!/bin/sh\n# comment\nip tcp_metrics flush all > /dev/null 2>&1\n"
            + "sysctl -q jktcp.mtu=\"$((13*100))\" \\\n  jktcp.send_buffer=7000\n");
    assertEquals(
        Outcome.PASSED,
        run("`./defaults.sh`\n"
                + CLIENT
                + "+0 > S 0:0(0) <mss 1260,sackOK,TS val 9 ecr 0,nop,wscale 3>\n")
            .outcome());
  }

  @Test
  void fileThatAsksForTheSystem_isReadForOurs() throws IOException {
    Files.writeString(
        directory.resolve("defaults.sh"),
        """
        #!/bin/sh
        UNAME=$(uname)
        if [ "$UNAME" = "Linux" ] ; then
          echo "Linux"
          . ./linux.sh
        elif [ "$UNAME" = "FreeBSD" ] ; then
          sysctl jktcp.mtu=1300
        else
          nonsense
        fi
        """);
    Files.writeString(directory.resolve("linux.sh"), "sysctl -q jktcp.mtu=1200\n");
    String text = "--ip_version=ipv4\n`./defaults.sh`\n" + CLIENT + "+0 > S 0:0(0) <...>\n";
    String announced = text.replace("<...>", "<mss MSS,sackOK,TS val 9 ecr 0,nop,wscale 8>");
    assertEquals(Outcome.PASSED, as(Personality.LINUX, announced.replace("MSS", "1160")).outcome());
    assertEquals(Outcome.FAILED, as(Personality.LINUX, announced.replace("MSS", "1260")).outcome());
    String six = text.replace("<...>", "<mss MSS,nop,wscale 6,sackOK,TS val 9 ecr 0>");
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, six.replace("MSS", "1260")).outcome());
    Files.writeString(directory.resolve("defaults.sh"), "UNAME=$(uname)\nif true ; then\nfi\n");
    assertEquals(SkipReason.COMMAND, as(Personality.LINUX, text).reasonOrNull());
  }

  @Test
  void runAllsDefinitions_areKnownByFamily() {
    String text =
        "--ip_version=FAMILY\n"
            + CLIENT
            + "+0 > S 0:0(0) <...>\n+0 < icmp unreachable CODE [0:0(0)]\n";
    assertEquals(Outcome.PASSED, run(text.replace("FAMILY", "ipv4")).outcome());
    assertEquals(SkipReason.PROTOCOL, run(text.replace("FAMILY", "ipv6")).reasonOrNull());
  }

  @Test
  void personality_placesOptions() {
    List<TcpOption> ours =
        List.of(
            TcpOption.of(TcpOption.MSS, 1460),
            TcpOption.of(TcpOption.NOP),
            TcpOption.of(TcpOption.WINDOW_SCALE, 8),
            TcpOption.of(TcpOption.SACK_PERMITTED));
    assertEquals(
        "<mss 1460,nop,nop,sackOK,nop,wscale 8>", TcpOption.show(Personality.LINUX.layout(ours)));
    assertEquals(
        "<mss 1460,nop,wscale 8,sackOK,eol,eol>", TcpOption.show(Personality.FREEBSD.layout(ours)));
    List<TcpOption> stamped =
        List.of(
            TcpOption.of(TcpOption.MSS, 1460),
            TcpOption.of(TcpOption.TIMESTAMPS, 7, 0),
            TcpOption.of(TcpOption.WINDOW_SCALE, 6),
            TcpOption.of(TcpOption.SACK_PERMITTED));
    assertEquals(
        "<mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 6>",
        TcpOption.show(Personality.LINUX.layout(stamped)));
    assertEquals(
        "<mss 1460,nop,wscale 6,sackOK,TS val 7 ecr 0>",
        TcpOption.show(Personality.FREEBSD.layout(stamped)));
    List<TcpOption> sack = List.of(TcpOption.of(TcpOption.SACK, 1, 2));
    assertEquals("<nop,nop,sack 1:2>", TcpOption.show(Personality.LINUX.layout(sack)));
    assertEquals("<nop,nop,sack 1:2>", TcpOption.show(Personality.FREEBSD.layout(sack)));
    assertEquals(65_700, Personality.FREEBSD.roundedReceiveBuffer(65_536, 1460));
  }

  @Test
  void options_surviveTheWire() {
    List<TcpOption> options =
        List.of(
            TcpOption.of(TcpOption.MSS, 1460),
            TcpOption.of(TcpOption.TIMESTAMPS, 0xffff_ffffL, 1),
            TcpOption.of(TcpOption.SACK, 1, 2, 0x8000_0000L, 4),
            TcpOption.blob(TcpOption.FAST_OPEN, (byte) 0xab, (byte) 1));
    assertEquals(options, TcpOption.decode(TcpOption.encode(options)));
  }

  @Test
  void families_areAsTheScriptAsks() {
    assertEquals(List.of(Family.IPV4, Family.IPV6), families("0 close(3) = 0\n"));
    Script plain = Parser.parse("0 close(3) = 0\n");
    assertEquals(List.of(Family.IPV4), ScriptRunner.families("basic-v4.pkt", plain));
    assertEquals(List.of(Family.IPV6), ScriptRunner.families("basic-v6.pkt", plain));
    assertEquals(2, ScriptRunner.families("basic.pkt", plain).size());
    assertEquals(List.of(Family.IPV6_ASKED), families("--ip_version=ipv6\n0 close(3) = 0\n"));
    assertEquals(List.of(Family.IPV4), families("--local_ip=192.168.0.1\n0 close(3) = 0\n"));
    assertEquals(
        List.of(Family.IPV4), families("0 < icmp unreachable frag_needed mtu 1400 [1:2(1)]\n"));
    assertEquals(List.of(Family.IPV6), families("0 < icmp packet_too_big mtu 1400 [1:2(1)]\n"));
  }

  private static List<Family> families(String text) {
    return ScriptRunner.families(Parser.parse(text));
  }

  @Test
  void languageBeyondWhatIsPlayed_isRead() {
    String text =
        """
        --local_ip=fd::1
        `sysctl -q a=b`
        0.000 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3
        +0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLET, fd=4}) = 0
        +0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=MSG_OOB,
             msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=10}]}, 0) = 10
        +0 connect(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = inet_addr("1.2.3.4")},
             ...) = 0
        +0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "re" "no", 4) = -1 EINVAL (It's not, is it)
        * > S 0:0(0) win 5 <mss 10,FO 0102030405060708,nop,nop>
        +0.1~+0.2 > SEWA 0:0(0) <...>
        0.5~0.75 > [ect0] .5 1:1(0) ack 1 urg 3 <ECN e1b 1 ceb 0 e0b 1,nop>
        +0 < [ce,flowlabel 0x12] P. 1:2(1) ack 1 win 5 urg 1 <md5 00112233445566778899aabbccddeeff,nop,nop>
        +0 < ipv4 1.1.1.1 > 2.2.2.2: gre: . 1:2(1) ack 1 win 5
        +0 > udp 53 > 54 (10)
        `cleanup`
        """;
    Script script = Parser.parse(text);
    assertEquals(13, script.events().size());
    assertFalse(script.options().isEmpty());
  }

  /** There a second shutdown of the sender, once the peer has the FIN, ends reading as well. */
  @Test
  void freebsdsSecondShutdown_endsReading() {
    String text =
        """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
           +0 bind(3, ..., ...) = 0
           +0 listen(3, 1) = 0
           +0 < S 0:0(0) win 65535
           +0 > S. 0:0(0) ack 1 <...>
          +.1 < . 1:1(0) ack 1 win 65535
           +0 accept(3, ..., ...) = 4
           +0 shutdown(4, SHUT_WR) = 0
           +0 > F. 1:1(0) ack 1
           +0 recv(4, ..., 9, MSG_DONTWAIT) = -1 EAGAIN (nothing yet)
           +0 shutdown(4, SHUT_WR) = 0
           +0 recv(4, ..., 9, MSG_DONTWAIT) = -1 EAGAIN (our FIN may be lost)
          +.1 < . 1:1(0) ack 2 win 65535
           +0 recv(4, ..., 9, MSG_DONTWAIT) = -1 EAGAIN (one was not enough)
           +0 shutdown(4, SHUT_WR) = 0
           +0 recv(4, ..., 9, MSG_DONTWAIT) = 0
        """;
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, text).outcome());
    assertEquals(Outcome.FAILED, as(Personality.LINUX, text).outcome());
    assertEquals(
        Outcome.FAILED,
        as(
                Personality.FREEBSD,
                text.replace("MSG_DONTWAIT) = 0", "MSG_DONTWAIT) = -1 EAGAIN (none)"))
            .outcome());
  }

  /** FreeBSD's window: 64 KiB in whole segments, told as it is, of the scale that sb_max gives. */
  @Test
  void freebsdsWindow_isOfWholeSegments() {
    String text =
        """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
           +0 bind(3, ..., ...) = 0
           +0 listen(3, 1) = 0
           +0 < S 0:0(0) win 65535 <mss 1400,nop,wscale 2>
           +0 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 6>
          +.1 < . 1:1(0) ack 1 win 65535
           +0 accept(3, ..., ...) = 4
           +0 getsockopt(4, SOL_SOCKET, SO_RCVBUF, [65800], [4]) = 0
           +0 < P. 1:101(100) ack 1 win 65535
          +.04 > . 1:1(0) ack 101 win 1026
        """;
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, text).outcome());
    assertEquals(Outcome.FAILED, as(Personality.FREEBSD, text.replace("1026", "1027")).outcome());
    String less = "`sysctl kern.ipc.maxsockbuf=73728`\n" + text;
    assertEquals(Outcome.FAILED, as(Personality.FREEBSD, less).outcome());
    String told = less.replace("wscale 6", "wscale 1").replace("1026", "32850");
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, told).outcome());
  }

  @Test
  void linuxsWindow_comesFromItsMemory() {
    String text =
        "`sysctl net.ipv4.tcp_rmem=\"4096 131072 6291456\"`\n"
            + CLIENT
            + "+0 > S 0:0(0) win 64240 <mss 1460,sackOK,TS val 9 ecr 0,nop,wscale 7>\n";
    assertEquals(Outcome.PASSED, as(Personality.LINUX, "--ip_version=ipv4\n" + text).outcome());
    String more = text.replace("131072", "540000");
    assertEquals(Outcome.FAILED, as(Personality.LINUX, "--ip_version=ipv4\n" + more).outcome());
  }

  /**
   * Where RFC 5961 and what came before differ, a stack that has RFC 5961 is not the one to ask.
   */
  @Test
  void settingBeforeRfc5961_isPlayedAsLongAsItDoesNotMatter() {
    String text =
        "`sysctl net.inet.tcp.insecure_rst=1 net.inet.tcp.insecure_syn=1`\n"
            + SERVER.replace("win 65535 <mss 1360>", "<mss 1460>");
    String exact =
        text
            + "+0 < R 1:1(0) win 9\n"
            + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n";
    String outside = text + "+0 < R 70001:70001(0) win 9\n+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n";
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, exact).outcome());
    assertEquals(Outcome.PASSED, as(Personality.FREEBSD, outside).outcome());
    for (String inside : new String[] {"R 2:2(0)", "S 1:1(0)", "S 9:9(0)"}) {
      Verdict verdict = as(Personality.FREEBSD, text + "+0 < " + inside + " win 9\n");
      assertEquals(SkipReason.SYSCTL, verdict.reasonOrNull(), verdict::toString);
    }
  }
}
