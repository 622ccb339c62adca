package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/**
 * Which segments header prediction lets through, and which not. That both paths do the same is what
 * every script shows, for each runs on both.
 */
class HeaderPredictionTest {
  @Test
  @Rfc("7323 Appendix A")
  void dataInOrder_isPredicted() {
    script(
        established(INTERNET),
        """
         0 < P. 1:1001(1000) ack 1
         0 delivered 1000
         0 predicted 1 0
         1 < . 1001:2001(1000) ack 1
         1 > . 1:1(0) ack 2001
         2 < . 2001:2501(500) ack 1 win 700
         2 predicted 3 0
         7 > . 1:1(0) ack 2501
         7 delivered 2500
         7 info sendWindow 700
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void ackOfNewData_isPredicted() {
    script(
        established(RELIABLE_LINK),
        """
         0 write 2500
         0 > . 1:1001(1000) ack 1
         0 > . 1001:2001(1000) ack 1
         0 > P. 2001:2501(500) ack 1
         5 < . 1:1(0) ack 2001 win 9000
         5 predicted 0 1
         5 info sendWindow 9000
         6 < . 1:1(0) ack 2501
         6 predicted 0 2
         6 idle
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void dataWithItsAck_isPredicted() {
    script(
        accepted(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 1
         0 > . 1:1(0) ack 11
         1 write 20
         1 > P. 1:21(20) ack 11
         2 < P. 11:21(10) ack 21
         2 > . 21:21(0) ack 21
         2 predicted 2 1
         2 delivered 20
         2 idle
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void alignedTimestamps_arePredicted_otherOptionsNot() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 1 <nop,nop,TS 1 0>
         0 > . 1:1(0) ack 11
         0 predicted 1 0
         1 < P. 11:21(10) ack 1 <TS 2 0,nop,nop>
         1 > . 1:1(0) ack 21
         2 < P. 21:31(10) ack 1 <nop,nop,TS 3 0,nop,nop,nop,nop>
         2 > . 1:1(0) ack 31
         3 < P. 31:41(10) ack 1 <raw fd04abcd>
         3 > . 1:1(0) ack 41
         3 predicted 1 0
         3 delivered 40
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void controlBitsAndCongestionMarks_fallThrough() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P.E 1:11(10) ack 1
         0 > . 1:1(0) ack 11
         1 < P.W 11:21(10) ack 1
         1 > . 1:1(0) ack 21
         2 < P. 21:31(10) ack 1 tclass 3
         2 > . 1:1(0) ack 31
         3 < P.U 31:41(10) ack 1 urg 10
         3 urgent
         3 > . 1:1(0) ack 41
         3 predicted 0 0
         // Only ECN-capable is nothing special.
         4 < P. 41:51(10) ack 1 tclass 2
         4 > . 1:1(0) ack 51
         4 predicted 1 0
         5 < P.F 51:61(10) ack 1
         5 fin
         5 > . 1:1(0) ack 62
         5 predicted 1 0
         5 delivered 60
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void disorderAndWhatFillsIt_fallThrough() {
    script(
        established(RELIABLE_LINK),
        """
         0 < . 1001:2001(1000) ack 1
         0 > . 1:1(0) ack 1
         1 < . 1:1001(1000) ack 1
         1 > . 1:1(0) ack 2001
         1 delivered 2000
         2 < . 1001:2001(1000) ack 1
         2 > . 1:1(0) ack 2001
         2 predicted 0 0
         3 < . 2001:3001(1000) ack 1
         3 > . 1:1(0) ack 3001
         3 predicted 1 0
         3 delivered 3000
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void duplicateAcksAndRecovery_fallThrough() {
    script(
        established(INTERNET),
        """
         0 write 5000
         0 > . 1:1001(1000) ack 1
         0 > . 1001:2001(1000) ack 1
         0 > . 2001:3001(1000) ack 1
         0 > . 3001:4001(1000) ack 1
         0 > P. 4001:5001(1000) ack 1
         5 < . 1:1(0) ack 1
         5 < . 1:1(0) ack 1
         5 < . 1:1(0) ack 1
         5 > . 1:1001(1000) ack 1
         9 < . 1:1(0) ack 4001
         9 > P. 4001:5001(1000) ack 1
         9 predicted 0 0
        12 < . 1:1(0) ack 5001
        12 predicted 0 0
        13 write 10
        13 > P. 5001:5011(10) ack 1
        14 < . 1:1(0) ack 5011
        14 predicted 0 1
        14 idle
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void ackOfWhatWasNotSent_orLongAgo_fallsThrough() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 2
         0 > . 1:1(0) ack 1
         0 delivered 0
         1 write 10
         1 > P. 1:11(10) ack 1
         2 < P. 1:11(10) ack 11
         2 > . 11:11(0) ack 11
         3 < P. 11:21(10) ack 1
         3 > . 11:11(0) ack 21
         3 predicted 1 1
         3 delivered 20
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void closedWindows_fallThrough() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
        """
         0 pause
         0 < P. 1:1001(1000) ack 1
         0 > . 1:1(0) ack 1001 win 0
         0 predicted 1 0
         // A probe of our closed window.
         1 < . 1001:1002(1) ack 1
         1 > . 1:1(0) ack 1001 win 0
         2 read all
         2 > . 1:1(0) ack 1001 win 1000
         // Its own window closes.
         3 < P. 1001:1101(100) ack 1 win 0
         3 > . 1:1(0) ack 1101
         3 predicted 1 0
         4 resume
         4 < P. 1101:1201(100) ack 1
         4 > . 1:1(0) ack 1201
         4 predicted 1 0
         5 < P. 1201:1301(100) ack 1
         5 > . 1:1(0) ack 1301
         5 predicted 2 0
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void oneWayTraffic_isPredictedBehindTheFinOfTheOtherWay() {
    script(
        established(RELIABLE_LINK),
        """
         0 end
         0 > F. 1:1(0) ack 1
         1 < P. 1:11(10) ack 1
         1 > . 2:2(0) ack 11
         2 < . 11:11(0) ack 2
         2 finAcked
         3 < P. 11:21(10) ack 2
         3 > . 2:2(0) ack 21
         3 predicted 2 0
         3 delivered 20
        """);
    script(
        established(RELIABLE_LINK),
        """
         0 < F. 1:1(0) ack 1
         0 fin
         0 > . 1:1(0) ack 2
         1 write 10
         1 > P. 1:11(10) ack 2
         2 < . 2:2(0) ack 11
         2 predicted 0 1
         2 idle
        """);
  }

  @Test
  @Rfc("7323 Appendix A")
  void dataForAReaderThatLeft_fallsThrough() {
    script(
        established(RELIABLE_LINK),
        """
         0 leave
         1 < P. 1:11(10) ack 1
         1 predicted 0 0
         2 reset
         2 closed ABORTED
         2 > R. 1:1(0) ack 1
        """);
  }
}
