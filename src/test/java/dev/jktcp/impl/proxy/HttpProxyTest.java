package dev.jktcp.impl.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.ProxyServerOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.FakeTcpStream;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONNECT of RFC 9110 §9.3.6, and requests for http:// URLs. */
class HttpProxyTest {
  private static final String CONNECT =
      "CONNECT 10.0.0.2:8000 HTTP/1.1\r\nHost: 10.0.0.2:8000\r\n\r\n";

  private ProxyLab lab = new ProxyLab(new ProxyServerOptions());

  private ProxyLab.Client says(String text) {
    ProxyLab.Client client = lab.new Client();
    client.says(text);
    return client;
  }

  private void isRefused(ProxyLab.Client client, String status, String error, String line) {
    String answer = client.hearsText();
    assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
    assertTrue(answer.contains("\r\nproxy-status: jktcp; error=" + error + "\r\n"), answer);
    assertTrue(answer.contains("\r\nconnection: close\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n" + line + "\n"), answer);
    assertEquals(List.of(line), lab.refusals);
    assertEquals(List.of("end"), client.log);
  }

  @Test
  void connect_isATunnelFromItsAnswerOn() {
    ProxyLab.Client client = says(CONNECT);
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
    assertEquals("", client.hearsText());
    lab.connected();
    assertEquals("HTTP/1.1 200 Connection established\r\n\r\n", client.hearsText());
    client.says("GET / HTTP/1.1\r\n\r\n");
    assertEquals("GET / HTTP/1.1\r\n\r\n", client.passedOn());
    client.channel.writeOutbound(Unpooled.copiedBuffer("raw", StandardCharsets.US_ASCII));
    assertEquals("raw", client.hearsText());
    assertEquals(1, lab.pairs.size());
  }

  @Test
  void bytesBehindTheRequest_areTheConnections() {
    ProxyLab.Client client = says(CONNECT + "CONNECT 10.0.0.9:9 HTTP/1.1\r\n\r\nearly");
    client.says(" bird");
    assertEquals("CONNECT 10.0.0.9:9 HTTP/1.1\r\n\r\nearly bird", client.passedOn());
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
  }

  @Test
  void bytesOneByOne_areTheSameRequest() {
    ProxyLab.Client client = lab.new Client();
    client.sendsSlowly(ProxyLab.ascii(CONNECT + "x"));
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
    assertEquals("x", client.passedOn());
  }

  @Test
  void addressOfIpv6_isInBrackets() {
    says("CONNECT [fd66::a]:80 HTTP/1.1\r\n\r\n");
    assertEquals(List.of("[fd66::a]:80"), lab.asked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0:80|502 Bad Gateway|dns_error"
            + "|'10.0.0' is not an IP address, and this proxy resolves no names: give one",
        "a..b:443|502 Bad Gateway|dns_error"
            + "|'a..b' is not an IP address, and this proxy resolves no names: give one",
        "10.0.0.2|400 Bad Request|http_request_error|'10.0.0.2' is not ADDR:PORT",
        "10.0.0.2:0|400 Bad Request|http_request_error"
            + "|'10.0.0.2:0': '0' is not a port, 1 to 65535",
        "fd66::a:80|400 Bad Request|http_request_error"
            + "|'fd66::a:80' is not ADDR:PORT; an IPv6 address goes in brackets",
        "[fd66::a|400 Bad Request|http_request_error|'[fd66::a': a bracket is not closed",
      })
  void targetThatCannotBe_isRefused(String target, String status, String error, String line) {
    ProxyLab.Client client = says("CONNECT " + target + " HTTP/1.1\r\n\r\n");
    isRefused(client, status, error, line);
    assertEquals(List.of(), lab.asked);
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED, 502 Bad Gateway, connection_refused",
    "TIMED_OUT, 504 Gateway Timeout, connection_timeout",
    "UNREACHABLE, 502 Bad Gateway, destination_ip_unroutable",
    "TRANSPORT_LOST, 503 Service Unavailable, destination_unavailable",
  })
  void failedConnect_hasItsStatus(CloseReason reason, String status, String error) {
    ProxyLab.Client client = says(CONNECT);
    lab.connects.get(0).fail(new TcpException(reason, "it is so"));
    isRefused(client, status, error, "it is so");
  }

  @Test
  void targetThatIsNotAllowed_isForbidden() {
    lab.clients.allowed = target -> false;
    isRefused(
        says(CONNECT),
        "403 Forbidden",
        "destination_ip_prohibited",
        "10.0.0.2:8000 is not allowed");
  }

  @Test
  void requestThatIsNotForAProxy_isNotAllowed() {
    ProxyLab.Client client = says("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    isRefused(
        client,
        "405 Method Not Allowed",
        "http_request_denied",
        "this is a proxy: it takes CONNECT and http:// URLs");
  }

  @Test
  void contentOfConnect_isABadRequest() {
    ProxyLab.Client client = says("CONNECT 10.0.0.2:80 HTTP/1.1\r\nContent-Length: 4\r\n\r\nwhat");
    isRefused(client, "400 Bad Request", "http_request_error", "a CONNECT has no content");
    assertEquals("", client.passedOn());
  }

  @ParameterizedTest
  @CsvSource({"9000, 10, 414", "10, 20000, 431"})
  void requestThatIsTooLong_isRefused(int line, int header, int status) {
    ProxyLab.Client client =
        says(
            "CONNECT "
                + "1".repeat(line)
                + ":80 HTTP/1.1\r\nX: "
                + "y".repeat(header)
                + "\r\n\r\n");
    assertTrue(client.hearsText().startsWith("HTTP/1.1 " + status + " "), lab.refusals.toString());
    assertEquals(List.of("end"), client.log);
    assertEquals(List.of(), lab.asked);
  }

  @Test
  void lineWithoutEnd_isRefusedOnceTooLong() {
    ProxyLab.Client client = says("CONNECT ");
    for (int i = 0; i < 100 && lab.refusals.isEmpty(); i++) client.says("1".repeat(100));
    assertTrue(client.hearsText().startsWith("HTTP/1.1 414 "), lab.refusals.toString());
  }

  private static String basic(String both) {
    return Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private ProxyLab.Client saysWith(String authorization) {
    lab = new ProxyLab(new ProxyServerOptions().setCredentials("ann", "se:cret"));
    return says(
        "CONNECT 10.0.0.2:8000 HTTP/1.1\r\nProxy-Authorization: " + authorization + "\r\n\r\n");
  }

  @Test
  void rightPassword_goesOn() {
    saysWith("basic " + basic("ann:se:cret"));
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
  }

  @Test
  void noPassword_isAskedFor() {
    lab = new ProxyLab(new ProxyServerOptions().setCredentials("ann", "se:cret"));
    ProxyLab.Client client = says(CONNECT);
    String answer = client.hearsText();
    assertTrue(answer.startsWith("HTTP/1.1 407 Proxy Authentication Required\r\n"), answer);
    assertTrue(
        answer.contains("\r\nproxy-authenticate: Basic realm=\"jktcp\", charset=\"UTF-8\"\r\n"),
        answer);
    assertEquals(List.of(), lab.asked);
  }

  @ParameterizedTest
  @CsvSource({
    "Basic YW5u", // ann
    "Basic !!!",
    "Basic",
    "Bearer YW5uOnNlOmNyZXQ=",
    "Basic YW5uOnNlOmNyZXRz", // ann:se:crets
  })
  void wrongPassword_isRefused(String authorization) {
    ProxyLab.Client client = saysWith(authorization);
    assertTrue(client.hearsText().startsWith("HTTP/1.1 407 "), authorization);
    assertEquals(List.of(), lab.asked);
    assertEquals(List.of("end"), client.log);
  }

  @Test
  void urlOfHttp_isForwardedInOriginForm_withoutWhatWasSaidToTheProxy() {
    lab = new ProxyLab(new ProxyServerOptions().setCredentials("ann", "se:cret"));
    ProxyLab.Client client =
        says(
            "GET HTTP://10.0.0.2:8000/a?b=c HTTP/1.1\r\nHost: other\r\nAccept: x\r\n"
                + "Proxy-Authorization: Basic "
                + basic("ann:se:cret")
                + "\r\nProxy-Connection: keep-alive\r\nConnection: keep-alive, X-Mine\r\n"
                + "X-Mine: 1\r\n\r\n");
    assertEquals(List.of("10.0.0.2:8000"), lab.asked);
    FakeTcpStream stream = lab.connected();
    assertEquals(
        "GET /a?b=c HTTP/1.1\r\nAccept: x\r\nhost: 10.0.0.2:8000\r\nconnection: close\r\n"
            + "via: 1.1 jktcp\r\n\r\n",
        stream.written.toString());
    assertEquals("", client.hearsText());
    client.channel.writeOutbound(Unpooled.copiedBuffer("HTTP/1.0 ?", StandardCharsets.US_ASCII));
    assertEquals("HTTP/1.0 ?", client.hearsText()); // as it comes
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://10.0.0.2, GET / HTTP/1.1, 10.0.0.2:80",
    "GET http://10.0.0.2?q, GET /?q HTTP/1.1, 10.0.0.2:80",
    "OPTIONS http://[fd66::a]:81, OPTIONS * HTTP/1.1, [fd66::a]:81",
  })
  void urlWithoutPath_hasOne(String request, String line, String asked) {
    says(request + " HTTP/1.1\r\n\r\n");
    assertEquals(List.of(asked), lab.asked);
    String written = lab.connected().written.toString();
    assertTrue(written.startsWith(line + "\r\n"), written);
  }

  @Test
  void contentOfAForwardedRequest_passes_andNothingBehindIt() {
    ProxyLab.Client client =
        says("POST http://10.0.0.2/ HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345");
    client.says("67890GET http://10.0.0.3/ HTTP/1.1\r\nProxy-Authorization: x\r\n\r\nmore");
    lab.connected();
    client.says("GET http://10.0.0.4/ HTTP/1.1\r\n\r\n\1\2 no request\r\n\r\n");
    assertEquals("1234567890", client.passedOn());
    assertEquals(List.of("10.0.0.2:80"), lab.asked);
    assertEquals(List.of(), client.log);
  }

  @Test
  void chunkedContent_staysChunked() {
    ProxyLab.Client client =
        says(
            "POST http://10.0.0.2/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\nrest");
    String head = lab.connected().written.toString();
    assertTrue(head.contains("\r\nTransfer-Encoding: chunked\r\n"), head);
    assertEquals("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", client.passedOn());
  }

  @ParameterizedTest
  @CsvSource({"3\\r\\nabc\\r\\nZ", "3\\r\\nabc\\r\\n-1", "3\\r\\nabcd"})
  void chunkThatIsNone_isNoEndOfTheContent(String chunks) {
    ProxyLab.Client client =
        says(
            "POST http://10.0.0.2/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks.translateEscapes()
                + "\r\n\r\n");
    assertEquals("3\r\nabc\r\n", client.passedOn());
    assertEquals(List.of("reset"), client.log);
    assertTrue(lab.refusals.get(0).startsWith("bad content: "), lab.refusals::toString);
  }

  @ParameterizedTest
  @CsvSource({"Content-Length, 5, hello", "Transfer-Encoding, chunked, 0"})
  void contentsLength_isToldEvenIfConnectionNamesIt(String header, String value, String content) {
    says(
        "POST http://10.0.0.2/ HTTP/1.1\r\nConnection: "
            + header
            + "\r\n"
            + header
            + ": "
            + value
            + "\r\n\r\n"
            + content);
    String head = lab.connected().written.toString();
    assertTrue(
        head.toLowerCase(Locale.ROOT).contains(header.toLowerCase(Locale.ROOT) + ": " + value),
        head);
  }

  @Test
  void urlWithAUser_isABadRequest() {
    isRefused(
        says("GET http://u:p@10.0.0.2/ HTTP/1.1\r\n\r\n"),
        "400 Bad Request",
        "http_request_error",
        "a URL for a proxy has no user");
  }

  @Test
  void urlOfHttps_needsConnect() {
    ProxyLab.Client client = says("GET https://10.0.0.2/ HTTP/1.1\r\n\r\n");
    assertTrue(client.hearsText().startsWith("HTTP/1.1 405 "));
  }
}
