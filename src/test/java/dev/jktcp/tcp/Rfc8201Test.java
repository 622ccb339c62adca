package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.PacketScript.scriptV6;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1191 and RFC 8201: the path takes less than our own link, and a router says so. */
class Rfc8201Test {
  /** Both families' own packets have room for 1,340 bytes of payload. */
  private static Setup wide(TcpProfile profile) {
    return established(profile).withPeerMss(1300).withRttMs(100);
  }

  @Test
  @Rfc("8201 §5.4")
  void tooBig_isSentAgainAtOnce_cutSmaller_withTheWholeWindow() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 3000
          0 > . 1:1301(1300) ack 1
          0 > . 1301:2601(1300) ack 1
          0 > P. 2601:3001(400) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
         50 > . 1251:2501(1250) ack 1
         50 > P. 2501:3001(500) ack 1
         50 info mss 1250
         50 info cwnd 13000
         50 info timeouts 0
        150 < . 1:1(0) ack 3001
        150 info cwnd 13000
        150 write 1300
        150 > . 3001:4251(1250) ack 1
        150 > P. 4251:4301(50) ack 1
        """);
  }

  @Test
  @Rfc("8201 §5.4")
  void stopAndWait_sendsOneSmallerSegment_andTheRestAfterItsAck() {
    script(
        wide(STOP_AND_WAIT),
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
        150 < . 1:1(0) ack 1251
        150 > P. 1251:1301(50) ack 1
        """);
  }

  /** Each of a burst draws its message; the flight goes again once. */
  @Test
  @Rfc("8201 §5.4")
  void messagesOfOneBurst_sendItAgainOnce() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 3900
          0 > . 1:1301(1300) ack 1
          0 > . 1301:2601(1300) ack 1
          0 > P. 2601:3901(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
         50 > . 1251:2501(1250) ack 1
         50 > . 2501:3751(1250) ack 1
         50 > P. 3751:3901(150) ack 1
         51 icmp PACKET_TOO_BIG 1301 of 1300 mss 1250
         51 softError PACKET_TOO_BIG
         52 icmp PACKET_TOO_BIG 2601 of 1300 mss 1250
         52 softError PACKET_TOO_BIG
         52 quiet
        150 < . 1:1(0) ack 3901
        """);
  }

  /** Duplicates of what had arrived bring duplicate ACKs, which prove no loss. */
  @Test
  @Rfc("8201 §5.4")
  void duplicateAcksOfWhatWentTwice_areNoLoss() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 3900
          0 > . 1:1301(1300) ack 1
          0 > . 1301:2601(1300) ack 1
          0 > P. 2601:3901(1300) ack 1
         50 icmp PACKET_TOO_BIG 1301 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
         50 > . 1251:2501(1250) ack 1
         50 > . 2501:3751(1250) ack 1
         50 > P. 3751:3901(150) ack 1
        100 < . 1:1(0) ack 1301
        150 < . 1:1(0) ack 1301
        150 < . 1:1(0) ack 1301
        150 < . 1:1(0) ack 1301
        150 < . 1:1(0) ack 1301
        150 < . 1:1(0) ack 3901
        150 info fastRetransmits 0
        150 info timeouts 0
        """);
  }

  @Test
  @Rfc("8201 §5.4")
  void narrowerStill_isFoundBySteps() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
         50 > P. 1251:1301(50) ack 1
        100 icmp PACKET_TOO_BIG 1 of 1250 mss 1230
        100 softError PACKET_TOO_BIG
        100 > . 1:1231(1230) ack 1
        100 > P. 1231:1301(70) ack 1
        200 < . 1:1(0) ack 1301
        """);
  }

  /** RFC 5927 §4.1, and RFC 8201 §4: never upwards, and not as large as what did not pass. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 of 1300 mss 1250",
        "1302 of 1300 mss 1250",
        "9999999 of 1300 mss 1250",
        "1 of 1400 mss 1250",
        "1 of 1300 mss 1300",
        "1 of 1300 mss 1301",
        "1 of 1200 mss 1250",
        "1 of 1300 mss 9000",
        "1 of 1300 mss 65000"
      })
  @Rfc({"8201 §4", "5927 §4.1"})
  void messageThatCannotBe_changesNothing(String message) {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 1301
          0 > . 1:1301(1300) ack 1
          0 > P. 1301:1302(1) ack 1
         50 icmp PACKET_TOO_BIG MESSAGE
        EVENT
         50 info mss 1300
        100 < . 1:1(0) ack 1302
        100 write 1300
        100 > P. 1302:2602(1300) ack 1
        """
            .replace("MESSAGE", message)
            .replace("EVENT", message.startsWith("1 ") ? " 50 softError PACKET_TOO_BIG" : ""));
  }

  /** A late message of a wider link that it had passed before. */
  @Test
  @Rfc("8201 §4")
  void widerThanWhatIsKnown_changesNothing() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1230
         50 softError PACKET_TOO_BIG
         50 > . 1:1231(1230) ack 1
         50 > P. 1231:1301(70) ack 1
         60 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         60 softError PACKET_TOO_BIG
         60 info mss 1230
        """);
  }

  @Test
  @Rfc("8201 §4")
  void lessThanEveryLinkTakes_isIgnored() {
    String text =
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mtu LESS
         50 softError PACKET_TOO_BIG
         60 icmp PACKET_TOO_BIG 1 of 1300 mtu 1
         60 softError PACKET_TOO_BIG
         60 info mss 1300
         70 icmp PACKET_TOO_BIG 1 of 1300 mtu LEAST
         70 softError PACKET_TOO_BIG
        """;
    script4Then(
        text, "67", "1200", "1160", " 70 > . 1:1161(1160) ack 1\n 70 > P. 1161:1301(140) ack 1\n");
    script6Then(
        text, "1279", "1280", "1220", " 70 > . 1:1221(1220) ack 1\n 70 > P. 1221:1301(80) ack 1\n");
  }

  private static void script4Then(String text, String less, String least, String mss, String sent) {
    scriptV4(wide(RELIABLE_LINK), filled(text, less, least, mss, sent));
  }

  private static void script6Then(String text, String less, String least, String mss, String sent) {
    scriptV6(wide(RELIABLE_LINK), filled(text, less, least, mss, sent));
  }

  private static String filled(String text, String less, String least, String mss, String sent) {
    return text.replace("LESS", less).replace("LEAST", least) + sent + " 70 info mss " + mss;
  }

  /** What is left over is a byte of data, and no FIN. */
  @Test
  @Rfc("8201 §5.4")
  void pathThatTakesOneByteLess_getsThatByteInASegmentOfItsOwn() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1299
         50 softError PACKET_TOO_BIG
         50 > . 1:1300(1299) ack 1
         50 > P. 1300:1301(1) ack 1
         60 < . 1:1(0) ack 1301
        """);
  }

  @Test
  @Rfc("8201 §4")
  void leastMtuOfIpv4_isTaken() {
    scriptV4(
        wide(RELIABLE_LINK),
        """
          0 write 60
          0 > P. 1:61(60) ack 1
         50 icmp PACKET_TOO_BIG 1 of 60 mtu 68
         50 softError PACKET_TOO_BIG
         50 > . 1:29(28) ack 1
         50 > . 29:57(28) ack 1
         50 > P. 57:61(4) ack 1
        """);
  }

  /** A router older than RFC 1191 says 0: the next lower of the table's. */
  @ParameterizedTest
  @CsvSource({"1300, 1006", "1000, 1006", "966, 508", "300, 296", "60, 68", "28, 0"})
  @Rfc("1191 §5")
  void routerThatDoesNotSay_isAnsweredByTheNextPlateau(int payload, int mtu) {
    int mss = mtu >= payload + 40 || mtu == 0 ? 1300 : mtu - 40;
    StringBuilder text = new StringBuilder();
    text.append("  0 write ").append(payload).append('\n');
    text.append("  0 > P. 1:").append(1 + payload).append("(" + payload + ") ack 1\n");
    text.append(" 50 icmp 3/4 1 of ").append(payload).append('\n');
    text.append(" 50 softError PACKET_TOO_BIG\n");
    for (int at = 0; mss < payload && at < payload; at += mss) {
      int length = Math.min(mss, payload - at);
      text.append(at + length == payload ? " 50 > P. " : " 50 > . ");
      text.append(1 + at).append(":" + (1 + at + length) + "(" + length + ") ack 1\n");
    }
    text.append(" 50 info mss ").append(mss).append('\n');
    scriptV4(wide(RELIABLE_LINK), text.toString());
  }

  @Test
  @Rfc({"1191 §6.1", "1191 §6.3"})
  void pathIsRemembered_forAllItsConnections_andForTenMinutes() {
    script(
        idle(RELIABLE_LINK),
        """
             0 connect
             0 > S 0:0(0)
             0 < S. 0:0(0) ack 1 <mss 1300>
             0 > . 1:1(0) ack 1
             0 connected
            10 #2 connect
            10 >2 S 0:0(0)
            10 <2 S. 0:0(0) ack 1 <mss 1300>
            10 >2 . 1:1(0) ack 1
            10 #2 connected
            20 #5 connect
            20 >5 S 0:0(0)
            20 <5 S. 0:0(0) ack 1 <mss 1300>
            20 >5 . 1:1(0) ack 1
            20 #5 connected
           100 write 1300
           100 > P. 1:1301(1300) ack 1
           100 #2 write 1300
           100 >2 P. 1:1301(1300) ack 1
           110 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
           110 softError PACKET_TOO_BIG
           110 > . 1:1251(1250) ack 1
           110 > P. 1251:1301(50) ack 1
           110 #2 info mss 1250
           110 #5 info mss 1300
           120 #2 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
           120 #2 softError PACKET_TOO_BIG
           120 >2 . 1:1251(1250) ack 1
           120 >2 P. 1251:1301(50) ack 1
           130 < . 1:1(0) ack 1301
           130 <2 . 1:1(0) ack 1301
           200 #3 connect
           200 >3 S 0:0(0)
           200 <3 S. 0:0(0) ack 1 <mss 1300>
           200 >3 . 1:1(0) ack 1
           200 #3 connected
           200 #3 info mss 1250
        600100 #3 write 10
        600100 >3 P. 1:11(10) ack 1
        600105 <3 . 1:1(0) ack 11
        600105 #3 info mss 1250
        600200 #3 write 10
        600200 >3 P. 11:21(10) ack 1
        600205 <3 . 1:1(0) ack 21
        600205 #3 info mss 1300
        600205 info mss 1300
        600205 #3 write 1300
        600205 >3 P. 21:1321(1300) ack 1
        600210 #3 icmp PACKET_TOO_BIG 21 of 1300 mss 1250
        600210 #3 softError PACKET_TOO_BIG
        600210 >3 . 21:1271(1250) ack 1
        600210 >3 P. 1271:1321(50) ack 1
        600220 <3 . 1:1(0) ack 1321
        600220 info mss 1250
        """);
  }

  /** Beyond its limit the table forgets the oldest; what lives and was told keeps its size. */
  @Test
  @Rfc("1191 §6.2")
  void table_hasALimit() {
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.maxPaths(1)),
        """
             0 connect
             0 > S 0:0(0)
             0 < S. 0:0(0) ack 1 <mss 1300>
             0 > . 1:1(0) ack 1
             0 connected
            20 #5 connect
            20 >5 S 0:0(0)
            20 <5 S. 0:0(0) ack 1 <mss 1300>
            20 >5 . 1:1(0) ack 1
            20 #5 connected
           100 write 1300
           100 > P. 1:1301(1300) ack 1
           100 #5 write 1300
           100 >5 P. 1:1301(1300) ack 1
           110 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
           110 softError PACKET_TOO_BIG
           110 > . 1:1251(1250) ack 1
           110 > P. 1251:1301(50) ack 1
           120 #5 icmp PACKET_TOO_BIG 1 of 1300 mss 1240
           120 #5 softError PACKET_TOO_BIG
           120 >5 . 1:1241(1240) ack 1
           120 >5 P. 1241:1301(60) ack 1
           130 < . 1:1(0) ack 1301
           130 <5 . 1:1(0) ack 1301
           200 info mss 1250
           200 #2 connect
           200 >2 S 0:0(0)
           200 <2 S. 0:0(0) ack 1 <mss 1300>
           200 >2 . 1:1(0) ack 1
           200 #2 connected
           200 #2 info mss 1300
        """);
  }

  /** A SYN is too big for no path; a record in TIME-WAIT sends nothing large. */
  @Test
  @Rfc("5927 §4.1")
  void whileItOpensAndInTimeWait_nothingChanges() {
    script(
        idle(RELIABLE_LINK),
        """
             0 connect
             0 > S 0:0(0)
            10 icmp PACKET_TOO_BIG 0 of 1300 mss 1250
            10 softError PACKET_TOO_BIG
            20 < S. 0:0(0) ack 1 <mss 1300>
            20 > . 1:1(0) ack 1
            20 connected
            20 info mss 1300
           100 end
           100 > F. 1:1(0) ack 1
           110 < F. 1:1(0) ack 2
           110 > . 2:2(0) ack 2
           110 fin
           110 finAcked
           110 closed CLOSED
           120 icmp PACKET_TOO_BIG 1 of 1300 mss 1230
           120 quiet
        """);
  }

  @Test
  @Rfc("5927 §4.1")
  void smallestPacketThatASynCouldBe_changesNothing() {
    scriptV4(
        idle(RELIABLE_LINK),
        """
             0 connect
             0 > S 0:0(0)
            10 icmp PACKET_TOO_BIG 0 of 40 mtu 68
            10 softError PACKET_TOO_BIG
            20 < S. 0:0(0) ack 1 <mss 1300>
            20 > . 1:1(0) ack 1
            20 connected
            20 info mss 1300
        """);
  }

  /** The window of the peer bounds what goes again, too. */
  @Test
  @Rfc("8201 §5.4")
  void closedWindow_isProbedOn_withSmallerSegments() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 2600
          0 > . 1:1301(1300) ack 1
          0 > P. 1301:2601(1300) ack 1
         10 < . 1:1(0) ack 1 win 0
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         60 < . 1:1(0) ack 1 win 5000
         60 > . 1:1251(1250) ack 1
         60 > . 1251:2501(1250) ack 1
         60 > P. 2501:2601(100) ack 1
        150 < . 1:1(0) ack 2601
        """);
  }

  @Test
  @Rfc("1191 §3.1")
  void mssThatWeAnnounced_staysTheSame_andOthersSegmentsAreTaken() {
    script(
        wide(RELIABLE_LINK),
        """
          0 write 1300
          0 > P. 1:1301(1300) ack 1
         50 icmp PACKET_TOO_BIG 1 of 1300 mss 1250
         50 softError PACKET_TOO_BIG
         50 > . 1:1251(1250) ack 1
         50 > P. 1251:1301(50) ack 1
        100 < . 1:1301(1300) ack 1301
        100 > . 1301:1301(0) ack 1301
        100 delivered 1300
        """);
  }
}
