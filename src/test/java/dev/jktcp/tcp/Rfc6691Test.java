package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** MSS and options: what is announced, and what a segment then has room for. */
class Rfc6691Test {
  private static final TcpProfile STAMPED = RELIABLE_LINK.with(p -> p.timestamps(true));

  @Test
  @Rfc("6691 §2")
  void announcedMss_isThatOfASegmentWithoutOptions() {
    for (TcpProfile profile : new TcpProfile[] {STAMPED, RELIABLE_LINK.with(p -> p.sack(false))}) {
      script(
          idle(profile.with(p -> p.timestamps(false))),
          """
          0 listen
          0 < S 0:0(0) <mss 1000>
          0 > S. 0:0(0) ack 1 <mss ours>
          """);
    }
    script(
        idle(STAMPED),
        """
        0 connect
        0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
        """);
  }

  @Test
  @Rfc("6691 §2")
  void optionsOfEverySegment_areTakenOffWhatItCarries() {
    Setup open = established(STAMPED).withPeerTimestamps();
    script(
        open,
        """
        0 info mss 988
        0 write 1000
        0 > . 1:989(988) ack 1
        0 > P. 989:1001(12) ack 1
        """);
    script(
        open.withPeerMss(28),
        """
        0 info mss 16
        0 write 20
        0 > . 1:17(16) ack 1
        0 > P. 17:21(4) ack 1
        """);
  }

  /** Nagle's full segment is what is left to data: one such leaves while others are unanswered. */
  @Test
  @Rfc("6691 §2")
  void fullSegment_isWhatIsLeftToData() {
    script(
        established(STAMPED)
            .withPeerTimestamps()
            .withOptions(o -> o.tuning(o.tuning().withNoDelay(false))),
        """
         0 write 10
         0 > P. 1:11(10) ack 1
         0 write 987
        10 write 1
        10 > P. 11:999(988) ack 1
        """);
  }

  /** SACK blocks travel where there is room; full segments stay full. */
  @Test
  void sackBlocks_makeNoSegmentSmaller() {
    script(
        established(STAMPED).withPeerTimestamps().withPeerSack(),
        """
        0 < . 1001:2001(1000) ack 1 <nop,nop,TS 0 0>
        0 > . 1:1(0) ack 1 <nop,nop,TS 0 0,nop,nop,sack 1001:2001>
        0 write 1950
        0 > . 1:989(988) ack 1 <nop,nop,TS 0 0>
        0 > P. 989:1951(962) ack 1 <nop,nop,TS 0 0,nop,nop,sack 1001:2001>
        """);
  }

  /** Twelve bytes of each would be more than a tenth of it. */
  @Test
  void segmentsOfLessThan120Bytes_areOfferedNoTimestamps() {
    script(
        idle(STAMPED).withOptions(o -> o.tuning(o.tuning().withMaxSegment(119))),
        """
        0 connect
        0 > S 0:0(0) <mss 119,sackOK,wscale 3>
        0 listen
        0 <2 S 0:0(0) <mss 1000,TS 0 0>
        0 >2 S. 0:0(0) ack 1 <mss 119>
        """);
    script(
        idle(STAMPED).withOptions(o -> o.tuning(o.tuning().withMaxSegment(120))),
        """
        0 connect
        0 > S 0:0(0) <mss 120,sackOK,TS 0 0,wscale 3>
        """);
  }
}
