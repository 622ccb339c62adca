package dev.jktcp;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An adapter's options as JSON, both ways, and what is wrong with them in one line each. */
class AdapterOptionsTest {
  @Test
  void everyKey_survivesTheWayThroughJson() {
    AdapterOptions options =
        new AdapterOptions()
            .addLocalAddress("10.0.0.2")
            .addLocalAddress("fd00::2")
            .addPeerAddress("10.0.0.1")
            .setMtu(1500)
            .setProfile(TcpProfile.STOP_AND_WAIT)
            .setTuning(
                TcpTuning.DEFAULT
                    .withNoDelay(false)
                    .with(probing(MS, 2 * MS, 3))
                    .with(t -> t.userTimeout(Duration.ofNanos(4 * MS)))
                    .with(t -> t.connectTimeout(Duration.ofNanos(5 * MS)))
                    .withTtl(6)
                    .withTrafficClass(8))
            .setCongestion("fixed-window:65536")
            .setSendBuffer(1)
            .setReceiveBuffer(2)
            .setMaxSendBuffer(11)
            .setMaxReceiveBuffer(12)
            .setMaxConnections(3)
            .setMaxTimeWait(4)
            .setBacklog(5)
            .setMaxHalfOpen(6)
            .setTimeWait(Duration.ofMillis(6))
            .setFinWait2(Duration.ofMillis(7))
            .setMaxPendingWrites(8)
            .setOrphanTimeout(Duration.ofMillis(9))
            .setShutdownTimeout(Duration.ofMillis(10))
            .addDnsServer("10.0.0.53")
            .addHost("db.tunnel", "10.0.0.5")
            .addHost("db.tunnel", "fd00::5");
    JsonObject json = options.toJson();
    assertEquals(json, new AdapterOptions(new JsonObject(json.encode())).toJson());
    assertEquals(json, new AdapterOptions(options).toJson());
    assertEquals(options.getTuning(), new AdapterOptions(json).getTuning());
    assertEquals("stop-and-wait", json.getString("profile"));
    assertEquals("fixed-window:65536", json.getString("congestion"));
    assertEquals(new JsonArray().add("10.0.0.2").add("fd00::2"), json.getValue("localAddresses"));
  }

  @Test
  void emptyJson_keepsTheDefaults() {
    assertEquals(new AdapterOptions().toJson(), new AdapterOptions(new JsonObject()).toJson());
  }

  @Test
  void unknownKey_isRefusedWithTheNearest() {
    assertRefused(
        "unknown key 'sendbufer'; did you mean 'sendBuffer'?",
        new JsonObject().put("sendbufer", 1));
  }

  @Test
  void wrongType_isRefusedByName() {
    assertRefused("mtu: expected a whole number, got \"big\"", new JsonObject().put("mtu", "big"));
    assertRefused("mtu: expected a whole number, got null", new JsonObject().putNull("mtu"));
    assertRefused(
        "backlog: 4294967296 is not from 1 to 2147483647",
        new JsonObject().put("backlog", 1L << 32));
    assertRefused(
        "localAddresses: expected an array, got \"10.0.0.1\"",
        new JsonObject().put("localAddresses", "10.0.0.1"));
    assertRefused(
        "peerAddresses[0]: expected a string, got 1",
        new JsonObject().put("peerAddresses", new JsonArray().add(1)));
  }

  private static void assertRefused(String message, JsonObject json) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> new AdapterOptions(json)).getMessage());
  }
}
