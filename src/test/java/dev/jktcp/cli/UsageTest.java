package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not understood: one line that says why, and exit code 2. */
class UsageTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return Main.run(console, args);
  }

  private void refused(String expected, String... args) {
    int code = run(args);
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals("jktcp: " + expected + System.lineSeparator(), said);
    assertEquals(2, code);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forward --transport tun:x --local 10.7.0.1 1:10.7.0.2:2 --udp-clients 5"
            + "|--udp-clients is for datagrams: give --udp as well",
        "forward --transport tun:x --local 10.7.0.1 --peer 10.7.0.2 0:1 0:2 8080:80 127.0.0.1:8080:81"
            + "|127.0.0.1:8080 has two targets",
        "forward --transport tcp-listen:127.0.0.1:8080 --local 10.7.0.1 8080:10.7.0.2:80"
            + "|127.0.0.1:8080 is where the transport listens: choose another port",
        "socks --transport tcp-listen:127.0.0.1:8080 --local 10.7.0.1 8080"
            + "|127.0.0.1:8080 is where the transport listens: choose another port",
        "connect --transport unix:a --mtu 9 --mtu 8|--mtu is given twice: give it once",
        "generate-completion x|generate-completion: unexpected 'x'",
        "demo x|demo: unexpected 'x'",
        "bench|bench needs KIND",
        "bench --json|bench needs KIND",
        "stats --limit 0|--limit 0: must be 1 to 65536",
        "stats --limit 99999999999|--limit 99999999999: must be 1 to 65536",
        "stats here|TARGET 'here': a process id, or unix:PATH",
        "stats 1 2|stats: unexpected '2'",
        "top --every 10ms|--every: must be 100ms to 60m",
        "top --every 2h|--every: must be 100ms to 60m",
        "top --evry 1s|unknown option --evry; did you mean --every?",
        "bench goodptu|KIND 'goodptu': one of goodput, rr, connect, stream, stream-rr, bus, bus-rr,"
            + " loops-rr, socket, forward, cdtunnel, tun-out, tun-in, http-get, http-get-32,"
            + " http-large, net-rr, loops-http-get, loops-http-get-32, loops-http-large,"
            + " loops-net-rr, memory, floor, tun, http, all",
        "bench all --json --mtu 9000|all sets --mtu itself: give it to one kind",
        "bench all --json --seconds 0|--seconds 0: must be 1 to 3600",
        "bench all --json x|bench: unexpected 'x'",
        "bench goodput --mtu 20|--mtu 20: must be 68 to 65535",
        "bench cdtunnel --mtu 9000|--mtu 9000: must be 1280 to 8192",
        "bench rr --idle 600000"
            + "|--idle 600000: must be 0 to 524288, as many as there are ports for",
        "bench connect --time-wait 300000|--time-wait 300000: must be 0 to 262144",
        "bench connect --ports-taken 90"
            + "|--ports-taken 90: that leaves 1639 ports, and --time-wait 16384 needs 8192 of them;"
            + " give --time-wait 0",
        "bench rr --against nowhere.jar|--against nowhere.jar: no such file",
        "bench rr --against pom.xml|--against pom.xml: not a jar; name a jktcp.jar",
        "bench rr --against src|--against src: no such file",
        "bench rr --processes 0|--processes 0: must be 1 to 100",
        "bench rr --processes 3|--processes is of use with --against OLD.jar alone",
        "bench stream --flows 1|stream has no use for --flows: it is for goodput",
        "bench tun --idle 5|tun has no use for --idle: it is for goodput, rr, connect, memory",
        "bench rr --server-closes|rr has no use for --server-closes: it is for connect",
        "bench rr --tls|rr has no use for --tls: it is for http-get, http-get-32, http-large,"
            + " net-rr, loops-http-get, loops-http-get-32, loops-http-large, loops-net-rr",
        "bench rr --time-wait 0|rr has no use for --time-wait: it is for connect",
        "bench floor --frob|unknown option --frob; known are --mtu, --window, --profile, --ipv6,"
            + " --idle, --flows, --time-wait, --ports-taken, --server-closes, --tls, --seconds,"
            + " --json,"
            + " --against, --processes, -h, --help, -V, --version",
        "''|a command is missing: one of demo, connect, listen, forward, expose, socks, udp, ping,"
            + " stats, top, bench, help, generate-completion",
        "conect 80|unknown command 'conect'; did you mean connect?",
        "help conect|unknown command 'conect'; did you mean connect?",
        "help connect 80|help: unexpected '80'",
        "start|unknown command 'start'; known are demo, connect, listen, forward, expose, socks,"
            + " udp, ping, stats, top, bench, help, generate-completion",
        "--verison|unknown option --verison; did you mean --version?",
        "connect|connect needs --transport URI and [ADDR:]PORT",
        "connect 80|connect needs --transport URI",
        "ping --transport unix:a|ping needs HOST",
        "ping --transport unix:a --local 10.0.0.1 -c 0 10.0.0.2|--count 0: must be 1 to 1000000",
        "udp --transport unix:a|udp needs [ADDR:]PORT",
        "udp --transport unix:a --local 10.0.0.1 rsd|'rsd' is a port of TCP",
        "connect --transport unix:a|connect needs [ADDR:]PORT",
        "connect --trasnport unix:a 80|unknown option --trasnport; did you mean --transport?",
        "connect --pcpa=x --transport unix:a 80|unknown option --pcpa; did you mean --pcap?",
        "connect --transport unix:a 80 81|connect: unexpected '81'",
        "connect --transport uinx:a 80"
            + "|--transport 'uinx:a' is not a transport; did you mean unix:PATH?",
        "connect --transport unix:a 80|--local ADDR is needed with unix:a",
        "connect --transport unix:a --local 10.0.0.1 db.tunnel:80|'db.tunnel' is a name: --dns ADDR"
            + " of a server in the tunnel is needed, or an address",
        "connect --transport unix:a --local nowhere 80|--local 'nowhere' is not an IP address",
        "connect --transport unix:a --local 10.0.0.1 80"
            + "|'80': --peer ADDR is needed, or ADDR: before the port",
        "connect --transport unix:a --local 10.0.0.1 --peer 10.0.0.2 --peer fd00::2 80"
            + "|'80': which peer, 10.0.0.2 or fd00::2?",
        "connect --transport unix:a --local 10.0.0.1 --peer 10.0.0.2,10.0.0.3 80"
            + "|--peer: one address of each family, not [10.0.0.2, 10.0.0.3]",
        "connect --transport unix:a --local 10.0.0.1 --peer 10.0.0.2 rsd"
            + "|'rsd' is the port a CDTunnel announces; unix:a is none",
        "connect --transport cdtunnel:h:1 --local fd00::1 80"
            + "|--local, --peer: a CDTunnel brings its own addresses",
        "connect --transport unix:a --profile inernet 80"
            + "|--profile 'inernet' is not a profile; did you mean internet?",
        "connect --transport unix:a --congestion qubic 80"
            + "|--congestion 'qubic' is not a congestion control; did you mean cubic?",
        "connect --transport unix:a --congestion fixed-window:0 80"
            + "|--congestion 'fixed-window:0' is not a congestion control; did you mean"
            + " fixed-window:BYTES?",
        "connect --transport unix:a --tuning ttl 80|--tuning 'ttl' is not KEY=VALUE",
        "connect --transport unix:a --tuning ttl=9,ttl=8 80|--tuning ttl: is given twice",
        "connect --transport unix:a --tuning ttl=many 80"
            + "|--tuning ttl: expected a whole number, got \"many\"",
        "connect --transport unix:a --tuning nodelay=true 80"
            + "|--tuning unknown key 'nodelay'; did you mean 'noDelay'?",
        "connect --transport unix:a --mtu big 80" + "|--mtu 'big' is not a whole number",
        "connect --transport unix:a --direct=maybe 80|--direct 'maybe' is not true or false",
        "connect --transport unix:a --mtu|connect: --mtu needs N",
        "connect --transport unix:a --local-ports 80-90 80"
            + "|--local-ports '80-90' is not FIRST-LAST, two ports from 1024 to 65535",
        "connect --transport unix:a --local-ports 3000-2000 80"
            + "|--local-ports '3000-2000' is not FIRST-LAST, two ports from 1024 to 65535",
        "connect --transport unix:a --time-wait 60 80"
            + "|--time-wait '60' is not a time such as 20ms, 1.5s or 2m",
        "connect --transport unix:a --fault los=1 80"
            + "|--fault \"los=1\" has no key \"los\"; did you mean loss?",
        "connect --transport unix:a --fault loss=2 80"
            + "|--fault \"loss=2\" wants a probability from 0 to 1, such as 0.01",
        "connect --transport unix:a fd66::1:80"
            + "|'fd66::1:80' is not [ADDR:]PORT; an IPv6 address goes in brackets",
        "listen --transport unix:a http|'http' is not a port, 1 to 65535",
        "listen --transport unix:a --local 10.0.0.1 --echo --discard 7"
            + "|--echo, --discard: choose one",
        "forward --transport unix:a 1:2:3" + "|'1:2:3': '2' is a port where an address should be",
        "forward --transport unix:a --local 10.0.0.1 8080:80"
            + "|'8080:80': --peer ADDR is needed, or ADDR: before the port",
        "forward --transport unix:a --half-close-timeout soon 8080:80"
            + "|--half-close-timeout 'soon' is not a time such as 20ms, 1.5s or 2m",
        "forward --transport unix:a|forward needs [BIND:]LPORT:[ADDR:]RPORT",
        "expose --transport unix:a --local 10.0.0.1 80:h:1 81:h:1 80:h:2|port 80 has two"
            + " targets",
        "expose --transport unix:a 80:8080|'80:8080' is not PORT:HOST:HPORT",
        "socks --transport unix:a|socks needs [ADDR:]PORT",
        "socks --transport unix:a fd66::1:1080"
            + "|'fd66::1:1080' is not [ADDR:]PORT; an IPv6 address goes in brackets",
        "socks --transport unix:a 1080:1080|'1080:1080': '1080' is a port where a host should be",
        "socks --transport unix:a 65536|'65536' is not a port, 0 to 65535",
        "socks --transport unix:a --local 10.0.0.1 --user ann 1080"
            + "|--user ann: a password is needed: --password-file FILE, or JKTCP_PASSWORD in the"
            + " environment",
        "socks --transport unix:a --local 10.0.0.1 --password-file x 1080"
            + "|--password-file x: --user NAME is needed with it",
        "socks --transport unix:a --local 10.0.0.1 --user ann --password-file /nowhere/x 1080"
            + "|--password-file /nowhere/x: no such file",
        "socks --transport unix:a --local 10.0.0.1 --user ann --password-file /dev/null 1080"
            + "|--password-file /dev/null: has no password in its first line",
        "socks --transport unix:a --local 10.0.0.1 --user a:b --password-file pom.xml 1080"
            + "|--user a:b: has a colon",
        "socks --transport unix:a --local 10.0.0.1 --max-clients 0 1080"
            + "|--max-clients 0: must be 1 or more",
        "socks --transport unix:a --local 10.0.0.1 --max-handshakes -1 1080"
            + "|--max-handshakes -1: must be 1 or more",
        "socks --transport unix:a --local 10.0.0.1 --max-datagrams 0 1080"
            + "|--max-datagrams 0: must be 1 or more",
        "socks --transport unix:a --local 10.0.0.1 --max-datagram-bytes 0 1080"
            + "|--max-datagram-bytes 0: must be 1 or more",
        "socks --transport unix:a --local 10.0.0.1 --max-datagram-bytes-in-all -1 1080"
            + "|--max-datagram-bytes-in-all -1: must be 1 or more",
        "forward --transport unix:a --local 10.0.0.1 1:10.0.0.2:2 --udp --udp-waiting 0"
            + "|--udp-waiting 0: must be 1 or more",
        "forward --transport unix:a --local 10.0.0.1 1:10.0.0.2:2 --udp --udp-waiting-bytes 0"
            + "|--udp-waiting-bytes 0: must be 1 or more",
        "expose --transport unix:a --local 10.0.0.1 1:h:2 --udp --udp-total-bytes -5"
            + "|--udp-total-bytes -5: must be 1 or more",
        "socks --transport unix:a --local 10.0.0.1 --handshake-timeout soon 1080"
            + "|--handshake-timeout 'soon' is not a time such as 20ms, 1.5s or 2m",
        "socks --transport unix:a --password secret 1080"
            + "|unknown option --password; did you mean --password-file?",
      })
  void wrongWord_isOneLineThatHelps(String line, String expected) {
    refused(expected, line.isEmpty() ? new String[0] : line.split(" "));
  }

  private String printed(String... args) {
    out.reset();
    assertEquals(0, run(args), () -> err.toString(StandardCharsets.UTF_8));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void helpOfACommand_isWhatItsOptionPrints() {
    assertEquals(printed("--help"), printed("help"));
    for (String command : Main.commandNames()) {
      assertEquals(printed(command, "--help"), printed("help", command));
    }
  }

  private int runTo(String failure, String... args) {
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException(failure);
          }
        };
    PrintStream said = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Main.run(new Console(InputStream.nullInputStream(), failing, said), args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "connect --help", "help", "generate-completion"})
  void outputThatDoesNotArrive_isAFailure(String line) {
    assertEquals(1, runTo("No space left on device", line.split(" ")));
    assertEquals(
        "jktcp: standard output: No space left on device" + System.lineSeparator(),
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void readerThatHasHadEnough_isNotComplainedAbout() {
    assertEquals(141, runTo("Broken pipe", "help"));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void inputThatJavaOpenedForItself_isNotSent(@TempDir Path dir) throws IOException {
    Path home = Files.createDirectory(dir.resolve("java"));
    Path image = Files.createFile(home.resolve("modules"));
    Path descriptor = Files.createSymbolicLink(dir.resolve("0"), image.toRealPath());
    assertTrue(StandardInput.leadsInto(descriptor, home));
    assertFalse(StandardInput.leadsInto(descriptor, Path.of("/nowhere")));
    assertFalse(StandardInput.leadsInto(Path.of("/nowhere"), home));
  }

  @Test
  void version_namesVertxAndJava_inEveryCommand() {
    String version = printed("--version");
    assertTrue(version.startsWith("jktcp from classes, which have no version\n"), version);
    assertTrue(version.contains("\nVert.x 5."), version);
    assertTrue(version.contains("\nJava " + System.getProperty("java.version")), version);
    for (String command : Main.commandNames()) {
      assertEquals(version, printed(command, "--version"));
    }
  }

  @Test
  void help_goesToStandardOutput() {
    assertEquals(0, run("connect", "--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    assertTrue(help.contains("--transport=URI"), help);
    assertTrue(help.contains("--direct"), help);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"trasnport\":\"unix:a\"}|unknown key 'trasnport'; did you mean 'transport'?",
        "{\"conf\":\"x\"}|unknown key 'conf'; known are congestion, direct, dns, fault, info,"
            + " local, local-ports, max-bytes-held, max-paths, max-time-wait, mtu,"
            + " path-mtu-probing, path-mtu-time, pcap, peer, port, profile, time-wait, transport,"
            + " tuning, verbose",
        "{\"transport\":[\"unix:a\"]}|'transport' takes one value, not a list",
        "{\"transport\":{\"unix\":\"a\"}}|'transport' must be text, a number or true",
        "{\"transport\":null}|'transport' must be text, a number or true",
        "{\"local\":[[\"10.0.0.1\"]]}|'local' must be text, a number or true",
      })
  void wrongConfFile_isOneLineThatHelps(String json, String expected, @TempDir Path dir)
      throws IOException {
    Path file = Files.writeString(dir.resolve("conf.json"), json);
    refused("--conf " + file + ": " + expected, "connect", "--conf", file.toString(), "80");
  }

  @Test
  void confFileThatIsNoJson_isOneLine(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("conf.json"), "transport: unix\nlocal: x\n");
    assertEquals(2, run("connect", "--conf=" + file, "80"));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("jktcp: --conf " + file + ": is not a JSON object: "), said);
    assertEquals(1, said.lines().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "null"})
  void confFileOfAnotherValue_isOneLine(String json, @TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("conf.json"), json);
    refused(
        "--conf " + file + ": is not a JSON object", "connect", "--conf", file.toString(), "80");
  }

  @Test
  void confFileThatEndsTooSoon_isNamedWithThePlace(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("conf.json"), "{");
    refused(
        "--conf "
            + file
            + ": is not a JSON object: Unexpected end-of-input: expected close"
            + " marker for Object (line: 1, column: 1)",
        "connect",
        "--conf",
        file.toString(),
        "80");
  }

  @Test
  void confFileThatIsNotThere_isOneLine() {
    refused("--conf /nowhere/x: no such file", "connect", "--conf", "/nowhere/x", "80");
  }

  @Test
  void confFile_isReadAndTheCommandLineWins(@TempDir Path dir) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("conf.json"),
            """
            {"transport": "unix:from-file", "local": ["10.0.0.1", "fd00::1"],
             "peer": ["10.0.0.2", "fd00::2"], "mtu": 1400, "info": true, "direct": true,
             "port": 80}
            """);
    refused("'80': which peer, 10.0.0.2 or fd00::2?", "connect", "--conf", file.toString());
    err.reset();
    refused(
        "'81': which peer, 10.0.0.3 or fd00::3?",
        "connect",
        "--peer",
        "10.0.0.3",
        "--peer",
        "fd00::3",
        "--conf",
        file.toString(),
        "81");
    err.reset();
    refused(
        "'rsd' is the port a CDTunnel announces; unix:given is none",
        "connect",
        "--conf",
        file.toString(),
        "--transport",
        "unix:given",
        "[fd00::2]:rsd");
  }
}
