package dev.jktcp.impl.proxy;

import static dev.jktcp.impl.proxy.ProxyLab.ascii;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.ProxyServerOptions;
import dev.jktcp.testkit.FakeTcpStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that say nothing, too much, or go: each costs a bounded time and place. */
class ProxyClientsTest {
  private static final String REQUEST = "050100 05010001 0a000002 1f40";

  private ProxyLab lab = new ProxyLab(new ProxyServerOptions());

  @Test
  void clientThatSaysNothing_isResetInTime() {
    ProxyLab.Client client = lab.new Client();
    lab.passes(9_999);
    assertEquals(List.of(), client.log);
    lab.passes(1);
    client.isReset();
    assertEquals(List.of("has not said in 10000 ms where it wants to go"), lab.refusals);
    assertEquals(0, lab.clients.count());
    assertEquals(0, lab.clock.timers());
  }

  @Test
  void clientThatDribbles_hasNoMoreTime() {
    ProxyLab.Client client = lab.new Client();
    client.sends("05 ff");
    for (int i = 0; i < 99; i++) {
      lab.passes(100);
      client.sends("01");
    }
    assertEquals(List.of(), client.log);
    lab.passes(100);
    client.isReset();
  }

  @Test
  void connectThatTakesLong_isNoHandshake() {
    ProxyLab.Client client = lab.new Client();
    client.sends(REQUEST);
    lab.passes(100_000);
    assertEquals(List.of(), client.log);
    assertEquals(0, lab.clock.timers());
  }

  @ParameterizedTest
  @CsvSource({
    "16 03 01 0200, speaks TLS: this proxy takes SOCKS5 and HTTP",
    "00, speaks neither SOCKS5 nor HTTP: this proxy takes SOCKS5 and HTTP",
    "67657420, speaks neither SOCKS5 nor HTTP: this proxy takes SOCKS5 and HTTP",
  })
  void otherProtocols_areReset(String hex, String line) {
    ProxyLab.Client client = lab.new Client();
    client.sends(hex);
    client.isReset();
    assertEquals(List.of(line), lab.refusals);
    assertEquals("", client.passedOn());
  }

  @ParameterizedTest
  @CsvSource({
    "04 01 1f40 0a000002 75736572 00", // CONNECT, with a user
    "04 02 1f40 0a000002 00", // BIND
    "04 01 1f40 00000001 00 6e616d65 00", // 4a: CONNECT to a name
    "04", // its first byte alone
  })
  void socks4_isRejected_inItsOwnWords(String hex) {
    ProxyLab.Client client = lab.new Client();
    client.sends(hex);
    assertEquals("005b000000000000", client.hears());
    assertEquals(List.of("end"), client.log);
    assertEquals(List.of("speaks SOCKS4: this proxy takes SOCKS5 and HTTP"), lab.refusals);
    client.sends("05 01 00"); // it does not begin anew
    client.sendsFin();
    assertEquals("", client.hears() + client.passedOn());
    assertFalse(client.channel.isOpen());
    assertEquals(0, lab.clients.count());
    assertEquals(0, lab.clock.timers());
  }

  @Test
  void clientThatEndsBeforeItsRequest_isReset() {
    ProxyLab.Client client = lab.new Client();
    client.sends("05 01");
    client.sendsFin();
    client.isReset();
    assertEquals(List.of("went without saying where it wants to go"), lab.refusals);
  }

  @Test
  void clientThatEndsBehindItsRequest_isServed() {
    ProxyLab.Client client = lab.new Client();
    client.sends(REQUEST + ascii("all of it"));
    client.sendsFin();
    lab.connected();
    assertEquals(1, lab.pairs.size());
    assertEquals("all of it", client.passedOn());
    assertEquals(List.of(), client.log);
  }

  @Test
  void handshakesBeyondTheLimit_takeTheOldestsPlace() {
    lab = new ProxyLab(new ProxyServerOptions().setMaxHandshakes(3));
    ProxyLab.Client first = lab.new Client();
    ProxyLab.Client second = lab.new Client();
    ProxyLab.Client third = lab.new Client();
    third.sends(REQUEST); // is past it
    ProxyLab.Client fourth = lab.new Client();
    assertEquals(List.of(), first.log);
    lab.new Client();
    first.isReset();
    assertEquals(List.of("gave way: 3 in the handshake, as many as maxHandshakes"), lab.refusals);
    for (int i = 0; i < 1_000; i++) lab.new Client();
    second.isReset();
    fourth.isReset();
    assertEquals(List.of(), third.log);
    assertEquals(4, lab.clients.count());
  }

  @Test
  void clientsBeyondTheLimit_areReset() {
    lab = new ProxyLab(new ProxyServerOptions().setMaxConnections(2));
    ProxyLab.Client first = lab.new Client();
    first.sends(REQUEST);
    lab.connected();
    ProxyLab.Client second = lab.new Client();
    ProxyLab.Client third = lab.new Client();
    third.isReset();
    assertEquals(List.of("is one too many: 2 clients, as many as maxConnections"), lab.refusals);
    first.channel.close();
    ProxyLab.Client fourth = lab.new Client();
    assertEquals(List.of(), fourth.log);
    assertEquals(List.of(), second.log);
  }

  @Test
  void clientThatGoesWhileItsConnectIsUnderWay_countsUntilThatIsOver() {
    lab = new ProxyLab(new ProxyServerOptions().setMaxConnections(1));
    ProxyLab.Client client = lab.new Client();
    client.sends(REQUEST);
    client.channel.close();
    assertEquals(1, lab.clients.count());
    FakeTcpStream stream = lab.connected();
    assertEquals(List.of("reset"), stream.log);
    assertEquals(List.of(), lab.pairs);
    assertEquals(0, lab.clients.count());
  }

  @Test
  void clientThatGoesBeforeItsConnectFails_leavesNothing() {
    ProxyLab.Client client = lab.new Client();
    client.sends(REQUEST);
    client.channel.close();
    lab.connects.get(0).fail("late");
    assertEquals(0, lab.clients.count());
    assertEquals(List.of(), lab.refusals);
    assertEquals(0, lab.clock.timers());
  }

  private ProxyLab.Client refused() {
    ProxyLab.Client client = lab.new Client();
    client.sends("050100 05020001 0a000002 1f40"); // BIND
    assertEquals(List.of("end"), client.log);
    return client;
  }

  @Test
  void refusedClient_mayReadItsAnswerAndClose() {
    ProxyLab.Client client = refused();
    client.says("and this and that");
    assertEquals("", client.passedOn());
    assertTrue(client.channel.isOpen());
    client.sendsFin();
    assertFalse(client.channel.isOpen());
    assertEquals(List.of("end"), client.log);
    assertEquals(0, lab.clock.timers());
    assertEquals(0, lab.clients.count());
  }

  @Test
  void refusedClientThatStays_isReset() {
    ProxyLab.Client client = refused();
    lab.passes(1_999);
    assertTrue(client.channel.isOpen());
    lab.passes(1);
    assertFalse(client.channel.isOpen());
    assertEquals(List.of("end", "reset"), client.log);
    assertEquals(1, lab.refusals.size());
  }

  @Test
  void credentials_areNotShown() {
    assertEquals("credentials of ann", new Credentials("ann", "secret").toString());
  }
}
