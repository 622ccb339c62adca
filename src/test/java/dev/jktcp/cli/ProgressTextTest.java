package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words about a transfer, on terminals of any width. */
class ProgressTextTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80|42 %, sent 27.0 MiB of 64.0 MiB, received 1.0 MiB, 12.3 MiB/s, 0:04 left",
        "73|42 %, sent 27.0 MiB of 64.0 MiB, received 1.0 MiB, 12.3 MiB/s, 0:04 left",
        "72|42 %, sent 27.0 MiB of 64.0 MiB, 12.3 MiB/s, 0:04 left",
        "54|42 %, sent 27.0 MiB of 64.0 MiB, 0:04 left",
        "40|42 %, 0:04 left",
        "15|42 %",
        "10|42 %",
        "5|42 %",
        "4|''",
        "1|''",
      })
  void transferOfKnownSize_saysItsShare_whateverElseThereIsRoomFor(int columns, String expected) {
    assertEquals(expected, ProgressText.ofTransfer(columns, 27 * MIB, 64 * MIB, MIB, 12_897_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80|5242880|0|sent 5.0 MiB, 1.0 KiB/s",
        "80|0|5242880|received 5.0 MiB, 1.0 KiB/s",
        "80|0|0|sent 0 B, 1.0 KiB/s",
        "80|1|5242880|sent 1 B, received 5.0 MiB, 1.0 KiB/s",
        "33|1|5242880|received 5.0 MiB, 1.0 KiB/s",
        "33|5242880|1|sent 5.0 MiB, 1.0 KiB/s",
        "16|5242880|0|sent 5.0 MiB",
        "10|5242880|0|5.0 MiB",
        "7|5242880|0|''",
      })
  void transferOfUnknownSize_saysWhatHasMoved(
      int columns, long sent, long received, String expected) {
    assertEquals(expected, ProgressText.ofTransfer(columns, sent, -1, received, 1_024));
  }

  @Test
  void server_saysWhatAllItsConnectionsMove() {
    assertEquals(
        "1 connection, 5.0 MiB, 1.0 KiB/s",
        ProgressText.ofServer(80, 1, "connection", 5 * MIB, 1_024));
    assertEquals("5.0 MiB", ProgressText.ofServer(10, 12, "connection", 5 * MIB, 1_024));
  }

  @Test
  void endOfATransfer_isSaidInWords() {
    assertTrue(ProgressText.ofTransfer(80, 1, MIB, 0, 0).endsWith(", 0 B/s, stalled"));
    assertTrue(
        ProgressText.ofTransfer(80, MIB, MIB, 0, 9).endsWith(", 9 B/s, waiting for the end"));
    assertEquals(
        "sent 2.0 MiB, 9 B/s", // the file has grown
        ProgressText.ofTransfer(80, 2 * MIB, MIB, 0, 9));
    assertEquals("99 %", ProgressText.ofTransfer(6, MIB - 1, MIB, 0, 9));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KiB",
    "1048524,1023.9 KiB",
    "1048525,1.0 MiB",
    "1099511627776,1.0 TiB",
    "9223372036854775807,8.0 EiB"
  })
  void bytes_haveOneDecimal(long count, String expected) {
    assertEquals(expected, ProgressText.bytes(count));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0:00",
    "59,0:59",
    "60,1:00",
    "3599,59:59",
    "3600,1:00:00",
    "359999,99:59:59",
    "360000,more than 99 h"
  })
  void durations_areAsOnAClock(long seconds, String expected) {
    assertEquals(expected, ProgressText.duration(seconds));
  }
}
