package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.Trace.Row;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Rfc;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What the stories of the congestion window must tell, whatever the committed text says. {@link
 * CongestionWatch} has looked at each packet of them already.
 */
class CwndTest {
  @Nested
  class OfReliableLink extends Stories {
    OfReliableLink() {
      super(TcpProfile.RELIABLE_LINK, 0.5);
    }
  }

  @Nested
  class OfInternet extends Stories {
    OfInternet() {
      super(TcpProfile.INTERNET, 0.7);
    }
  }

  abstract static class Stories {
    private final TcpProfile profile;
    private final double beta; // RFC 5681 §3.1 equation (4), RFC 9438 §4.6

    Stories(TcpProfile profile, double beta) {
      this.profile = profile.with(p -> p.sack(false)); // RFC 6582 is what the stories are of
      this.beta = beta;
    }

    private Trace trace(String name) {
      Trace trace = Tables.cwnd(profile).get(name);
      assertTrue(trace != null, "no story " + name);
      return trace;
    }

    private List<Row> rows(String name) {
      return trace(name).rows;
    }

    private Row first(String name, String event) {
      return rows(name).stream()
          .filter(row -> row.is(event))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " has no " + event));
    }

    private Row before(String name, Row row) {
      return rows(name).get(rows(name).indexOf(row) - 1);
    }

    private long count(String name, String event) {
      return rows(name).stream().filter(row -> row.is(event)).count();
    }

    private int again(String name) {
      return rows(name).stream().mapToInt(Row::again).sum();
    }

    @Test
    @Rfc({"6928 §2", "5681 MUST-§3.1(1)"})
    void initialWindow_isTenSegmentsOrTwoLargeOnes() {
      assertEquals(10, rows("slow start").get(0).cwnd());
      assertEquals(2, rows("slow start, segments of 8960 bytes").get(0).cwnd());
    }

    @Test
    @Rfc({"5681 §3.1", "5681 MUST-§3.1(3)"})
    void lostSyn_leavesOneSegment() {
      Row row = rows("the SYN is lost").get(0);
      assertTrue(row.is("after a second SYN"));
      assertEquals(1, row.cwnd());
      assertEquals(1, row.flight());
    }

    @Test
    @Rfc("5681 §3.1")
    void slowStart_doublesEachRoundAndNoMore() {
      List<Row> rows = rows("slow start");
      for (int i = 1; i < rows.size(); i++) {
        assertTrue(rows.get(i).cwnd() <= 2 * rows.get(i - 1).cwnd(), rows.get(i).toString());
      }
      assertTrue(rows.get(4).cwnd() >= 100, rows.toString());
      assertEquals(0, again("slow start"));
    }

    @Test
    @Rfc({"5681 §3.1", "9438 §4.8"})
    void timeout_leavesOneSegmentAndAShareOfTheFlight_thenGrowsByOneARound() {
      String name = "a whole window is lost";
      Row timeout = first(name, "timeout");
      assertEquals(1, timeout.cwnd());
      assertEquals(1, timeout.again());
      assertEquals(before(name, timeout).flight() * beta, timeout.ssthresh());
      List<Row> rows = rows(name);
      for (int i = rows.indexOf(timeout) + 1; i < rows.size(); i++) {
        double grew = rows.get(i).cwnd() - rows.get(i - 1).cwnd();
        boolean slowStart = rows.get(i - 1).cwnd() < timeout.ssthresh();
        // A delayed ACK makes some rounds last longer than a round trip.
        double roundTrips =
            Math.max(1, Math.ceil((rows.get(i).atMs() - rows.get(i - 1).atMs()) / 100));
        double most = slowStart ? rows.get(i - 1).cwnd() : roundTrips;
        assertTrue(grew <= most, rows.get(i).toString());
      }
      assertTrue(rows.get(rows.size() - 1).cwnd() > timeout.ssthresh() + 3, "it does grow");
      assertEquals(1, count(name, "timeout"));
    }

    @Test
    @Rfc({"5681 §3.2", "6582 §3.2(3)", "6582 §3.2(4)"})
    void lossesInAWindow_costOneFallAndNoTimeout() {
      for (String name :
          List.of(
              "one loss",
              "two losses in a window",
              "every other segment of ten is lost",
              "a loss with three segments behind it",
              "a loss with two segments behind it, and more to send",
              "a loss where four segments fill the window")) {
        Row loss = first(name, "fast retransmit");
        assertEquals(1, count(name, "fast retransmit"), name);
        assertEquals(0, count(name, "timeout"), name);
        assertEquals(loss.ssthresh(), loss.cwnd(), name); // + 3, counted as what has left
        assertTrue(loss.ssthresh() <= Math.max(2, (before(name, loss).cwnd() + 4) * beta), name);
        assertTrue(first(name, "recovered").cwnd() <= loss.ssthresh() + 1, name);
      }
      assertEquals(1, again("one loss"));
      assertEquals(2, again("two losses in a window"));
      assertEquals(5, again("every other segment of ten is lost"));
      assertEquals(4, first("every other segment of ten is lost", "recovered").round() - 1);
    }

    @Test
    @Rfc({"5681 §4.3", "5681 MUST-§4.3(1)"})
    void lossOfARetransmission_lowersSsthreshTwice() {
      String name = "the retransmission is lost";
      Row loss = first(name, "fast retransmit");
      Row timeout = first(name, "timeout");
      assertEquals(1, timeout.cwnd());
      assertTrue(timeout.ssthresh() <= loss.ssthresh(), timeout.toString());
    }

    @Test
    @Rfc("6298 MUST-§5.5(1)")
    void timerBacksOff_eachTimeTwice() {
      List<Row> timeouts =
          rows("three retransmissions are lost").stream().filter(r -> r.is("timeout")).toList();
      assertEquals(3, timeouts.size());
      double first = timeouts.get(1).atMs() - timeouts.get(0).atMs();
      double second = timeouts.get(2).atMs() - timeouts.get(1).atMs();
      assertEquals(2 * first, second, 2); // milliseconds: deadlines are rounded up
      assertEquals(timeouts.get(0).ssthresh(), timeouts.get(2).ssthresh());
    }

    @Test
    @Rfc("5681 §4.1")
    void pauseLongerThanTheTimeout_bringsTheInitialWindowBack() {
      Row pause = first("a pause of 5 s", "after a pause");
      assertTrue(before("a pause of 5 s", pause).cwnd() > 20);
      assertEquals(10, pause.cwnd());
      assertEquals(10, pause.flight());
    }

    @Test
    void windowThatIsNotUsed_doesNotGrow() {
      for (Row row : rows("the user limits it")) {
        assertTrue(row.atMs() > 850 || row.cwnd() == 10, row.toString());
      }
      for (Row row : rows("the receiver's window limits it")) {
        assertTrue(row.flight() <= 8 && row.cwnd() <= 2 * (8 + 1), row.toString());
      }
    }

    @Test
    void lostAndRareAcks_costNoRetransmission() {
      for (String name : List.of("every other ACK is lost", "three of four ACKs are lost")) {
        assertEquals(0, count(name, "fast retransmit"), name);
        // The last ACK of all may be one of them, and the answer to its repetition another.
        assertTrue(count(name, "timeout") <= 2, name);
      }
      assertEquals(1, again("one ACK a batch"));
    }

    @Test
    @Rfc("5681 §3.2")
    void twoDuplicateAcks_areNoLoss_fourAre() {
      assertEquals(0, again("a segment comes two late"));
      assertTrue(count("a segment comes four late", "fast retransmit") >= 1);
    }

    @Test
    void closedWindow_isProbedAndCostsNoCwnd() {
      String name = "the window closes and opens";
      Row closed = first(name, "window closed");
      assertTrue(count(name, "probe") >= 1);
      assertEquals(closed.cwnd(), first(name, "window open").cwnd());
      assertEquals(0, count(name, "timeout"));
    }

    @Test
    void queueThatOverflows_makesASawtooth() {
      String name = "a queue of 32 packets";
      assertTrue(count(name, "fast retransmit") >= 3);
      assertFalse(
          rows(name).stream().anyMatch(row -> row.round() > 30 && row.cwnd() > 50 + 32 + 2));
    }
  }
}
