package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.tcp.connection.TcpConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The compiler inlines no method with more than 325 bytes of code (FreqInlineSize of HotSpot). What
 * else finds room in a compilation depends on the side on which these methods are.
 */
final class InliningTest {
  private static final int MOST_INLINED = 325;

  private static final Pattern INSTRUCTION = Pattern.compile("\\s+(\\d+): \\w+.*");

  @Test
  void segment_isParsedApartFromTheRest() throws Exception {
    assertTrue(lastInstruction(TcpSegment.class, "parse") >= MOST_INLINED);
  }

  @Test
  void packet_isWrittenApartFromTheRest() throws Exception {
    assertTrue(lastInstruction(PacketWriter.class, "tcp") >= MOST_INLINED);
  }

  @Test
  void segment_isFilledApartFromTheRest() throws Exception {
    assertTrue(lastInstruction(TcpConnection.class, "fill") >= MOST_INLINED);
  }

  @Test
  void packet_isParsedWithTheRest() throws Exception {
    assertTrue(lastInstruction(IpPacket.class, "parseV4") < MOST_INLINED);
  }

  @Test
  void hash_hasNoCopies() throws Exception {
    assertTrue(lastInstruction(SipHash.class, "quick") >= MOST_INLINED);
  }

  /** The index of a method's last instruction, a return of one byte. */
  private static int lastInstruction(Class<?> type, String method) throws URISyntaxException {
    Path classes = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    StringWriter code = new StringWriter();
    ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
    PrintWriter out = new PrintWriter(code);
    assertEquals(0, javap.run(out, out, "-c", "-p", "-cp", classes.toString(), type.getName()));
    boolean inside = false;
    int last = -1;
    for (String line : code.toString().lines().toList()) {
      Matcher instruction = INSTRUCTION.matcher(line);
      if (line.contains(" " + method + "(")) {
        inside = true;
      } else if (inside && instruction.matches()) {
        last = Integer.parseInt(instruction.group(1));
      } else if (inside && line.isBlank()) {
        break;
      }
    }
    return last;
  }
}
