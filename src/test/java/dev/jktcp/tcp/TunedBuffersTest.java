package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import org.junit.jupiter.api.Test;

/** Buffers that grow with what the path and their users take. */
class TunedBuffersTest {
  private static final Setup RECEIVES =
      established(RELIABLE_LINK)
          .withRttMs(100)
          .withPeerScale(7)
          .withOptions(o -> o.receiveBuffer(4_000).maxReceiveBuffer(1 << 20));

  private static final Setup SENDS =
      established(RELIABLE_LINK)
          .withRttMs(100)
          .withOptions(o -> o.sendBuffer(8_000).maxSendBuffer(40_000));

  private static final String FOUR_SEGMENTS_A_ROUND_TRIP =
      """
      100 < . 1:1001(1000) ack 1
      100 > . 1:1(0) ack 1001
      100 < . 1001:2001(1000) ack 1
      100 > . 1:1(0) ack 2001
      100 < . 2001:3001(1000) ack 1
      100 > . 1:1(0) ack 3001
      100 < . 3001:4001(1000) ack 1
      100 > . 1:1(0) ack 4001
      """;

  @Test
  void receiveBuffer_isTwiceWhatWasReadInARoundTrip_andTwiceThatWhileItGrows() {
    script(
        RECEIVES,
        FOUR_SEGMENTS_A_ROUND_TRIP
            + """
            100 info receiveBuffer 4000
            // The round trip is over: 4,000 bytes were read in it, and none in the one before.
            201 < . 4001:5001(1000) ack 1
            201 > . 1:1(0) ack 5001
            201 info receiveBuffer 16000
            // As many again, the first of them counted with those before.
            202 < . 5001:8001(3000) ack 1
            202 > . 1:1(0) ack 8001
            302 < . 8001:9001(1000) ack 1
            302 > . 1:1(0) ack 9001
            302 info receiveBuffer 16000
            303 < . 9001:17001(8000) ack 1
            303 > . 1:1(0) ack 17001
            // 9,000 were read, after 4,000: more than twice as many.
            403 < . 17001:18001(1000) ack 1
            403 > . 1:1(0) ack 18001
            403 info receiveBuffer 36000
            """);
  }

  @Test
  void readerThatDoesNotRead_getsNoLargerBuffer() {
    script(
        RECEIVES,
        "0 pause\n"
            + FOUR_SEGMENTS_A_ROUND_TRIP
            + """
            // The scale rounds the window up by 24.
            201 < . 4001:4025(24) ack 1
            201 > . 1:1(0) ack 4025 win 0
            401 < . 4025:4026(1) ack 1
            401 > . 1:1(0) ack 4025 win 0
            401 info receiveBuffer 4000
            """);
  }

  @Test
  void slowTransfer_getsNoLargerBuffer_howeverLongItIs() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      int seq = 1 + 1000 * i;
      text.append("%d < . %d:%d(1000) ack 1\n".formatted(1000 * i, seq, seq + 1000));
      text.append("%d > . 1:1(0) ack %d\n".formatted(1000 * i, seq + 1000));
    }
    script(RECEIVES, text + "39000 info receiveBuffer 4000\n");
  }

  /** They tell a round trip better than our own segments, of which there may be none. */
  @Test
  void timestamps_sayWhenARoundTripIsOver() {
    script(
        accepted(RELIABLE_LINK.with(p -> p.timestamps(true)))
            .withRttMs(100)
            .withPeerScale(7)
            .withPeerTimestamps()
            .withOptions(o -> o.receiveBuffer(4_000).maxReceiveBuffer(1 << 20)),
        """
          0 < . 1:2001(2000) ack 1 <TS 0 0>
          0 > . 1:1(0) ack 2001
        // Long after, but the peer has not heard of what left then.
        500 < . 2001:4001(2000) ack 1 <TS 500 0>
        500 > . 1:1(0) ack 4001
        500 info receiveBuffer 4000
        510 < . 4001:5001(1000) ack 1 <TS 510 1>
        510 > . 1:1(0) ack 5001
        510 info receiveBuffer 16000
        """);
  }

  @Test
  void windowScale_isMadeForTheLargestBuffer_aFixedOneForItself() {
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(4_000).maxReceiveBuffer(8 << 20)),
        "0 connect\n0 > S 0:0(0) win 4000 <mss ours,sackOK,TS 0 0,wscale 8>");
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(4_000)),
        "0 connect\n0 > S 0:0(0) win 4000 <mss ours,sackOK,TS 0 0,wscale 0>");
  }

  @Test
  void fixedBuffers_stay() {
    script(
        established(RELIABLE_LINK)
            .withRttMs(100)
            .withPeerScale(7)
            .withOptions(o -> o.receiveBuffer(4_000).sendBuffer(4_000)),
        FOUR_SEGMENTS_A_ROUND_TRIP
            + """
            201 < . 4001:5001(1000) ack 1
            201 > . 1:1(0) ack 5001
            201 info receiveBuffer 4000
            202 write 9000 takes 4000
            202 > . 1:1001(1000) ack 5001
            202 > . 1001:2001(1000) ack 5001
            202 > . 2001:3001(1000) ack 5001
            202 > P. 3001:4001(1000) ack 5001
            302 < . 5001:5001(0) ack 4001
            302 info sendBuffer 4000
            """);
  }

  @Test
  void sendBuffer_isTwiceTheCongestionWindow_upToItsMost() {
    script(
        SENDS,
        """
          0 info sendBuffer 8000
          0 write 9000 takes 8000
          0 > . 1:1001(1000) ack 1
          0 > . 1001:2001(1000) ack 1
          0 > . 2001:3001(1000) ack 1
          0 > . 3001:4001(1000) ack 1
          0 > . 4001:5001(1000) ack 1
          0 > . 5001:6001(1000) ack 1
          0 > . 6001:7001(1000) ack 1
          0 > P. 7001:8001(1000) ack 1
        100 < . 1:1(0) ack 2001
        100 info cwnd 12000
        // In chunks of 8 KiB.
        100 info sendBuffer 24576
        101 write 30000 takes 18576
        101 > . 8001:9001(1000) ack 1
        101 > . 9001:10001(1000) ack 1
        101 > . 10001:11001(1000) ack 1
        101 > . 11001:12001(1000) ack 1
        101 > . 12001:13001(1000) ack 1
        101 > . 13001:14001(1000) ack 1
        102 reset
        102 > R. 14001:14001(0) ack 1
        102 closed ABORTED
        """);
  }
}
