package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults written as text, and what is wrong with such a text in one line. */
class FaultSpecTest {
  private static String error(String text) {
    return assertThrows(IllegalArgumentException.class, () -> FaultSpec.parse(text)).getMessage();
  }

  @Test
  void allKeys_areRead() {
    FaultSpec spec =
        FaultSpec.parse(
            "loss=0.01,delay=20ms,jitter=5ms,reorder=0.02,mark=0.03,duplicate=.5,corrupt=0.001,"
                + "rate=10mbit, queue = 100 ,mtu=1300,narrow=2s,seed=-7");
    assertEquals(
        new FaultSpec(
            0.01,
            0.5,
            0.001,
            0.02,
            0.03,
            20_000_000,
            5_000_000,
            10_000_000,
            100,
            1_300,
            2_000_000_000,
            -7),
        spec);
  }

  @ParameterizedTest
  @CsvSource({"1.5s,1500000000", "250us,250000", "7ns,7", "0ms,0"})
  void times_haveUnits(String text, long ns) {
    assertEquals(ns, FaultSpec.parse("delay=" + text).delayNs());
  }

  @ParameterizedTest
  @CsvSource({"800bit,800", "64kbit,64000", "1.5mbit,1500000", "2gbit,2000000000"})
  void rates_haveUnits(String text, long bits) {
    assertEquals(bits, FaultSpec.parse("rate=" + text).rateBits());
  }

  @Test
  void withoutASeed_oneIsChosenAndTold() {
    FaultSpec first = FaultSpec.parse("loss=1");
    long seed = first.seed();
    for (int i = 0; i < 5 && seed == first.seed(); i++) seed = FaultSpec.parse("loss=1").seed();
    assertNotEquals(first.seed(), seed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "los=0.01      | fault \"los=0.01\" has no key \"los\"; did you mean loss?",
        "seed=1,dely=1 | fault \"dely=1\" has no key \"dely\"; did you mean delay?",
        "LOSS=0.1      | fault \"LOSS=0.1\" has no key \"LOSS\"; did you mean loss?",
        "loss=2        | fault \"loss=2\" wants a probability from 0 to 1, such as 0.01",
        "loss=-1       | fault \"loss=-1\" wants a probability from 0 to 1, such as 0.01",
        "loss=NaN      | fault \"loss=NaN\" wants a probability from 0 to 1, such as 0.01",
        "loss=1e-9     | fault \"loss=1e-9\" wants a probability from 0 to 1, such as 0.01",
        "delay=20      | fault \"delay=20\" wants a number with ns, us, ms, s, such as 20ms",
        "delay=-2ms    | fault \"delay=-2ms\" wants a number with ns, us, ms, s, such as 20ms",
        "delay=999999999999s | fault \"delay=999999999999s\" wants a number with ns, us, ms, s,"
            + " such as 20ms",
        "rate=10       | fault \"rate=10\" wants a number with kbit, mbit, gbit, bit, such as"
            + " 10mbit",
        "queue=0       | fault \"queue=0\" wants a whole number from 1",
        "queue=1.5     | fault \"queue=1.5\" wants a whole number from 1",
        "queue=9999999999 | fault \"queue=9999999999\" wants a whole number from 1",
        "seed=x        | fault \"seed=x\" wants a whole number",
        "loss=0,loss=1 | fault \"loss=1\" loss is given twice",
        "loss          | fault \"loss\" wants key=value, such as"
            + " loss=0.01,delay=20ms,reorder=0.02,seed=7",
        "loss=0,       | fault \"\" wants key=value, such as"
            + " loss=0.01,delay=20ms,reorder=0.02,seed=7",
      })
  void wrongText_isOneLineThatNamesTheRightOne(String text, String message) {
    assertEquals(message, error(text));
  }
}
