package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stories, and the text of a profile's. */
final class CwndCases {
  static final List<CwndCase> ALL =
      List.of(
          new CwndCase("slow start", "RFC 6928 §2, RFC 5681 §3.1").write(0, 400),
          new CwndCase("slow start, segments of 8960 bytes", "RFC 6928 §2: two of them")
              .mss(8_960)
              .write(0, 40),
          new CwndCase("the SYN is lost", "RFC 5681 §3.1: then one segment")
              .fault(f -> f.loseSyns(1))
              .write(0, 60),
          new CwndCase(
                  "a whole window is lost",
                  "31 to 70. RFC 5681 §3.1: slow start from one segment, then congestion avoidance")
              .fault(f -> f.lose(31, 70, 1))
              .write(0, 300),
          new CwndCase("one loss", "35. RFC 5681 §3.2, RFC 6582 §3.2").lose(35).write(0, 300),
          new CwndCase("two losses in a window", "35 and 45. RFC 6582 §3.2, a partial ACK")
              .lose(35)
              .lose(45)
              .write(0, 300),
          new CwndCase("every other segment of ten is lost", "35, 37, 39, 41, 43")
              .lose(35)
              .lose(37)
              .lose(39)
              .lose(41)
              .lose(43)
              .write(0, 300),
          new CwndCase("a loss in each of two windows", "35 and 75")
              .lose(35)
              .lose(75)
              .write(0, 300),
          new CwndCase("the retransmission is lost", "35, twice: only the timer is left")
              .fault(f -> f.lose(35, 35, 2))
              .write(0, 200),
          new CwndCase("three retransmissions are lost", "35, four times: the timer backs off")
              .fault(f -> f.lose(35, 35, 4))
              .write(0, 200),
          new CwndCase("the last segment is lost", "70: nothing behind it draws duplicate ACKs")
              .lose(70)
              .write(0, 70),
          new CwndCase(
                  "a loss with three segments behind it",
                  "33 of 36: limited transmit has nothing to send, three duplicate ACKs suffice")
              .lose(33)
              .write(0, 36),
          new CwndCase(
                  "a loss with two segments behind it, and no more to send",
                  "33 of 35: nothing draws a third duplicate ACK, until 20 more are written")
              .lose(33)
              .write(0, 35)
              .write(600, 20),
          new CwndCase(
                  "a loss where four segments fill the window",
                  "9, the receiver has room for four: the window leaves limited transmit no room")
              .receiveSegments(4)
              .lose(9)
              .write(0, 40),
          new CwndCase(
                  "a loss with two segments behind it, and more to send",
                  "5, of four in flight: limited transmit (RFC 3042) draws the third duplicate ACK")
              .fault(f -> f.loseSyns(1))
              .lose(5)
              .write(0, 60),
          new CwndCase(
                  "the path stands still for 3 s",
                  "from 230 ms: the timer fires though nothing is lost, then all arrives")
              .stall(230, 3_230)
              .write(0, 300),
          new CwndCase("a pause of 5 s", "RFC 5681 §4.1: from the initial window again")
              .write(0, 150)
              .write(5_000, 150),
          new CwndCase(
                  "the user limits it",
                  "two segments each 100 ms, then all there are: what is not used does not grow")
              .write(0, 2)
              .write(200, 2)
              .write(300, 2)
              .write(400, 2)
              .write(500, 2)
              .write(600, 2)
              .write(700, 2)
              .write(800, 2)
              .write(900, 200),
          new CwndCase("the receiver's window limits it", "to eight segments")
              .receiveSegments(8)
              .write(0, 100),
          new CwndCase("every other ACK is lost", "bytes count, not ACKs")
              .oneAckOf(2)
              .write(0, 300),
          new CwndCase("three of four ACKs are lost", "").oneAckOf(4).write(0, 300),
          new CwndCase("one ACK a batch", "of all that arrives at one instant; and one loss, 35")
              .oneAckABatch()
              .lose(35)
              .write(0, 300),
          new CwndCase("a segment comes two late", "35: two duplicate ACKs are no loss")
              .fault(f -> f.overtake(35, 2))
              .write(0, 300),
          new CwndCase(
                  "a segment comes four late",
                  "35: a needless retransmission, and half the window gone")
              .fault(f -> f.overtake(35, 4))
              .write(0, 300),
          new CwndCase(
                  "the window closes and opens",
                  "the reader stands from 250 ms to 3 s, with room for 64 segments: probes cost no"
                      + " cwnd")
              .receiveSegments(64)
              .readerStands(250, 3_000)
              .write(0, 300),
          sawtooth());

  private CwndCases() {}

  /** What the picture shows, too. */
  static CwndCase sawtooth() {
    return new CwndCase(
            "a queue of 32 packets",
            "10 Mbit/s, 40 ms: 50 segments fill the path, 32 more the queue")
        .link(10_000_000, 40, 32)
        .write(0, 5_000);
  }

  static Map<String, Trace> run(TcpProfile profile) {
    Map<String, Trace> traces = new LinkedHashMap<>();
    ALL.forEach(c -> traces.put(c.name, c.run(profile)));
    return traces;
  }

  static String text(TcpProfile profile, Map<String, Trace> traces) {
    StringBuilder out = new StringBuilder();
    out.append("The congestion window of ").append(profile).append(", round by round.\n\n");
    out.append("Windows and amounts are segments: of 1000 bytes, where nothing else is said, and");
    out.append(
        " then the round trip is 100 ms\nand packets take no time on the link. A row is how");
    out.append(" things stand when an instant is over in which a round began\nor something");
    out.append(" happened; sent, again (retransmitted) and dups (duplicate ACKs) count since the");
    out.append(" row before.\n");
    for (CwndCase c : ALL) {
      out.append("\n## ").append(c.name).append('\n');
      if (!c.note.isEmpty()) {
        out.append(c.note).append('\n');
      }
      out.append(traces.get(c.name).text());
    }
    return out.toString();
  }
}
