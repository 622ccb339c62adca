package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.tcp.connection.WindowStyle;
import org.junit.jupiter.api.Test;

/** What {@link WindowStyle} changes, and what it must not. */
class WindowStyleTest {
  private static final WindowStyle BSD = new WindowStyle(true, 6, true, true, false, 2, false);

  private static final WindowStyle NO_SCALE =
      new WindowStyle(false, 5, false, false, true, 2, false);

  private static Setup with(Setup setup, int buffer, WindowStyle style) {
    return setup.withOptions(o -> o.receiveBuffer(buffer).windowStyle(style));
  }

  @Test
  void shiftOfItsOwn_isOfferedWhateverTheBuffer() {
    script(
        with(idle(RELIABLE_LINK), 1000, new WindowStyle(true, 6, false, false, true, 2, false)),
        """
         0 connect
         0 > S 0:0(0) win 1000 <mss ours,sackOK,TS 0 0,wscale 6>
        """);
  }

  @Test
  void shiftBelowWhatTheBufferNeeds_offersWhatItCanExpress() {
    script(
        with(idle(RELIABLE_LINK), 1 << 20, new WindowStyle(true, 2, false, false, true, 2, false)),
        """
         0 connect
         0 > S 0:0(0) win 65535 <mss ours,sackOK,TS 0 0,wscale 2>
         0 < S. 0:0(0) ack 1 win 65535 <mss 1000,wscale 0>
         0 connected
         0 > . 1:1(0) ack 1 win 65535
        """);
  }

  @Test
  void withoutScaling_noneIsOffered() {
    script(
        with(idle(RELIABLE_LINK), 1 << 20, NO_SCALE),
        """
         0 connect
         0 > S 0:0(0) win 65535 <mss ours,sackOK,TS 0 0>
         0 < S. 0:0(0) ack 1 win 2 <mss 1000,wscale 9>
         0 connected
         0 > . 1:1(0) ack 1 win 65535
         0 write 4
         0 > . 1:3(2) ack 1
         0 < . 1:1(0) ack 3 win 2
         0 > P. 3:5(2) ack 1
        """);
  }

  @Test
  void withoutScaling_noneIsAgreedTo() {
    script(
        with(idle(RELIABLE_LINK), 1 << 20, NO_SCALE),
        """
         0 listen
         0 < S 0:0(0) win 65535 <mss 1000,wscale 9>
         0 > S. 0:0(0) ack 1 win 65535 <mss ours>
         0 < . 1:1(0) ack 1 win 65535
         0 accepted
         0 < . 1:1001(1000) ack 1 win 65535
         0 > . 1:1(0) ack 1001 win 64535
         0 < . 1001:2001(1000) ack 1 win 65535
         0 > . 1:1(0) ack 2001 win 65535
        """);
  }

  @Test
  void wholeSegments_roundTheBufferUpOnceTheMssIsKnown() {
    script(
        with(accepted(RELIABLE_LINK), 2500, new WindowStyle(true, -1, true, true, true, 2, false)),
        """
         0 pause
         0 < . 1:1001(1000) ack 1
         0 > . 1:1(0) ack 1001 win 2000
        """);
  }

  @Test
  void withoutThem_theBufferIsWhatItIs() {
    script(
        with(accepted(RELIABLE_LINK), 2500, new WindowStyle(true, -1, false, true, true, 2, false)),
        """
         0 pause
         0 < . 1:1001(1000) ack 1
         0 > . 1:1(0) ack 1001 win 1500
        """);
  }

  @Test
  void eagerWindow_movesWithEachAck() {
    script(
        with(
            accepted(RELIABLE_LINK),
            20_000,
            new WindowStyle(true, -1, false, true, true, 2, false)),
        """
         0 < . 1:101(100) ack 1
         0 > . 1:1(0) ack 101 win 20000
         0 < F. 101:101(0) ack 1
         0 > . 1:1(0) ack 102 win 20000
         0 fin
        """);
  }

  @Test
  void otherwise_itMovesBySegments() {
    script(
        with(accepted(RELIABLE_LINK), 20_000, WindowStyle.DEFAULT),
        """
         0 < . 1:101(100) ack 1
         0 > . 1:1(0) ack 101 win 19900
        """);
  }

  @Test
  void eagerWindow_opensNoneBelowASegment() {
    script(
        with(accepted(RELIABLE_LINK), 3000, new WindowStyle(true, -1, false, true, true, 2, false)),
        """
         0 pause
         0 < . 1:3001(3000) ack 1
         0 > . 1:1(0) ack 3001 win 0
         0 read 900
         0 < . 3001:3001(0) ack 1
         0 < . 3000:3001(1) ack 1
         0 > . 1:1(0) ack 3001 win 0
        """);
  }

  @Test
  void roundedDown_tellsNoMoreThanThereIs() {
    script(
        with(idle(RELIABLE_LINK), 65_700, BSD),
        """
         0 connect
         0 > S 0:0(0) win 65535 <mss ours,sackOK,TS 0 0,wscale 6>
         0 < S. 0:0(0) ack 1 win 65535 <mss 1000,wscale 0>
         0 connected
         0 > . 1:1(0) ack 1 win 1031
         0 pause
         0 < . 1:65(64) ack 1
         0 > . 1:1(0) ack 65 win 1030
        """);
  }

  @Test
  void windowRoundedDownToNothing_opensAgainWhenTheReaderReads() {
    script(
        with(accepted(RELIABLE_LINK), 4000, BSD).withPeerScale(0),
        """
         0 pause
         0 < . 1:3971(3970) ack 1
         0 > . 1:1(0) ack 3971 win 0
         0 read 2500
         0 > . 1:1(0) ack 3971 win 39
        """);
  }

  @Test
  void roundedDown_allIsTakenThatThereIsRoomFor() {
    String script =
        """
         0 pause
         0 < . 65535:65735(200) ack 1
         0 > . 1:1(0) ack 1 win 65535
         0 info outOfOrder HELD
        """;
    script(with(established(RELIABLE_LINK), 66_000, BSD), script.replace("HELD", "200"));
    WindowStyle up = new WindowStyle(true, 6, true, true, true, 2, false);
    script(with(established(RELIABLE_LINK), 66_000, up), script.replace("HELD", "1"));
  }

  @Test
  void shiftOutOfRange_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new WindowStyle(true, 15, false, false, true, 2, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> new WindowStyle(true, -2, false, false, true, 2, false));
  }
}
