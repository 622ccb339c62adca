package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the runner plays for Linux alone: for each construct a script that passes, and a mutant of
 * it that fails.
 */
final class LinuxRunnerTest {
  private static final String SERVER =
      """
          0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
         +0 bind(3, ..., ...) = 0
         +0 listen(3, 1) = 0
         +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
         +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 257
         +0 accept(3, ..., ...) = 4
      """;
  private static final String FOUR =
      SERVER + "+0 write(4, ..., 4000) = 4000\n+0 > P. 1:4001(4000) ack 1\n";
  private static final String REORDERED =
      FOUR
          + "+.1 < . 1:1(0) ack 1 win 257 <sack 3001:4001,nop,nop>\n"
          + "+.001 < . 1:1(0) ack 1 win 257 <sack 1:1001 3001:4001,nop,nop>\n";
  private static final String REPAIRED =
      FOUR
          + "+.1 < . 1:1(0) ack 1 win 257 <sack 1001:4001,nop,nop>\n"
          + "+0 > . 1:1001(1000) ack 1\n";
  private static final String CLOSED_WINDOW =
      SERVER
          + "+0 < . 1:1(0) ack 1 win 0\n+.1 write(4, ..., 1000) = 1000\n"
          + "+.1 < . 1:1(0) ack 1 win 257\n+0 > P. 1:1001(1000) ack 1\n";

  @TempDir Path directory;

  private static final List<Construct> CASES =
      List.of(
          new Construct(
              "reordering",
              REORDERED + "+0 %{ assert tcpi_reordering == 4; assert tcpi_reord_seen == 1 }%\n",
              "== 4",
              "== 3"),
          new Construct(
              "reorderingSeen",
              REORDERED + "+0 %{ assert tcpi_reord_seen == 1 }%\n",
              "== 1",
              "== 0"),
          new Construct(
              "reorderingByAck",
              FOUR
                  + "+.1 < . 1:1(0) ack 1 win 257 <sack 2001:4001,nop,nop>\n"
                  + "+.001 < . 1:1(0) ack 4001 win 257\n"
                  + "+0 %{ assert tcpi_reord_seen == 1 }%\n",
              "== 1",
              "== 0"),
          new Construct(
              "noReorderingOfWhatWasSentAgain",
              REPAIRED + "+.1 < . 1:1(0) ack 4001 win 257\n+0 %{ assert tcpi_reord_seen == 0 }%\n",
              "== 0",
              "== 1"),
          new Construct(
              "retrans", REPAIRED + "+0 %{ assert tcpi_retrans == 1 }%\n", "== 1", "== 0"),
          new Construct(
              "receiveWindowLimited",
              CLOSED_WINDOW + "+0 %{ assert 99000 <= tcpi_rwnd_limited <= 101000 }%\n",
              "99000",
              "100900"),
          new Construct(
              "receiveWindowLimitedNow",
              CLOSED_WINDOW.substring(
                      0, CLOSED_WINDOW.indexOf("+.1 < . 1:1(0) ack 1 win 257\n+0 >"))
                  + "+.1 %{ assert 99000 <= tcpi_rwnd_limited <= 101000 }%\n",
              "99000",
              "100900"),
          new Construct(
              "busy",
              CLOSED_WINDOW
                  + "+.1 < . 1:1(0) ack 1001 win 257\n"
                  + "+.1 %{ assert 199000 <= tcpi_busy_time <= 201000 }%\n",
              "199000",
              "200900"),
          new Construct(
              "lastReceived",
              SERVER
                  + "+.1 < P. 1:11(10) ack 1 win 257\n+0 > . 1:1(0) ack 11\n"
                  + "+.2 %{ assert 199 <= tcpi_last_data_recv <= 201 }%\n",
              "199",
              "202"),
          new Construct(
              "mergedSegments",
              "--mss=1000\n"
                  + SERVER
                  + "+.1 < P. 1:3501(3500) ack 1 win 257\n+0 > . 1:1(0) ack 3501\n"
                  + "+0 %{ assert tcpi_rcv_mss == 1000 }%\n",
              "--mss=1000",
              "--mss=900"),
          new Construct(
              "noDataWithSyn",
              SERVER + "+0 %{ assert (tcpi_options & TCPI_OPT_SYN_DATA) == 0 }%\n",
              "SYN_DATA",
              "SACK"),
          new Construct(
              "optionOfOneByte",
              SERVER
                  + "+0 setsockopt(4, SOL_IP, IP_TOS, [16], 1) = 0\n"
                  + "+0 write(4, ..., 9) = 9\n+0 > [tos 0x10] P. 1:10(9) ack 1\n",
              "[16]",
              "[32]"),
          new Construct(
              "pathMtuIgnored",
              SERVER
                  + "+0 setsockopt(4, SOL_IP, IP_MTU_DISCOVER, [IP_PMTUDISC_DONT], 1) = 0\n"
                  + "+0 write(4, ..., 9) = 9\n+0 > P. 1:10(9) ack 1\n",
              "+0 > P. 1:10(9) ack 1\n",
              "+0 > P. 1:10(9) ack 1\n+0 < icmp unreachable frag_needed mtu 900 [1:10(9)]\n"),
          new Construct(
              "zeroCopy",
              SERVER
                  + "+0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0\n"
                  + "+0 send(4, ..., 9, MSG_ZEROCOPY) = 9\n+0 > P. 1:10(9) ack 1\n",
              "+0 > P. 1:10(9) ack 1\n",
              "+0 > P. 1:10(9) ack 1\n+0 recvmsg(4, {msg_name(...)=..., msg_flags=0}, MSG_ERRQUEUE) = 0\n"),
          new Construct(
              "listener",
              SERVER + "+0 `grep \" 0A \" /proc/net/tcp /proc/net/tcp6 | grep \":1F90\"`\n",
              "1F90",
              "1F91"),
          new Construct(
              "lastWrite",
              SERVER + "+0 write(4, ..., 3000) = 3000\n+0 > P. 1:2001(2000) ack 1\n",
              "+0 > P. 1:2001(2000) ack 1\n",
              "+0 > P. 1:2001(2000) ack 1\n+.1 < . 1:1(0) ack 2001 win 257\n+.3 close(3) = 0\n"),
          new Construct(
              "repairThatIsAcknowledged",
              FOUR
                  + "+.1 < . 1:1(0) ack 1 win 257 <sack 1001:4001,nop,nop>\n"
                  + "+.1 < . 1:1(0) ack 4001 win 257\n",
              "ack 4001 win",
              "ack 1 win"));

  @TestFactory
  Stream<DynamicTest> eachConstruct_passesAsItIs_andNotMutated() {
    return Construct.tests(CASES, text -> run(Personality.LINUX, text));
  }

  /** A kernel's IPv6 socket has no options of IPv4, so such a script is for IPv4. */
  @Test
  void optionOfIpv4_isPlayedOnIpv4() {
    String text =
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            + "+0 setsockopt(3, SOL_IP, IP_TTL, [9], 4) = 0\n";
    assertEquals("ipv4", run(Personality.LINUX, text).family());
  }

  /** What ends behind a script's last line is packetdrill's habit: our own scripts list all. */
  @Test
  void unlistedPackets_failOurOwnScripts() {
    String written = SERVER + "+0 write(4, ..., 9) = 9\n";
    assertEquals(Outcome.PASSED, run(Personality.LINUX, written).outcome());
    assertEquals(Outcome.FAILED, run(Personality.FREEBSD, written).outcome());
    assertEquals(Outcome.FAILED, run(Personality.JKTCP, written).outcome());
  }

  private Verdict run(Personality personality, String text) {
    return ScriptRunner.runText(personality, text, directory);
  }
}
