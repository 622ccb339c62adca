package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.transport.TransportUri.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transports written as URIs, and what is wrong with one in one line. */
class TransportUriTest {
  private static void refused(String text, String because) {
    Throwable error = assertThrows(IllegalArgumentException.class, () -> TransportUri.parse(text));
    String message = error.getMessage();
    assertTrue(message.contains(because), () -> "'" + message + "' does not say '" + because + "'");
    assertTrue(message.contains(text), () -> message + " names not " + text);
    assertFalse(message.contains("\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "unix:/tmp/a:b, UNIX, /tmp/a:b, , 0",
    "unix-listen:a, UNIX_LISTEN, a, , 0",
    "tcp:localhost:7000, TCP, , localhost, 7000",
    "tcp:[::1]:7000, TCP, , ::1, 7000",
    "tcp-listen:0.0.0.0:0, TCP_LISTEN, , 0.0.0.0, 0",
    "tun:jk0, TUN, jk0, , 0",
    "cdtunnel+unix:/tmp/a, CDTUNNEL_UNIX, /tmp/a, , 0",
    "cdtunnel:127.0.0.1:7000, CDTUNNEL_TCP, , 127.0.0.1, 7000",
    "cdtunnel-listen+unix:/tmp/a, CDTUNNEL_LISTEN_UNIX, /tmp/a, , 0",
  })
  void rightForm_isRead(String text, Kind kind, String path, String host, int port) {
    TransportUri uri = TransportUri.parse(text);
    assertEquals(new TransportUri(kind, path, host, port), uri);
    assertEquals(text, uri.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "uinx:/tmp/a, did you mean unix:PATH?",
    "/tmp/a, 'is not a transport; known are unix:PATH, unix-listen:PATH, tcp:HOST:PORT, '",
    "unix-lisen:/tmp/a, did you mean unix-listen:PATH?",
    "cdtunel:h:1, did you mean cdtunnel:HOST:PORT?",
    "tpc:h:1, did you mean tcp:HOST:PORT?",
    "unix:, is not unix:PATH",
    "unix, is not unix:PATH",
    "tcp:localhost, is not tcp:HOST:PORT",
    "tcp:localhost:0, '0' is not a port",
    "tcp:::1:7000, an IPv6 address goes in brackets",
    "tun:a/b, no space",
    "tun:sixteen-letters-, at most 15 letters",
  })
  void wrongForm_isRefused(String text, String because) {
    refused(text, because);
  }

  @ParameterizedTest
  @CsvSource({
    "reconnect+reconnect+unix:/a, one reconnect+ is enough",
    "reconnect+uinx:/a, did you mean unix:PATH?",
    "reconnect+unix:/a?gap=soon, gap: 'soon' is not a time such as 100ms or 30s",
    "reconnect+unix:/a?gap=25h, gap: '25h' is not a time",
    "reconnect+unix:/a?gap=1441m, gap: 86460000 is not from 0 to 86400000",
    "reconnect+unix:/a?gpa=1s, 'gpa' is not an option; did you mean 'gap'?",
    "reconnect+unix:/a?attempts=many, attempts: 'many' is not a whole number",
    "reconnect+unix:/a?attempts, attempts: '' is not a whole number",
    "reconnect+unix:/a?mustListen, mustListen: '' is not true or false",
    "reconnect+unix:/a?jitter=2, jitter: 2.0 is not from 0 to 1",
    "reconnect+unix:/a?first=20s, 'first: 20000 is more than largest, 10000'",
    "reconnect+unix:/a?, '' is not an option",
  })
  void wrongReconnecting_isRefused(String text, String because) {
    refused(text, because);
  }

  @Test
  void reconnecting_hasItsOptionsInAQuery() {
    TransportUri usual = TransportUri.parse("reconnect+tcp:localhost:7000");
    assertEquals(
        new TransportUri(Kind.TCP, null, "localhost", 7000).reconnecting(new ReconnectOptions()),
        usual);
    assertEquals("reconnect+tcp:localhost:7000", usual.toString());
    String text =
        "reconnect+unix:/a?first=50ms&largest=2000ms&jitter=0.25&attempts=7&gap=60000ms&mustListen=true";
    TransportUri all = TransportUri.parse(text);
    assertEquals("/a", all.path());
    assertEquals(text, all.toString());
    assertEquals("reconnect+unix:/a", all.name());
    assertEquals(
        60_000, TransportUri.parse("reconnect+unix:/a?gap=1m").reconnect().getGap().toMillis());
    assertEquals(null, TransportUri.parse("unix:/a?gap=1m").reconnect(), "a path with a ?");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.123456789, 1e-5, 0.1 + 0.2, Double.MIN_VALUE})
  void anyJitter_survivesTheQuery(double jitter) {
    TransportUri uri =
        TransportUri.parse("unix:/a").reconnecting(new ReconnectOptions().setJitter(jitter));
    assertEquals(jitter, TransportUri.parse(uri.toString()).reconnect().getJitter());
  }

  @Test
  void longPath_isRefused() {
    refused("unix:/" + "a".repeat(107), "at most 107 bytes");
  }
}
