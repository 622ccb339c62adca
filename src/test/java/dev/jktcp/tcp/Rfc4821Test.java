package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.PacketScript.scriptV6;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 4821: the path takes less than our own link, and no router says so. */
class Rfc4821Test {
  /** Full-sized segments of 1300 make packets above 1280 in both families. */
  private static Setup wide(TcpProfile profile) {
    return established(profile).withPeerMss(1300).withRttMs(100);
  }

  @Nested
  class BlackHoles {
    /** What is smaller than 1280 passes, the larger sizes do not: three probes of the old one. */
    @Test
    @Rfc("4821 §7.7")
    void largeSegmentsVanish_smallerOnesTakeTheirPlaceAtTheSecondTimeout() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 3000
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > P. 2601:3001(400) ack 1
             300 > . 1:1301(1300) ack 1
             900 > . 1:1221(1220) ack 1
             900 info mss 1220
            1000 < . 1:1(0) ack 1221
            1000 > . 1221:2441(1220) ack 1
            1000 > P. 2441:3001(560) ack 1
            1100 < . 1:1(0) ack 3001
            1100 info mss 1220
            1100 info timeouts 2
          """);
    }

    @Test
    @Rfc("4821 §7.7")
    void ofIpv4_theSameSize() {
      scriptV4(
          wide(INTERNET),
          """
               0 write 1300
               0 > P. 1:1301(1300) ack 1
            1000 > P. 1:1301(1300) ack 1
            3000 > . 1:1241(1240) ack 1
            3100 < . 1:1(0) ack 1241
            3100 > P. 1241:1301(60) ack 1
            3200 < . 1:1(0) ack 1301
          """);
    }

    /** What passes in between is found from there upwards. */
    @Test
    @Rfc("4821 §7.7")
    void jumboFramesThatVanish_giveWayToTheSameSize() {
      scriptV6(
          wide(RELIABLE_LINK).withPeerMss(8000).withOptions(o -> o.mtu(9000)),
          """
               0 write 8000
               0 > P. 1:8001(8000) ack 1
             300 > P. 1:8001(8000) ack 1
             900 > . 1:1221(1220) ack 1
            2100 > . 1:1221(1220) ack 1
            4500 > . 1:1221(1220) ack 1
            9300 > . 1:1221(1220) ack 1
           18900 closed TIMED_OUT
          """);
    }

    /** Five retries of which the last is of the least size that a link may have. */
    @Test
    @Rfc({"4821 §7.7", "791 §3.2"})
    void lastRetryOfIpv4_isOfTheLeastSizeThereIs() {
      scriptV4(
          wide(RELIABLE_LINK),
          """
               0 write 1300
               0 > P. 1:1301(1300) ack 1
             300 > P. 1:1301(1300) ack 1
             900 > . 1:1241(1240) ack 1
            2100 > . 1:1241(1240) ack 1
            4500 > . 1:1241(1240) ack 1
            9300 > . 1:29(28) ack 1
           18900 closed TIMED_OUT
          """);
    }

    /** If an ACK covers more than the last retry carried, random loss took the ACKs before it. */
    @Test
    @Rfc("4821 §7.7")
    void ackOfMoreThanTheSmallSegment_tellsThatTheLargeOneArrived() {
      scriptV4(
          wide(RELIABLE_LINK),
          """
               0 write 1300
               0 > P. 1:1301(1300) ack 1
             300 > P. 1:1301(1300) ack 1
             900 > . 1:1241(1240) ack 1
            2100 > . 1:1241(1240) ack 1
            4500 > . 1:1241(1240) ack 1
            9300 > . 1:29(28) ack 1
            9300 info mss 28
            9400 < . 1:1(0) ack 1241
            9400 > P. 1241:1301(60) ack 1
            9400 info mss 1240
            9500 < . 1:1(0) ack 1301
          """);
    }

    @Test
    @Rfc({"4821 §7.7", "8200 §5"})
    void whatEachIpv6LinkTakes_keepsItsSize() {
      scriptV6(
          established(RELIABLE_LINK).withPeerMss(1220).withRttMs(100),
          """
               0 write 1220
               0 > P. 1:1221(1220) ack 1
             300 > P. 1:1221(1220) ack 1
             900 > P. 1:1221(1220) ack 1
            2100 > P. 1:1221(1220) ack 1
            4500 > P. 1:1221(1220) ack 1
            9300 > P. 1:1221(1220) ack 1
           18900 closed TIMED_OUT
          """);
    }

    /** Others arrived meanwhile: they may be small, but loss at random is likelier. */
    @Test
    @Rfc("4821 §7.7")
    void whereOtherSegmentsPass_itWaitsForTwoMoreTimeouts() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 3000
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > P. 2601:3001(400) ack 1
             100 < . 1:1(0) ack 1
             100 < . 1:1(0) ack 1
             100 < . 1:1(0) ack 1
             100 > . 1:1301(1300) ack 1
             400 > . 1:1301(1300) ack 1
            1000 > . 1:1301(1300) ack 1
            2200 > . 1:1301(1300) ack 1
            4600 > . 1:1221(1220) ack 1
            4700 < . 1:1(0) ack 1221
            4700 > . 1221:2441(1220) ack 1
            4700 > P. 2441:3001(560) ack 1
            4800 < . 1:1(0) ack 3001
          """);
    }

    /**
     * Three arrived, and the head's retransmission did not. Of three that left later nothing came:
     * those before them tell of the path as it was.
     */
    @Test
    @Rfc("4821 §7.7")
    void whereAsManyThatLeftLaterVanish_itWaitsForNone() {
      scriptV6(
          wide(RELIABLE_LINK).withPeerSack(),
          """
               0 write 9000
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > . 2601:3901(1300) ack 1
               0 > . 3901:5201(1300) ack 1
               0 > . 5201:6501(1300) ack 1
               0 > . 6501:7801(1300) ack 1
               0 > P. 7801:9001(1200) ack 1
             100 < . 1:1(0) ack 1 <sack 1301:2601>
             100 < . 1:1(0) ack 1 <sack 1301:3901>
             100 < . 1:1(0) ack 1 <sack 1301:5201>
             100 > . 1:1301(1300) ack 1
             400 > . 1:1301(1300) ack 1
            1000 > . 1:1221(1220) ack 1
          """);
    }

    /** Two that left later may have met with the same chance as the head. */
    @Test
    @Rfc("4821 §7.7")
    void whereFewerThatLeftLaterVanish_itWaitsForTwoMoreTimeouts() {
      scriptV6(
          wide(RELIABLE_LINK).withPeerSack(),
          """
               0 write 7700
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > . 2601:3901(1300) ack 1
               0 > . 3901:5201(1300) ack 1
               0 > . 5201:6501(1300) ack 1
               0 > P. 6501:7701(1200) ack 1
             100 < . 1:1(0) ack 1 <sack 1301:2601>
             100 < . 1:1(0) ack 1 <sack 1301:3901>
             100 < . 1:1(0) ack 1 <sack 1301:5201>
             100 > . 1:1301(1300) ack 1
             400 > . 1:1301(1300) ack 1
            1000 > . 1:1301(1300) ack 1
            2200 > . 1:1301(1300) ack 1
            4600 > . 1:1221(1220) ack 1
          """);
    }

    /** A segment that is small itself does not vanish for its size. */
    @Test
    @Rfc("4821 §7.7")
    void smallSegmentThatVanishes_leavesTheSizeAlone() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 500
               0 > P. 1:501(500) ack 1
             300 > P. 1:501(500) ack 1
             900 > P. 1:501(500) ack 1
            1000 < . 1:1(0) ack 501
            1000 info mss 1300
          """);
    }

    /** An outage: once there is a round-trip sample one segment of the old size is tried. */
    @Test
    @Rfc({"4821 §7.7", "4821 §7.4"})
    void outage_narrowsForTwoRoundTrips() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 6500
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > . 2601:3901(1300) ack 1
               0 > . 3901:5201(1300) ack 1
               0 > P. 5201:6501(1300) ack 1
             300 > . 1:1301(1300) ack 1
             900 > . 1:1221(1220) ack 1
            1000 < . 1:1(0) ack 6501
            1000 write 4000
            1000 > . 6501:7721(1220) ack 1
            1000 > . 7721:8941(1220) ack 1
            1100 < . 1:1(0) ack 8941
            1100 > . 8941:10241(1300) ack 1
            1100 > P. 10241:10501(260) ack 1
            1200 < . 1:1(0) ack 10501
            1200 info mss 1300
            1200 write 4000
            1200 > . 10501:11801(1300) ack 1
            1200 > . 11801:13101(1300) ack 1
          """);
    }

    /**
     * Of ten segments none arrived, though smaller ones do: three probes of the old size prove it.
     */
    @Test
    @Rfc({"4821 §7.6", "4821 §7.7", "8899 §5.1.2"})
    void blackHole_isProvedByThreeProbes_thatTellNothingOfCongestion() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 2500
               0 > . 1:1301(1300) ack 1
               0 > P. 1301:2501(1200) ack 1
             300 > . 1:1301(1300) ack 1
             900 > . 1:1221(1220) ack 1
            1000 < . 1:1(0) ack 2501
            1000 info cwnd 2440
            1000 write 1300
            1000 > . 2501:3721(1220) ack 1
            1000 > P. 3721:3801(80) ack 1
            1100 < . 1:1(0) ack 3801
            1200 write 1300
            1200 > P. 3801:5101(1300) ack 1
            1500 > . 3801:5021(1220) ack 1
            1600 < . 1:1(0) ack 5021
            1600 > P. 5021:5101(80) ack 1
            1700 < . 1:1(0) ack 5101
            1800 write 100
            1800 > P. 5101:5201(100) ack 1
            1900 < . 1:1(0) ack 5201
            2000 write 1300
            2000 > P. 5201:6501(1300) ack 1
            2300 > . 5201:6421(1220) ack 1
            2400 < . 1:1(0) ack 6421
            2400 > P. 6421:6501(80) ack 1
            2500 < . 1:1(0) ack 6501
            2600 write 100
            2600 > P. 6501:6601(100) ack 1
            2700 < . 1:1(0) ack 6601
            2700 write 1300
            2700 > P. 6601:7901(1300) ack 1
            3000 > . 6601:7821(1220) ack 1
            3100 < . 1:1(0) ack 7821
            3100 > P. 7821:7901(80) ack 1
            3200 < . 1:1(0) ack 7901
            3300 write 1300
            3300 > . 7901:9121(1220) ack 1
            3300 > P. 9121:9201(80) ack 1
            3400 < . 1:1(0) ack 9201
            3400 info mss 1220
            4000 #2 connect
            4000 >2 S 0:0(0)
            4000 <2 S. 0:0(0) ack 1 <mss 1300>
            4000 >2 . 1:1(0) ack 1
            4000 #2 connected
            4000 #2 info mss 1220
          """);
    }

    @Test
    @Rfc({"4821 §7.4", "4821 §7.6"})
    void lostProbe_isFoundByDuplicateAcks_andTellsNothingOfCongestion() {
      scriptV6(
          wide(RELIABLE_LINK),
          """
               0 write 13000
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > . 2601:3901(1300) ack 1
               0 > . 3901:5201(1300) ack 1
               0 > . 5201:6501(1300) ack 1
               0 > . 6501:7801(1300) ack 1
               0 > . 7801:9101(1300) ack 1
               0 > . 9101:10401(1300) ack 1
               0 > . 10401:11701(1300) ack 1
               0 > P. 11701:13001(1300) ack 1
             300 > . 1:1301(1300) ack 1
             900 > . 1:1221(1220) ack 1
            1000 < . 1:1(0) ack 13001
            1000 write 25000
            1000 > . 13001:14221(1220) ack 1
            1000 > . 14221:15441(1220) ack 1
            1100 < . 1:1(0) ack 14221
            1100 > . 15441:16661(1220) ack 1
            1100 > . 16661:17881(1220) ack 1
            1100 < . 1:1(0) ack 15441
            1100 > . 17881:19101(1220) ack 1
            1100 > . 19101:20321(1220) ack 1
            1200 < . 1:1(0) ack 16661
            1200 > . 20321:21621(1300) ack 1
            1200 < . 1:1(0) ack 20321
            1200 > . 21621:22841(1220) ack 1
            1200 > . 22841:24061(1220) ack 1
            1200 > . 24061:25281(1220) ack 1
            1200 > . 25281:26501(1220) ack 1
            1250 info cwnd 6500
            1300 < . 1:1(0) ack 20321
            1300 > . 26501:27721(1220) ack 1
            1300 < . 1:1(0) ack 20321
            1300 > . 27721:28941(1220) ack 1
            1300 < . 1:1(0) ack 20321
            1300 > . 20321:21541(1220) ack 1
            1300 > . 21541:21621(80) ack 1
            1300 > . 28941:30161(1220) ack 1
            1300 info fastRetransmits 1
            1300 info cwnd 6500
            1400 < . 1:1(0) ack 30161
            1400 > . 30161:31461(1300) ack 1
            1400 > . 31461:32681(1220) ack 1
            1400 > . 32681:33901(1220) ack 1
            1400 > . 33901:35121(1220) ack 1
            1400 > . 35121:36341(1220) ack 1
            1400 info cwnd 6500
            1401 quiet
          """);
    }

    /** The lost probe tells nothing of congestion, the other lost segment does. */
    @Test
    @Rfc("4821 §7.6")
    void probeAndAnotherSegmentLost_lowerTheWindowOnce() {
      scriptV6(
          wide(RELIABLE_LINK).withPeerSack(),
          """
               0 write 13000
               0 > . 1:1301(1300) ack 1
               0 > . 1301:2601(1300) ack 1
               0 > . 2601:3901(1300) ack 1
               0 > . 3901:5201(1300) ack 1
               0 > . 5201:6501(1300) ack 1
               0 > . 6501:7801(1300) ack 1
               0 > . 7801:9101(1300) ack 1
               0 > . 9101:10401(1300) ack 1
               0 > . 10401:11701(1300) ack 1
               0 > P. 11701:13001(1300) ack 1
             200 > P. 11701:13001(1300) ack 1
             500 > . 1:1301(1300) ack 1
            1100 > . 1:1221(1220) ack 1
            1200 < . 1:1(0) ack 13001
            1200 write 25000
            1200 > . 13001:14221(1220) ack 1
            1200 > . 14221:15441(1220) ack 1
            1300 < . 1:1(0) ack 14221
            1300 > . 15441:16661(1220) ack 1
            1300 > . 16661:17881(1220) ack 1
            1300 < . 1:1(0) ack 15441
            1300 > . 17881:19101(1220) ack 1
            1300 > . 19101:20321(1220) ack 1
            1400 < . 1:1(0) ack 16661
            1400 > . 20321:21621(1300) ack 1
            1400 < . 1:1(0) ack 20321
            1400 > . 21621:22841(1220) ack 1
            1400 > . 22841:24061(1220) ack 1
            1400 > . 24061:25281(1220) ack 1
            1400 > . 25281:26501(1220) ack 1
            1450 info cwnd 6500
            1500 < . 1:1(0) ack 20321 <sack 21621:22841>
            1500 > . 26501:27721(1220) ack 1
            1500 < . 1:1(0) ack 20321 <sack 21621:24061>
            1500 > . 27721:28941(1220) ack 1
            1510 < . 1:1(0) ack 20321 <sack 21621:25281>
            1510 > . 20321:21541(1220) ack 1
            1510 info cwnd 6500
            1600 < . 1:1(0) ack 20321 <sack 26501:27721 21621:25281>
            1600 > . 21541:21621(80) ack 1
            1600 info cwnd 3250
            1600 info fastRetransmits 1
          """);
    }

    /** One segment in flight: a probe has the path for itself, and its loss costs a timeout. */
    @Test
    @Rfc({"4821 §7.7", "4821 §7.4"})
    void oneSegmentInFlight_goesTheSameWay() {
      scriptV6(
          wide(STOP_AND_WAIT.with(p -> p.blackHoleRetries(2))),
          """
               0 write 4000
               0 > . 1:1301(1300) ack 1
             200 > . 1:1301(1300) ack 1
             600 > . 1:1221(1220) ack 1
             700 < . 1:1(0) ack 1221
             700 > . 1221:1301(80) ack 1
             800 < . 1:1(0) ack 1301
             800 > . 1301:2601(1300) ack 1
            1000 > . 1301:2521(1220) ack 1
            1100 < . 1:1(0) ack 2521
            1100 > . 2521:2601(80) ack 1
            1200 < . 1:1(0) ack 2601
            1200 > . 2601:3901(1300) ack 1
            1300 < . 1:1(0) ack 3901
            1300 > P. 3901:4001(100) ack 1
            1400 < . 1:1(0) ack 4001
            1400 info mss 1300
          """);
    }

    @Test
    @Rfc("4821 §7.7")
    void originalJktcp_keepsItsSegments() {
      scriptV6(
          wide(STOP_AND_WAIT),
          """
               0 write 1300
               0 > P. 1:1301(1300) ack 1
             200 > P. 1:1301(1300) ack 1
             600 > P. 1:1301(1300) ack 1
            1400 > P. 1:1301(1300) ack 1
            3000 > P. 1:1301(1300) ack 1
            6200 > P. 1:1301(1300) ack 1
           12600 closed TIMED_OUT
          """);
    }
  }
}
