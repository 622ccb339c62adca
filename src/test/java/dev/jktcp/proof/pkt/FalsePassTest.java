package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import dev.jktcp.proof.script.TestPacket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scripts that once passed though a line of theirs says what is not so, or nothing was checked. */
final class FalsePassTest {
  private static final String SERVER =
      """
          0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
         +0 bind(3, ..., ...) = 0
         +0 listen(3, 1) = 0
         +0 < S 0:0(0) win 65535 <mss 1000>
         +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 65535
         +0 accept(3, ..., ...) = 4
      """;
  private static final String SOCKET = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";

  private static Verdict play(Personality personality, String text) {
    return ScriptRunner.runText(personality, text, Path.of("."));
  }

  private static void skips(SkipReason reason, String... texts) {
    for (String text : texts) {
      Verdict verdict = play(Personality.JKTCP, text);
      assertEquals(Outcome.SKIPPED, verdict.outcome(), () -> text + verdict);
      assertEquals(reason, verdict.reasonOrNull(), () -> text + verdict);
    }
  }

  private static void skipsAfter(String before, SkipReason reason, String... lines) {
    assertEquals(Outcome.PASSED, play(Personality.JKTCP, before).outcome());
    for (String line : lines) {
      skips(reason, before + "+0 " + line + "\n");
    }
  }

  private static void fails(Personality personality, String... texts) {
    for (String text : texts) {
      Verdict verdict = play(personality, text);
      assertEquals(Outcome.FAILED, verdict.outcome(), () -> text + verdict);
    }
  }

  private static void passes(Personality personality, String text) {
    Verdict verdict = play(personality, text);
    assertEquals(Outcome.PASSED, verdict.outcome(), () -> text + verdict);
  }

  @Test
  void scriptThatChecksNothing_isSkipped() {
    skips(
        SkipReason.SYNTAX,
        "",
        "// nothing\n",
        "--mtu=1400\n",
        "`sysctl -w jktcp.mtu=1300`\n",
        "0 `sysctl -w jktcp.mtu=1300`\n",
        "#ifdef LINUX\n" + SERVER + "#endif\n");
  }

  @Test
  void optionsAreReadAsTheyAreWritten() {
    skips(
        SkipReason.OPTION,
        "--ip_version=bogus\n" + SERVER,
        "--define=FOO\n" + SERVER,
        "--mss=foo\n" + SERVER,
        "--speed=foo\n" + SERVER,
        "--gateway_ip=foo\n" + SERVER,
        "--strict_segments=no\n" + SERVER,
        "--tcp_ts_ecr_scaled=junk\n" + SERVER,
        "--tolerance_usecs=0\n" + SERVER,
        "--tolerance_percent=1000\n" + SERVER);
    fails(Personality.JKTCP, "--ip_version=ipv4 0 > R 77:77(0)\n", "--speed=1000 0 > R 77:77(0)\n");
  }

  @Test
  void synSentAgain_hasTheNumbersOfTheFirst() {
    String active =
        SOCKET
            + "+0 fcntl(3, F_SETFL, O_NONBLOCK) = 0\n"
            + "+0 connect(3, ..., ...) = -1 EINPROGRESS (In progress)\n"
            + "+0 > S 0:0(0) <...>\n+.2 > S SEQ <...>\n";
    passes(Personality.JKTCP, active.replace("SEQ", "0:0(0)"));
    fails(Personality.JKTCP, active.replace("SEQ", "500:500(0)"));
    String passive = SERVER.substring(0, SERVER.indexOf("+.1 <")) + "+.2 > S. SEQ ack 1 <...>\n";
    passes(Personality.JKTCP, passive.replace("SEQ", "0:0(0)"));
    fails(Personality.JKTCP, passive.replace("SEQ", "500:500(0)"));
  }

  /** RFC 9293 MUST-61 is ours; where PSH stands within is Linux's own, and compared. */
  @Test
  void pushWithinAWrite_isWhereLinuxHasIt() {
    String text =
        "--strict_segments\n"
            + SERVER.replace("win 65535", "win 20000")
            + "+0 write(4, ..., 3000) = 3000\n+0 > 1:1001\n+0 > 1001:2001\n+0 > 2001:3001\n";
    String right =
        text.replace("> 1:1001", "> . 1:1001(1000) ack 1")
            .replace("> 1001:2001", "> . 1001:2001(1000) ack 1")
            .replace("> 2001:3001", "> P. 2001:3001(1000) ack 1");
    passes(Personality.LINUX, right);
    fails(
        Personality.LINUX,
        right.replace(". 1:1001", "P. 1:1001"),
        right.replace(". 1001:2001", "P. 1001:2001"),
        right.replace("P. 2001:3001", ". 2001:3001"));
    String twice =
        SERVER.replace("win 65535", "win 20000")
            + "+0 < . 1:1(0) ack 1 win 2000\n+0 write(4, ..., 5000) = 5000\n"
            + "+0 > P. 1:2001(2000) ack 1\n+.1 < . 1:1(0) ack 2001 win 2000\n"
            + "+0 > P. 2001:4001(2000) ack 1\n+.1 < . 1:1(0) ack 4001 win 2000\n"
            + "+0 > P. 4001:5001(1000) ack 1\n";
    passes(Personality.LINUX, twice);
    passes(Personality.LINUX, twice.replace("P. 1:", ". 1:").replace("P. 2001:", ". 2001:"));
    fails(
        Personality.LINUX,
        twice.replace("P. 2001:", ". 2001:"),
        twice.replace("P. 4001", ". 4001"));
  }

  @Test
  void callThatReturnsAtOnce_isNotWithinTheToleranceOfATimeBefore() {
    String text =
        SERVER
            + "+0 < P. 1:101(100) ack 1 win 9\n+0 > . 1:1(0) ack 101\n"
            + "10...END read(4, ..., 100) = 100\n";
    passes(Personality.LINUX, text.replace("END", "10.0"));
    fails(Personality.LINUX, text.replace("END", "11"));
  }

  @Test
  void eachArgument_isLookedAt() {
    skips(
        SkipReason.KERNEL_CALL,
        SOCKET.replace("...", "AF_UNIX"),
        SOCKET.replace("...", "AF_BOGUS"),
        SOCKET.replace("...", "99"));
    skips(
        SkipReason.ARGUMENT,
        SOCKET.replace("TCP)", "TCP, 5)"),
        SOCKET.replace("= 3", "= ..."),
        SOCKET.replace("SOCK_STREAM", "SOCK_STREAM|0x100000"),
        SOCKET + "+0 bind(3, ...) = 0\n",
        SOCKET + "+0 connect(3, ...) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080),"
            + " sin_addr=inet_addr(\"192.0.2.1\")}, 16) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 connect(3, {sa_family=AF_INET, sin_port=htons(8080),"
            + " sin_addr=inet_addr(\"192.168.0.1\")}, 16) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_BOGUS, sin_port=htons(8080),"
            + " sin_addr=inet_addr(\"192.168.0.1\")}, 16) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_INET, sin_port=ntohl(8080),"
            + " sin_addr=inet_addr(\"192.168.0.1\")}, 16) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080),"
            + " sin_addr=bogus(\"192.168.0.1\")}, 16) = 0\n",
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080),"
            + " sin_addr=inet_addr(\"192.168.0.1\")}, 1) = 0\n");
    passes(
        Personality.JKTCP,
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080),"
            + " sin_addr=inet_addr(\"192.168.0.1\")}, 16) = 0\n");
    skipsAfter(
        SERVER,
        SkipReason.ARGUMENT,
        "accept(3) = 5",
        "accept4(3, ..., ..., 1) = 5",
        "accept(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr(\"1.2.3.4\")}, [77]) ="
            + " 5",
        "close(4, 4) = 0",
        "read(4, ..., 100, 0, 7) = 0",
        "read(4, \"abc\", 100) = 0",
        "read(4, ..., -1) = 0",
        "write(4, \"abc\", 3) = 3",
        "write(4, ..., 3) = ...",
        "send(4, ..., 3, 0, 9) = 3",
        "sendto(4, ..., 3, 0) = 3",
        "writev(4, [{..., 3}]) = 3",
        "writev(4, [{..., 3}], 7) = 3",
        "writev(4, [{\"xyz\", 3}], 1) = 3",
        "sendmsg(4, {msg_name(...)=..., msg_iov(5)=[{..., 3}], msg_flags=0}, 0) = 3",
        "sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 3}], msg_flags=0, msg_bogus=9}, 0) = 3",
        "setsockopt(4, SOL_TCP, TCP_NODELAY, [1]) = 0",
        "setsockopt(4, SOL_SOCKET, TCP_NODELAY, [1], 4) = 0",
        "setsockopt(4, SOL_BOGUS, TCP_NODELAY, [1], 4) = 0",
        "setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 1) = 0",
        "setsockopt(4, SOL_IP, IP_TTL, [4294967297], 4) = 0",
        "setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0, bogus=3}, 8) = 0",
        "getsockopt(4, SOL_BOGUS, SO_ERROR, [0], [4]) = 0",
        "getsockopt(4, SOL_SOCKET, SO_ERROR, [0]) = 0",
        "getsockopt(4, SOL_TCP, TCP_NODELAY, [...], [4]) = 0",
        "fcntl(4, F_GETFL, 99, 1) = 2",
        "poll([{fd=4, events=POLLIN, revents=0}], 1, 0, 8) = 0",
        "poll([{fd=4, events=POLLIN, revents=0}], 9, 0) = 0",
        "poll([{fd=4, events=POLLIN, revents=0, bogus=1}], 1, 0) = 0");
  }

  @Test
  void whatAKernelRefuses_isRefused() {
    fails(
        Personality.JKTCP,
        SERVER + "+0 shutdown(4, 77) = 0\n",
        SERVER + "+0 shutdown(4, -1) = 0\n",
        SERVER + "+0 shutdown(4, POLLIN|POLLOUT) = 0\n",
        SERVER + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [77]) = 0\n",
        SERVER + "+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [32768], 4) = 0\n",
        SERVER + "+0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [32768], 4) = 0\n",
        SERVER + "+0 setsockopt(4, SOL_TCP, TCP_KEEPCNT, [128], 4) = 0\n",
        SOCKET + "+0 bind(3, ..., ...) = 0\n+0 bind(3, ..., ...) = 0\n",
        SOCKET
            + "+0 bind(3, ..., ...) = 0\n"
            + SOCKET.replace("= 3", "= 4")
            + "+0 bind(4, ..., ...) = 0\n");
  }

  @Test
  void commandsAndSettings_areKnownOrSkipped() {
    skips(
        SkipReason.SYSCTL,
        SERVER + "`sysctl net.ipv4.bogus=7`\n",
        "`sysctl net.ipv4.tcp_congestion_control=bogus`\n" + SERVER,
        "`sysctl net.ipv4.tcp_sack=bogus`\n" + SERVER,
        "`sysctl net.ipv4.tcp_syn_retries=4294967298`\n" + SERVER);
    skips(
        SkipReason.COMMAND,
        SERVER + "`tcpdrop bogus`\n",
        "`sysctl`\n" + SERVER,
        "`sysctl --bogus`\n" + SERVER,
        "`../nowhere/set_sysctls.py`\n" + SERVER,
        "`sysctl jktcp.mtu=1300 || sysctl jktcp.mtu=1300`\n" + SERVER);
  }

  @Test
  void snippets_arePythons() {
    fails(
        Personality.JKTCP,
        SERVER + "+0 %{ assert (1 | 2 & 4) == 0 }%\n",
        SERVER + "+0 %{ assert 1/0 > 3 }%\n",
        SERVER + "+0 %{ assert 1//0 > 3 }%\n");
    skipsAfter(
        SERVER,
        SkipReason.CODE,
        "%{ assert 1 << 70 == 64 }%",
        "%{ assert 010 == 8 }%",
        "%{ print(bogus_name) }%",
        "%{ print(( }%",
        "%{ print(\"x\") or 1/0 }%",
        "%{ assert 1, bogus( }%",
        "%{ }%");
    passes(Personality.LINUX, SERVER + "+0 %{ print(\"%d\" % tcpi_snd_cwnd) }%\n");
    Verdict other =
        play(Personality.LINUX, SERVER + "+0 %{ assert tcpi_state == TCPI_ESTABLISHED }%\n");
    assertEquals(SkipReason.CODE, other.reasonOrNull(), other::toString);
  }

  @Test
  void packets_areWholeAndSayThingsOnce() {
    skips(
        SkipReason.SYNTAX,
        "0 < S 0:0(0)\n+0 > R. 0:0(0) ack 1\n",
        SERVER + "+0 < icmp unreachable port_unreachable [1:5(100)]\n",
        SERVER + "+0 < icmp unreachable host_unreachable mtu 77 [1:1(0)]\n",
        SERVER + "+0 < icmp unreachable host_unreachable id 77 [1:1(0)]\n",
        SERVER + "+0 < [ect01] . 1:1(0) ack 1 win 9\n",
        "0 < S 0:0(0) win 1\n+0 > [ce, noecn] R. 0:0(0) ack 1\n",
        "0 < S 0:0(0) win 1\n+0 > [ttl 3, ttl 64] R. 0:0(0) ack 1\n",
        "--ip_version=ipv4\n0 < S 0:0(0) win 1\n+0 > (flowlabel 0x77) R. 0:0(0) ack 1\n");
  }

  @Test
  void noScript_endsTheRun() {
    String deep = "[".repeat(20_000);
    String wide = "1|".repeat(20_000) + "1";
    for (String text :
        new String[] {
          "0 > 1.5 1:1(0)\n",
          "0 > .99999999999 1:1(0)\n",
          "0 close(" + deep + ") = 0\n",
          SERVER + "+0 close(" + wide + ") = 0\n",
          SERVER + "+0 %{ assert " + "(".repeat(20_000) + " }%\n"
        }) {
      assertTrue(play(Personality.JKTCP, text).outcome() != Outcome.PASSED);
    }
  }

  @Test
  void notesAndBraces_swallowNoEvent() {
    skips(
        SkipReason.SYNTAX,
        SERVER + "+0 close(4) = 0 (oops\n+0 > R 77:77(0)\n+0 > F. 1:1(0) ack 1\n",
        SERVER + "+0 close(4) = 0 (oops +0 > R 77:77(0)\n");
    skips(SkipReason.ARGUMENT, SERVER + "+0 accept(3, {flags\n+0 > R 77:77(0)\n}, ...) = 4\n");
  }

  @Test
  void timeRunsForward() {
    skips(SkipReason.SYNTAX, SOCKET + ".2 close(3) = 0\n.1975 close(3) = -1 EBADF (Bad)\n");
  }

  @Test
  void firstEvent_isAtTimeZero() {
    skips(
        SkipReason.SYNTAX,
        "5" + SOCKET.substring(1),
        "+.1" + SOCKET.substring(1),
        "`sysctl -w jktcp.mtu=1300`\n.1" + SOCKET.substring(1),
        ".1 `sysctl -w jktcp.mtu=1300`\n" + SOCKET);
    passes(Personality.JKTCP, "+0" + SOCKET.substring(1));
    passes(Personality.JKTCP, "`sysctl -w jktcp.mtu=1300`\n" + SOCKET);
  }

  @Test
  void numbersOfPackets_haveTheBaseOfTheLanguage() {
    skips(
        SkipReason.SYNTAX,
        SERVER + "+0 < [tos 0] . 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < [flowlabel 7] . 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < [ttl 0x9] . 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < . 0x1:1(0) ack 1 win 9\n",
        SERVER + "+0 < . 1:0x1(0) ack 1 win 9\n",
        SERVER + "+0 < . 1:1(0x0) ack 1 win 9\n",
        SERVER + "+0 < . 1:1(0) ack 0x1 win 9\n",
        SERVER + "+0 < . 1:1(0) ack 1 win 0x9\n",
        SERVER + "+0 < . 1:1(0) ack 1 win 9 urg 0x0\n",
        SERVER + "+0 < . 4294967295:2(3) ack 1 win 9\n");
    passes(Personality.JKTCP, SERVER + "+0 < [tos 0x0] . 1:1(0) ack 1 win 9\n");
    passes(Personality.JKTCP, "--define=ACK=0x1\n" + SERVER + "+0 < . 1:1(0) ack ACK win 9\n");
  }

  /** Without the ACK flag the number counts from nothing, and stands in the header all the same. */
  @Test
  void ackNumberWithoutItsFlag_isSentAsItIs() {
    Settings settings = new Settings(Personality.JKTCP, Family.IPV4, Set.of());
    Wire wire = new Wire(settings, new Tunnel(settings));
    TestPacket syn = arriving(wire, "S", 0);
    TestPacket answer = new TestPacket();
    answer.src = syn.dst;
    answer.dst = syn.src;
    answer.srcPort = syn.dstPort;
    answer.dstPort = syn.srcPort;
    answer.flags = TestPacket.SYN | TestPacket.ACK;
    answer.seq = 5_000;
    wire.decode(answer.encode());
    assertEquals(5_099, arriving(wire, "R.", 99).ack);
    assertEquals(99, arriving(wire, "R", 99).ack);
  }

  private static TestPacket arriving(Wire wire, String flags, long ack) {
    byte[] packet =
        wire.inbound(
            new Action.Tcp(
                false, Action.IpBits.NONE, flags, -1, 0, 0, ack, 9, 0, List.of(), false, null),
            1);
    return TestPacket.decode(packet, 0, packet.length);
  }

  @Test
  void whatIsGone_hasNoState() {
    Verdict listener =
        play(
            Personality.LINUX,
            SERVER.substring(0, SERVER.indexOf("+0 < S"))
                + "+0 close(3) = 0\n+0 %{ assert tcpi_state == TCP_LISTEN }%\n");
    assertEquals(SkipReason.INFO_FIELD, listener.reasonOrNull(), listener::toString);
    Verdict halfOpen =
        play(
            Personality.LINUX,
            SERVER.substring(0, SERVER.indexOf("+.1 <"))
                + "+0 < R 1:1(0) win 9\n+0 %{ assert tcpi_state == TCP_SYN_RECV }%\n");
    assertEquals(SkipReason.INFO_FIELD, halfOpen.reasonOrNull(), halfOpen::toString);
    Verdict closed =
        play(
            Personality.LINUX,
            SERVER
                + "+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n"
                + "+0 %{ assert tcpi_state == TCP_FIN_WAIT1 }%\n");
    assertEquals(SkipReason.INFO_FIELD, closed.reasonOrNull(), closed::toString);
  }

  @Test
  void census_countsWhatIsInTheState() {
    String text =
        "--ip_version=ipv4\n"
            + SERVER.substring(0, SERVER.indexOf("+0 accept"))
            + "+0 `sockstat -4 -P tcp -s | grep -c SYN_RCVD | grep N`\n";
    passes(Personality.FREEBSD, text.replace("grep N", "grep 0"));
    fails(Personality.FREEBSD, text.replace("grep N", "grep 1"));
    for (String other : new String[] {"-6 -P tcp -s", "-4 -P tcp -s -p 9090"}) {
      Verdict verdict =
          play(
              Personality.FREEBSD, text.replace("grep N", "grep 0").replace("-4 -P tcp -s", other));
      assertEquals(SkipReason.COMMAND, verdict.reasonOrNull(), verdict::toString);
    }
    skips(SkipReason.COMMAND, "0 `sockstat -4 -P tcp -s | grep -c BOGUS | grep 0`\n" + SERVER);
  }

  @Test
  void familiesThatContradict_areNotPlayed() {
    skips(SkipReason.OPTION, "--local_ip=192.168.0.1\n--ip_version=ipv6\n" + SERVER);
  }

  @Test
  void packetsThatCannotBe_areNotSent() {
    skips(
        SkipReason.SYNTAX,
        SERVER + "+0 < EW.5 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < E.5 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < A.1 1:1(0) ack 1 win 9\n",
        SERVER + "+0 < .8 1:1(0) ack 1 win 9\n",
        "0 < S 0:0(0) win 9 <wscale 7>\n+0 > R. 0:0(0) ack 1\n",
        SERVER + "+0 < . 1:1(0) ack 1 win 9 <nop>\n");
    fails(Personality.JKTCP, SERVER.replace("<...>", "<nop,mss 1360>"));
  }

  @Test
  void freebsdsAnswers_areItsOwn() {
    String text =
        "--ip_version=ipv4\n"
            + SOCKET
            + "+0 setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
            + "+0 getsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [8], [4]) = 0\n";
    passes(Personality.FREEBSD, text);
    fails(Personality.FREEBSD, text.replace("[8]", "[1]"));
    fails(Personality.LINUX, text);
    String six = SOCKET + "+0 setsockopt(3, SOL_IP, IP_TTL, [9], 4) = 0\n";
    assertEquals(Outcome.SKIPPED, play(Personality.LINUX, "--ip_version=ipv6\n" + six).outcome());
    passes(Personality.LINUX, "--ip_version=ipv4\n" + six);
  }

  /** FreeBSD counts windows in bytes, numbers states its own way and has fewer fields. */
  @Test
  void freebsdsInfo_isInItsOwnUnits() {
    String cwnd = SERVER + "+0 %{ assert tcpi_snd_cwnd == N }%\n";
    passes(Personality.FREEBSD, cwnd.replace("N", "10000"));
    fails(Personality.FREEBSD, cwnd.replace("N", "10"));
    passes(Personality.LINUX, cwnd.replace("N", "10"));
    String ssthresh = SERVER + "+0 %{ assert tcpi_snd_ssthresh == N }%\n";
    passes(Personality.FREEBSD, ssthresh.replace("N", "1073725440"));
    fails(Personality.FREEBSD, ssthresh.replace("N", "0x7fffffff"));
    String state = SERVER + "+0 %{ assert tcpi_state == N }%\n";
    passes(Personality.FREEBSD, state.replace("N", "4"));
    fails(Personality.FREEBSD, state.replace("N", "1"));
    passes(Personality.LINUX, state.replace("N", "1"));
    String listening = SOCKET + "+0 %{ assert tcpi_state == N }%\n";
    passes(Personality.FREEBSD, listening.replace("N", "TCPI_CLOSED"));
    fails(Personality.FREEBSD, listening.replace("N", "TCPI_LISTEN"));
    for (String linuxOnly : new String[] {"unacked", "total_retrans", "bytes_acked", "advmss"}) {
      Verdict verdict =
          play(Personality.FREEBSD, SERVER + "+0 %{ assert tcpi_" + linuxOnly + " >= 0 }%\n");
      assertEquals(SkipReason.INFO_FIELD, verdict.reasonOrNull(), verdict::toString);
    }
  }

  /** The structure holds whole microseconds. */
  @Test
  void infosTimes_areWhole() {
    String text =
        SERVER
            + "+0 write(4, ..., 1000) = 1000\n+0 > P. 1:1001(1000) ack 1\n"
            + "+0 < . 1:1(0) ack 1001 win 65535\n+0 %{ assert tcpi_rto N int(tcpi_rto) }%\n";
    passes(Personality.LINUX, text.replace("N int(tcpi_rto)", "% 1 == 0"));
    fails(Personality.LINUX, text.replace("N int(tcpi_rto)", "% 1 != 0"));
  }

  /** FreeBSD's window is its buffer there, wider than what an unscaled SYN-ACK can tell. */
  @Test
  void insecureResetOfASimultaneousOpen_isNotPlayed() {
    String text =
        "0 `sysctl net.inet.tcp.insecure_rst=1`\n"
            + "+0"
            + SOCKET.substring(1)
            + "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
            + "+0 connect(3, ..., ...) = -1 EINPROGRESS (In progress)\n+0 > S 0:0(0) <...>\n"
            + "+.1 < S 0:0(0) win 32767 <mss 1460>\n+0 > S. 0:0(0) ack 1 <...>\n"
            + "+.1 < R SEQ(0) win 9\n"
            + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n";
    for (String inside : new String[] {"2:2", "65536:65536", "65700:65700"}) {
      Verdict verdict =
          play(Personality.FREEBSD, "--ip_version=ipv4\n" + text.replace("SEQ", inside));
      assertEquals(SkipReason.SYSCTL, verdict.reasonOrNull(), verdict::toString);
    }
    passes(Personality.FREEBSD, "--ip_version=ipv4\n" + text.replace("SEQ", "65701:65701"));
  }
}
