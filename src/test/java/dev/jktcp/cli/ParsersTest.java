package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.text.Fields;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line reads as addresses and sizes, and what it refuses. */
class ParsersTest {
  private static void refused(Function<String, ?> parser, String text, String because) {
    Throwable error = assertThrows(IllegalArgumentException.class, () -> parser.apply(text));
    assertTrue(
        error.getMessage().contains(because),
        () -> "'" + error.getMessage() + "' does not say '" + because + "'");
    assertTrue(error.getMessage().contains(text), () -> error.getMessage() + " names not " + text);
    assertFalse(error.getMessage().contains("\n"));
  }

  @Nested
  class Forward {
    @ParameterizedTest
    @CsvSource({
      "8080:80, 127.0.0.1, 8080, , 80",
      "0:80, 127.0.0.1, 0, , 80",
      "8080:10.7.0.2:80, 127.0.0.1, 8080, 10.7.0.2, 80",
      "18081:[fd66::1]:8000, 127.0.0.1, 18081, fd66::1, 8000",
      "0.0.0.0:8080:80, 0.0.0.0, 8080, , 80",
      "localhost:8080:80, localhost, 8080, , 80",
      "[::]:8080:80, ::, 8080, , 80",
      "[::1]:8080:[fd66::1]:8000, ::1, 8080, fd66::1, 8000",
      "127.0.0.2:8080:10.7.0.2:80, 127.0.0.2, 8080, 10.7.0.2, 80",
      "65535:65535, 127.0.0.1, 65535, , 65535",
    })
    void rightForm_isRead(String text, String bind, int listenPort, String address, int port) {
      assertEquals(new ForwardMapping(bind, listenPort, address, port), ForwardMapping.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
      "80, is not [BIND:]LPORT:[ADDR:]RPORT",
      "1:2:3, '2' is a port where an address should be",
      "1:2:3:4, '1' is a port where a host should be",
      "1:2:3:4:5, is not [BIND:]LPORT",
      "18081:fd66::1:8000, an IPv6 address goes in brackets",
      "8080:10.0.0.300:80, '10.0.0.300' is not an IP address",
      "8080:[fd66::1:8000, a bracket is not closed",
      "8080:fd66]:8000, brackets go around a whole IPv6 address",
      "8080:a[fd66::1]:8000, brackets go around a whole IPv6 address",
      "8080:[fd66::1]a:8000, brackets go around a whole IPv6 address",
      "8080:[[fd66::1]]:8000, brackets go around a whole IPv6 address",
      "8080:[10.0.0.1]:8000, '[10.0.0.1]' is not an IP address",
      "8080:[fe80::1%]:8000, is not an IP address",
      "8080:[fe80::1%e/0]:8000, is not an IP address",
      "8080:, '' is not a port",
      ":80, '' is not a port",
      "::80, '' is not a host",
      "a b:8080:80, 'a b' is not a host",
      "8080:0, '0' is not a port",
      "65536:80, '65536' is not a port",
      "8080:99999999999, '99999999999' is not a port",
      "host:port:80, 'port' is not a port",
      "８０:80, is not a port",
    })
    void wrongForm_isRefused(String text, String because) {
      refused(ForwardMapping::parse, text, because);
    }
  }

  @Nested
  class Expose {
    @ParameterizedTest
    @CsvSource({
      "80:localhost:8080, 80, localhost, 8080",
      "80:127.0.0.1:8080, 80, 127.0.0.1, 8080",
      "81:[::1]:8080, 81, ::1, 8080",
    })
    void rightForm_isRead(String text, int port, String host, int hostPort) {
      assertEquals(new ExposeMapping(port, host, hostPort), ExposeMapping.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
      "80:8080, is not PORT:HOST:HPORT",
      "80, is not PORT:HOST:HPORT",
      "80:8080:90, '8080' is a port where a host should be",
      "80:::1:8080, an IPv6 address goes in brackets",
      "http:localhost:8080, 'http' is not a port",
      "80:localhost:0, '0' is not a port",
      "0:localhost:80, '0' is not a port",
      "80:[localhost]:1, is not an IP address",
    })
    void wrongForm_isRefused(String text, String because) {
      refused(ExposeMapping::parse, text, because);
    }
  }

  @Nested
  class Connect {
    @ParameterizedTest
    @CsvSource({
      "80, , 80, false",
      "10.7.0.2:80, 10.7.0.2, 80, false",
      "[fd66::1]:8000, fd66::1, 8000, false",
      "[fe80::1%eth0]:8000, fe80::1%eth0, 8000, false",
      "db.tunnel:80, db.tunnel, 80, false",
      "rsd, , 0, true",
      "[fd66::1]:rsd, fd66::1, 0, true",
    })
    void rightForm_isRead(String text, String address, int port, boolean rsd) {
      assertEquals(new Endpoint(address, port), Endpoint.parse(text));
      assertEquals(rsd, Endpoint.parse(text).isRsd());
    }

    @ParameterizedTest
    @CsvSource({
      "0, '0' is not a port",
      "http, 'http' is not a port",
      "fd66::1:8000, an IPv6 address goes in brackets",
      "exa mple.org:80, is not an IP address",
      "1:2, '1' is a port where an address should be",
      "10.7.0.2:80:81, is not [ADDR:]PORT",
    })
    void wrongForm_isRefused(String text, String because) {
      refused(Endpoint::parse, text, because);
    }
  }

  @Nested
  class Time {
    @ParameterizedTest
    @CsvSource({
      "0, 0",
      "20ms, 20000000",
      "1.5s, 1500000000",
      "2m, 120000000000",
      "1h, 3600000000000",
      "50us, 50000",
    })
    void rightForm_isRead(String text, long ns) {
      assertEquals(ns, Durations.parseNs(text));
    }

    @ParameterizedTest
    @CsvSource({"20", "ms", "-1s", "1d", "1.s"})
    void wrongForm_isRefused(String text) {
      refused(Durations::parseNs, text, "is not a time such as 20ms");
    }
  }

  @Nested
  class Address {
    @ParameterizedTest
    @CsvSource({"10.0.0.1", "fd66::1", "::", "::ffff:10.0.0.1", "fe80::1%eth0"})
    void literal_isRead(String text) {
      assertEquals(text, Fields.address(text));
    }

    @ParameterizedTest
    @CsvSource({"localhost", "10.0.0", "[fd66::1]", "fe80::1%", "10.0.0.1/24", "''"})
    void anythingElse_isRefused(String text) {
      refused(Fields::address, text, "is not an IP address");
    }
  }
}
