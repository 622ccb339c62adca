package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** A failure of the command line is one line that says what to do, and an exit code. */
class FailureTest {
  @Test
  void messageOfTheCause_isTheLine() {
    TcpException refused = new TcpException(CloseReason.REFUSED, "connection refused by h:1");
    assertEquals("connection refused by h:1", Failure.line(refused));
    assertEquals("connection refused by h:1", Failure.line(new ExecutionException(refused)));
  }

  @Test
  void missingMessage_isTheKindOfError() {
    assertEquals("IOException", Failure.line(new IOException()));
  }

  @Test
  void fileErrors_sayMoreThanThePath() {
    assertEquals("a: no such file", Failure.line(new NoSuchFileException("a")));
    assertEquals("a: permission denied", Failure.line(new AccessDeniedException("a")));
  }

  @Test
  void wrongValue_isNamedByItsOption() {
    assertEquals("--mtu: 20 is not from 68 to 65535", line("mtu: 20 is not from 68 to 65535"));
    assertEquals("--peer: fd66::1 is IPv6", line("peerAddresses: fd66::1 is IPv6"));
    assertEquals("--dns: 'x' is not an IP address", line("dnsServers: 'x' is not an IP address"));
    assertEquals("port: 0 is not from 1", line("port: 0 is not from 1"));
  }

  @Test
  void advice_namesOptions() {
    assertEquals(
        "all of 49152 to 65535 (--local-ports) are in use or in TIME-WAIT: shorten --time-wait",
        Failure.line(
            new TcpException(
                null,
                "all of 49152 to 65535 (firstLocalPort to lastLocalPort) are in use or in"
                    + " TIME-WAIT: shorten timeWaitMs")));
    assertEquals(
        "raise --max-bytes-held, now 4",
        Failure.line(new TcpException(null, "raise maxBytesHeld, now 4")));
  }

  /** The command line has no option for these, or one of another name. */
  @Test
  void advice_isNeverASettingThatNoOptionSets() {
    assertEquals(
        "gave way: 128 in the handshake, as many as --max-handshakes",
        Failure.named("gave way: 128 in the handshake, as many as maxHandshakes"));
    assertEquals(
        "is one too many: 9 clients, as many as --max-clients",
        Failure.named("is one too many: 9 clients, as many as maxConnections"));
    assertEquals(
        "raise --max-bytes-held or the heap (-Xmx), or let fewer clients in",
        Failure.named("raise maxBytesHeld or the heap (-Xmx), or lower maxConnections"));
    assertEquals(
        "too many connections (limit 9): let fewer clients in",
        Failure.named("too many connections (limit 9): raise maxConnections"));
    assertEquals(
        "no room for another UDP port beside 9: raise --max-bytes-held",
        Failure.named("no room for another UDP port beside 9: raise maxUdpPorts or maxBytesHeld"));
    assertEquals(
        "too many datagrams wait for adapter 'a': send fewer at once",
        Failure.named(
            "too many datagrams wait for adapter 'a': send fewer at once, or raise udpSendBuffer of"
                + " HandleOptions"));
    assertEquals(
        "UDP port 9: too many datagrams wait for the transport: send fewer at once",
        Failure.named(
            "UDP port 9: too many datagrams wait for the transport: send fewer at once, or raise"
                + " udpSendBuffer"));
  }

  private static String line(String wrongValue) {
    return Failure.line(new IllegalArgumentException(wrongValue));
  }

  @Test
  void exitCode_tellsUsageFromFailure() {
    assertEquals(Failure.USAGE, Failure.exitCode(new BadUsage("x")));
    assertEquals(
        Failure.USAGE, Failure.exitCode(new ExecutionException(new IllegalArgumentException())));
    assertEquals(Failure.FAILED, Failure.exitCode(new IOException("x")));
  }

  @Test
  void kind_isTheReasonOrTheClass_whateverTheWords() {
    TcpException one = new TcpException(CloseReason.REFUSED, "connection refused by h:1");
    TcpException other = new TcpException(CloseReason.REFUSED, "connection refused by h:2");
    assertEquals(Failure.kind(one), Failure.kind(new ExecutionException(other)));
    assertNotEquals(
        Failure.kind(one), Failure.kind(new TcpException(CloseReason.TIMED_OUT, "timed out")));
    assertEquals("java.io.IOException", Failure.kind(new IOException("x")));
    assertEquals(
        TcpException.class.getName(), Failure.kind(new TcpException(null, "no port is free")));
  }

  @Test
  void errorOfMemory_hasALineAndACodeOfItsOwn() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    assertEquals("out of memory: Java heap space", Failure.line(error));
    assertEquals(Failure.OUT_OF_MEMORY, Failure.exitCode(new ExecutionException(error)));
    IOException lost = new IOException("transport lost: unix:a: out of memory: Java heap space");
    assertEquals(Failure.OUT_OF_MEMORY, Failure.exitCode(lost));
  }

  @Test
  void manyLines_areSaidAsOne() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream lines = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console =
        new Console(InputStream.nullInputStream(), OutputStream.nullOutputStream(), lines);
    console.say("one\n  two\nthree");
    assertEquals("jktcp: one two three" + System.lineSeparator(), err.toString());
  }
}
