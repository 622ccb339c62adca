package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The keys of an adapter's verticle: their defaults, their rows in the guide, and wrong values by
 * name.
 */
class AdapterVerticleConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} \
          | transport: is missing, and so are toAdapter and fromAdapter, the addresses of a bridge
          {"nmae": "a"}                  | unknown key 'nmae'; did you mean 'name'?
          {"sendbufer": 1}               | unknown key 'sendbufer'; did you mean 'sendBuffer'?
          {"toadapter": "a"}             | unknown key 'toadapter'; did you mean 'toAdapter'?
          {"name": 7}                    | name: expected a string, got 7
          {"name": " "}                  | name: is empty
          {"name": null}                 | name: expected a string, got null
          {"transport": ["tun:a"]}       | transport: expected a string, got ["tun:a"]
          {"transport": "uinx:a"} \
          | transport: 'uinx:a' is not a transport; did you mean unix:PATH?
          {"transport": "tcp:host"}      | transport: 'tcp:host' is not tcp:HOST:PORT
          {"toAdapter": "a"}             | fromAdapter: is missing; toAdapter does not go alone
          {"fromAdapter": "a"}           | toAdapter: is missing; fromAdapter does not go alone
          {"toAdapter": "a", "fromAdapter": "a"} \
          | toAdapter, fromAdapter: one address cannot be both: a
          {"transport": "unix:a", "toAdapter": "a", "fromAdapter": "b"} \
          | transport, toAdapter: choose one
          {"transport": "unix:a", "fromAdapter": "b"} | transport, fromAdapter: choose one
          {"transport": "unix:a", "plainBuffers": true} \
          | plainBuffers: goes with toAdapter and fromAdapter, not with transport
          {"plainBuffers": "yes"}        | plainBuffers: expected true or false, got "yes"
          {"local": 0}                   | local: expected true or false, got 0
          {"pcap": ""}                   | pcap: is empty
          {"fault": "loss=2"}            | fault: "loss=2" wants a probability from 0 to 1, such as 0.01
          {"routes": "10.0.0.0/8"}       | routes: expected an array, got "10.0.0.0/8"
          {"routes": [{"listen": true}]} | routes[0].prefix: is missing
          {"routes": [7]} \
          | routes[0]: expected a prefix such as "10.7.0.0/16", or an object, got 7
          {"routes": ["10.0.0.0/8", {"prefix": "::/0", "listen": 1}]} \
          | routes[1].listen: expected true or false, got 1
          {"routes": [" "]}              | routes[0]: is empty
          {"names": "corp.example"}      | names: expected an array, got "corp.example"
          {"names": ["a", ""]}           | names[1]: is empty
          {"hosts": ["a"]}               | hosts: expected an object, got ["a"]
          {"hosts": {"a": 1}}            | hosts.a: expected a string, got 1
          {"hosts": {"a": ["10.0.0.1", 1]}} | hosts.a[1]: expected a string, got 1
          {"routes": [{"to": "a"}]}      | routes[0]: unknown key 'to'; known are prefix, listen
          {"rsdPort": 0}                 | rsdPort: 0 is not from 1 to 65535
          {"rsdPort": "rsd"}             | rsdPort: expected a whole number, got "rsd"
          {"transport": "unix:a", "rsdPort": 5} | rsdPort: is what a CDTunnel's device announces; \
          transport is no cdtunnel-listen+unix
          {"mtu": 1400.5}                | mtu: expected a whole number, got 1400.5
          {"transport": "unix:a"}        | localAddresses: at least one address is needed
          {"transport": "unix:a", "localAddresses": ["jk"]} \
          | localAddresses: "jk" is not an IP address; names are not resolved here
          {"mtu": 67} \
          | mtu: 67 is not from 68 to 65535
          {"leaseMs": 0} \
          | leaseMs: 0 is not from 100 to 2147483647
          {"transport": "unix:a", "localAddresses": ["10.0.0.1"], "peerAddresses": ["fd00::1"]} \
          | peerAddresses: fd00::1 is IPv6, but no local address is: add one
          {"transport": "cdtunnel+unix:a", "localAddresses": ["fd00::1"]} \
          | localAddresses: a CDTunnel brings its own addresses
          {"transport": "cdtunnel:h:1", "peerAddresses": ["fd00::1"]} \
          | peerAddresses: a CDTunnel brings its own addresses
          {"transport": "cdtunnel:h:1", "mtu": 1279} | mtu: 1279 is not from 1280 to 65535
          {"transport": "cdtunnel-listen+unix:a", "localAddresses": ["10.0.0.1"]} \
          | localAddresses: not an IPv6 address: 10.0.0.1
          {"transport": "cdtunnel-listen+unix:a", "peerAddresses": ["fd00::1", "fd00::2"]} \
          | peerAddresses: a CDTunnel has one address for each side
          {"transport": "cdtunnel-listen+unix:a", "peerAddresses": ["fd66::1"]} \
          | peerAddresses: fd66::1 is an address of this side; give one of the other side
          {"reconnect": true}            | reconnect: expected an object, got true
          {"reconnect": {"gap": 5}} \
          | reconnect: unknown key 'gap'; known are firstMs, largestMs, jitter, attempts, gapMs, mustListen
          {"reconnect": {"firstMs": "1s"}} \
          | reconnect.firstMs: expected a whole number, got "1s"
          {"reconnect": {"jitter": "x"}} \
          | reconnect.jitter: expected a number from 0 to 1, got "x"
          {"reconnect": {"attempts": 2147483648}} \
          | reconnect.attempts: 2147483648 is not from 0 to 2147483647
          {"reconnect": {}}              | reconnect: goes with transport, which is missing
          {"transport": "reconnect+unix:a?gap=1s", "reconnect": {}} \
          | transport, reconnect: give the options of reconnect+ in one place
          {"transport": "unix:a", "reconnect": {"firstMs": 20000}} \
          | reconnect.firstMs: 20000 is more than largestMs, 10000
          {"profile": "fast"} \
          | profile: profile 'fast' is unknown: choose one of stop-and-wait, reliable-link, internet
          {"congestion": "fixed-window"} \
          | congestion: congestion control 'fixed-window' is unknown: choose one of cubic, new-reno, \
          tolerant-reno, bbr, bbr-ignoring-loss, stop-and-wait, fixed-window:BYTES
          {"tuning": true}               | tuning: expected an object, got true
          {"tuning": {"nodelay": true}}  | tuning: unknown key 'nodelay'; did you mean 'noDelay'?
          {"tuning": {"keepAlive": 1}}   | tuning.keepAlive: expected true or false, got 1
          {"tuning": {"ttl": "64"}}      | tuning.ttl: expected a whole number, got "64"
          {"tuning": {"ttl": 256}}       | tuning.ttl: 256 is not from 1 to 255
          {"tuning": {"maxSegment": 87}} | tuning.maxSegment: 87 is not from 88 to 65535
          {"tuning": {"keepAliveMs": 0}} | tuning.keepAliveMs: 0 is not from 1 to 31536000000
          {"tuning": {"keepAliveProbes": 1}} \
          | tuning.keepAliveProbes: 1 is not from 2 to 2147483647
          """)
  void wrongConfig_isRefusedInOneLine(String json, String message) {
    Throwable refused =
        assertThrows(
            IllegalArgumentException.class, () -> new AdapterVerticleConfig(new JsonObject(json)));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void absentKeys_haveTheirDefaults() {
    AdapterVerticleConfig config =
        new AdapterVerticleConfig(
            new JsonObject(
                "{\"toAdapter\": \"a\", \"fromAdapter\": \"b\","
                    + " \"localAddresses\": [\"10.0.0.1\"]}"));
    assertEquals("jktcp", config.name());
    assertTrue(config.isLocal());
    assertTrue(config.busOptions().isPlainBuffers());
    assertTrue(config.busOptions().isLocal());
  }

  @Test
  void deviceOfACdTunnel_mayNameTheHostsAddress() {
    AdapterVerticleConfig config =
        new AdapterVerticleConfig(
            new JsonObject()
                .put("transport", "cdtunnel-listen+unix:a")
                .put("localAddresses", JsonArray.of("fd66::1"))
                .put("peerAddresses", JsonArray.of("fd66::2")));
    assertEquals(List.of("fd66::2"), config.adapterOptions().getPeerAddresses());
  }

  @Test
  void filesInConf_areRight() throws IOException {
    int read = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("conf"), "verticle*.json")) {
      for (Path file : files) {
        new AdapterVerticleConfig(new JsonObject(Files.readString(file)));
        read++;
      }
    }
    assertEquals(5, read);
  }
}
