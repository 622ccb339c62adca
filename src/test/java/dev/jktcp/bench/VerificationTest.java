package dev.jktcp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind notices bytes that are not those that were sent. */
class VerificationTest {
  private static BenchOptions options(Kind kind) {
    return new Builder(kind).timeWait(10).build();
  }

  private static void notices(String line, Runnable verify) {
    assertEquals(line, assertThrows(IllegalStateException.class, verify::run).getMessage());
  }

  @Test
  void goodput_noticesAWrongByte() {
    Goodput goodput = new Goodput(options(Kind.GOODPUT));
    goodput.verify();
    goodput.source[70] ^= 1;
    assertThrows(IllegalStateException.class, goodput::verify);
  }

  @Test
  void roundTrips_noticeAnotherByte() {
    RoundTrips trips = new RoundTrips(options(Kind.RR));
    trips.verify();
    trips.source[20] ^= 1;
    notices("bench: another byte came back", trips::verify);
  }

  @Test
  void connects_noticeAnotherByte() {
    Connects connects = new Connects(options(Kind.CONNECT));
    connects.verify();
    connects.source[0]++;
    notices("bench: 0 of 50 bytes came", connects::verify);
  }

  @Test
  void floor_noticesSumsThatDiffer() {
    long[] calls = {0};
    Floor floor = new Floor(options(Kind.FLOOR), (bytes, offset, length) -> calls[0]++);
    notices("bench: the floor's two sums differ", floor::verify);
  }

  @Test
  void memory_noticesThatConnectionsAreMissing() {
    IdleMemory.IdleLink link = new IdleMemory.IdleLink(options(Kind.MEMORY));
    link.open(10);
    link.check(10);
    notices("bench: not all connections are there", () -> link.check(11));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"STREAM", "BUS", "CDTUNNEL"})
  void bulkBetweenAdapters_noticesAWrongByte(Kind kind) {
    noticesInBulk(kind);
  }

  static void noticesInBulk(Kind kind) {
    try (StreamGoodput goodput = new StreamGoodput(options(kind), new PlainForwarding())) {
      goodput.verify();
      goodput.piece.setByte(70, (byte) (goodput.piece.getByte(70) ^ 1));
      notices("bench: wrong bytes near position 4194304", goodput::verify);
    }
  }

  static void noticesAnotherAnswer(Kind kind) {
    BenchOptions options = new Builder(kind).tls(true).build();
    try (Exchanges exchanges = Exchanges.over(ClientServerLab.overStack(options), options)) {
      exchanges.verify();
      exchanges.expected.setByte(0, (byte) (exchanges.expected.getByte(0) ^ 1));
      notices("bench: another answer came back", exchanges::verify);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"STREAM_RR", "BUS_RR", "LOOPS_RR"})
  void roundTripsBetweenAdapters_noticeAnotherByte(Kind kind) {
    try (StreamRoundTrips trips = new StreamRoundTrips(options(kind))) {
      trips.verify();
      for (int i = 0; i < trips.bytes.length; i += 2) {
        trips.bytes[i] = trips.bytes[i + 1];
      }
      notices("bench: another byte came back", trips::verify);
    }
  }
}
