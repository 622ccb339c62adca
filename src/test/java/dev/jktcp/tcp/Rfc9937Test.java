package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** Proportional rate reduction on the wire; its sums have a test of their own. */
class Rfc9937Test {
  @Test
  @Rfc({"9937 §6.2", "9937 §6.4"})
  void recovery_comesDownToSsthresh_andEndsThere() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerSack(),
        """
          0 write 9000
          0 > . 1:1001(1000) ack 1
          0 > . 1001:2001(1000) ack 1
          0 > . 2001:3001(1000) ack 1
          0 > . 3001:4001(1000) ack 1
          0 > . 4001:5001(1000) ack 1
          0 > . 5001:6001(1000) ack 1
          0 > . 6001:7001(1000) ack 1
          0 > . 7001:8001(1000) ack 1
          0 > P. 8001:9001(1000) ack 1
          1 write 9000
          1 > . 9001:10001(1000) ack 1
        100 < . 1:1(0) ack 1 <sack 1001:4001>
        100 > . 1:1001(1000) ack 1
        101 < . 1:1(0) ack 1 <sack 1001:5001>
        101 > . 10001:11001(1000) ack 1
        102 < . 1:1(0) ack 1 <sack 1001:6001>
        103 < . 1:1(0) ack 1 <sack 1001:7001>
        104 < . 1:1(0) ack 1 <sack 1001:8001>
        104 > . 11001:12001(1000) ack 1
        200 < . 1:1(0) ack 10001
        200 > . 12001:13001(1000) ack 1
        200 > . 13001:14001(1000) ack 1
        200 > . 14001:15001(1000) ack 1
        200 info cwnd 5000
        200 info ssthresh 5000
        """);
  }
}
