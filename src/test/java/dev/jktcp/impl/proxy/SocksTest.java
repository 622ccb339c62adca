package dev.jktcp.impl.proxy;

import static dev.jktcp.impl.proxy.ProxyLab.ascii;
import static dev.jktcp.impl.proxy.ProxyLab.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jktcp.ProxyServerOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.FakeTcpStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1928 and 1929, byte for byte. */
class SocksTest {
  private static final String GREETING = "05 01 00";
  private static final String TO_V4 = "05 01 00 01 0a000002 1f40"; // 10.0.0.2:8000
  private static final String SUCCESS = hex("05 00 00 01 0a000001 0001"); // FakeTcpStream's address

  private ProxyLab lab = new ProxyLab(new ProxyServerOptions());

  private static String refused(String code) {
    return hex("05", code, "00 01 00000000 0000");
  }

  private ProxyLab.Client greeted() {
    ProxyLab.Client client = lab.new Client();
    client.sends(GREETING);
    assertEquals("0500", client.hears());
    return client;
  }

  @Test
  void connect_isAskedAndAnswered_thenBytesAreTheConnections() {
    ProxyLab.Client client = greeted();
    client.sends(TO_V4);
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
    assertEquals("", client.hears()); // not before there is a connection

    FakeTcpStream stream = lab.connected();
    assertEquals(SUCCESS, client.hears());
    assertEquals(List.of(stream), lab.pairs);
    client.says("hello");
    assertEquals("hello", client.passedOn());
    client.channel.writeOutbound(io.netty.buffer.Unpooled.copiedBuffer(new byte[] {5, 1}));
    assertEquals("0501", client.hears()); // no codec is left that would look at it
    assertEquals(List.of(), client.log);
  }

  @Test
  void bytesOneByOne_areTheSameRequest() {
    ProxyLab.Client client = lab.new Client();
    client.sendsSlowly(GREETING);
    client.sendsSlowly(TO_V4);
    assertEquals("0500", client.hears());
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
  }

  @Test
  void everythingAtOnce_keepsWhatIsMeantForTheTarget() {
    ProxyLab.Client client = lab.new Client();
    client.sends(GREETING + TO_V4 + ascii("early"));
    client.says(" bird");
    assertEquals("early bird", client.passedOn());
    lab.connected();
    assertEquals(hex("0500", SUCCESS), client.hears());
  }

  @Test
  void pair_isPumpedBothWays() {
    ProxyLab.Client client = greeted();
    client.sends(TO_V4);
    FakeTcpStream stream = lab.connected();
    client.side.arrives("forth");
    stream.arrives("back");
    assertEquals("forth", stream.written.toString());
    assertEquals("back", client.side.written.toString());
    stream.finArrives();
    assertEquals(List.of("end"), client.side.log);
  }

  @ParameterizedTest
  @CsvSource({
    "04 fd66000000000000000000000000000a 0050, [fd66::a]:80",
    "03 08 31302e302e302e37 0050, 10.0.0.7:80", // RFC 1928 knows names; this one is an address
    "03 08 666436363a3a3132 ffff, [fd66::12]:65535",
  })
  void otherAddresses_areConnectedTo(String address, String asked) {
    ProxyLab.Client client = greeted();
    client.sends("05 01 00" + address);
    assertEquals(List.of(asked), lab.asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "db.tunnel"})
  void name_isGivenToTheAdapter(String name) {
    ProxyLab.Client client = greeted();
    client.sends("05 01 00 03" + String.format("%02x", name.length()) + ascii(name) + "0050");
    assertEquals(List.of(name + ":80"), lab.asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x7f.1", "10.0.0", "-a.example", "fe80::1%"})
  void nameThatIsNone_isRefused_andNobodyIsAsked(String name) {
    ProxyLab.Client client = greeted();
    client.sends("05 01 00 03" + String.format("%02x", name.length()) + ascii(name) + "0050");
    assertEquals(refused("08"), client.hears());
    assertEquals(List.of(), lab.asked);
    assertEquals(
        List.of("'" + name + "' is not an IP address, and this proxy resolves no names: give one"),
        lab.refusals);
  }

  @ParameterizedTest
  @CsvSource({
    "05 02 00 01 0a000002 1f40, 07, wants BIND(2): this proxy knows CONNECT and UDP ASSOCIATE",
    "05 03 00 01 0a000002 1f40, 01, no UDP here",
    "05 09 00 01 0a000002 1f40, 07, wants UNKNOWN(9): this proxy knows CONNECT and UDP ASSOCIATE",
    "05 01 00 01 0a000002 0000, 01, port 0 is not from 1 to 65535",
    "05 01 00 07 0a000002 1f40, 08, has a bad request: unsupported address type: 7",
    "04 01 00 01 0a000002 1f40, 01, has a bad request: unsupported version: 4 (expected: 5)",
  })
  void requestThatCannotBe_isAnsweredWithItsCode(String request, String code, String line) {
    ProxyLab.Client client = greeted();
    client.sends(request);
    assertEquals(refused(code), client.hears());
    assertEquals(List.of(line), lab.refusals);
    assertEquals(List.of(), lab.asked);
    assertEquals(List.of("end"), client.log);
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED, connection refused by 10.0.0.2:8000, 05",
    "TIMED_OUT, connection timed out, 06",
    "TIMED_OUT, connection timed out: no answer (network unreachable), 03",
    "UNREACHABLE, unreachable: 10.0.0.2:8000 (host unreachable), 04",
    "UNREACHABLE, unreachable: 10.0.0.2:8000 (port unreachable), 05",
    "UNREACHABLE, unreachable: 10.0.0.2:8000 (prohibited by a filter), 02",
    "ADAPTER_CLOSED, adapter closed, 01",
    "TRANSPORT_LOST, transport lost: the other side left, 01",
    ", no local port is free, 01",
  })
  void failedConnect_hasItsCode(CloseReason reason, String message, String code) {
    ProxyLab.Client client = greeted();
    client.sends(TO_V4);
    lab.connects.get(0).fail(new TcpException(reason, message));
    assertEquals(refused(code), client.hears());
    assertEquals(List.of(message), lab.refusals);
  }

  @Test
  void addressOfAnotherFamily_isAnAddressThatIsNotSupported() {
    ProxyLab.Client client = greeted();
    client.sends(TO_V4);
    lab.connects.get(0).fail(new IllegalArgumentException("host: 10.0.0.2 is IPv4"));
    assertEquals(refused("08"), client.hears());
  }

  @Test
  void targetThatIsNotAllowed_isForbidden() {
    lab.clients.allowed = target -> target.port() == 80;
    ProxyLab.Client client = greeted();
    client.sends(TO_V4);
    assertEquals(refused("02"), client.hears());
    assertEquals(List.of("10.0.0.2:8000 is not allowed"), lab.refusals);
    assertEquals(List.of(), lab.asked);
  }

  @Test
  void methodsWithoutOurs_areUnacceptable() {
    ProxyLab.Client client = lab.new Client();
    client.sends("05 02 01 02"); // GSSAPI, user and password
    assertEquals("05ff", client.hears());
    assertEquals(List.of("end"), client.log);
    client.sends(TO_V4);
    assertEquals(List.of(), lab.asked);
  }

  @Test
  void greetingWithoutMethods_isUnacceptable() {
    ProxyLab.Client client = lab.new Client();
    client.sends("05 00");
    assertEquals("05ff", client.hears());
    assertEquals(List.of("end"), client.log);
    assertFalse(lab.refusals.isEmpty());
  }

  private ProxyLab.Client askedForPassword() {
    lab = new ProxyLab(new ProxyServerOptions().setCredentials("ann", "secret"));
    ProxyLab.Client client = lab.new Client();
    client.sends("05 02 00 02");
    assertEquals("0502", client.hears());
    return client;
  }

  @Test
  void rightPassword_goesOn() {
    ProxyLab.Client client = askedForPassword();
    client.sends("01 03" + ascii("ann") + "06" + ascii("secret") + TO_V4);
    assertEquals("0100", client.hears());
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
  }

  @ParameterizedTest
  @CsvSource({"ann, Secret", "Ann, secret", "ann, secret1", "ann, ''", "'', secret", "bob, secret"})
  void wrongPassword_endsIt(String user, String password) {
    ProxyLab.Client client = askedForPassword();
    String lengths = "%02x";
    client.sends(
        "01"
            + String.format(lengths, user.length())
            + ascii(user)
            + String.format(lengths, password.length())
            + ascii(password)
            + TO_V4);
    assertEquals("01ff", client.hears());
    assertEquals(List.of("end"), client.log);
    assertEquals(List.of("has a wrong user or password"), lab.refusals);
    assertEquals(List.of(), lab.asked);
  }

  @Test
  void passwordThatIsNotAskedForFirst_isNoWayIn() {
    lab = new ProxyLab(new ProxyServerOptions().setCredentials("ann", "secret"));
    ProxyLab.Client client = lab.new Client();
    client.sends(GREETING + TO_V4);
    assertEquals("05ff", client.hears());
    assertEquals(List.of(), lab.asked);
  }

  @Test
  void wrongVersionOfThePassword_isReset() {
    ProxyLab.Client client = askedForPassword();
    client.sends("05 03" + ascii("ann") + "06" + ascii("secret"));
    client.isReset();
    assertFalse(lab.refusals.isEmpty());
  }
}
