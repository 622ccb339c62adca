package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Data that arrives before a reader takes it is gathered without copying large buffers. */
class InflowTest {
  private static final int SIZE = 256 * 1024;

  private final Inflow inflow = new Inflow(SIZE);

  private static Buffer filled(int length, int with) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) with);
    return Buffer.buffer(bytes);
  }

  @Test
  void singleBytes_waitTogether() {
    Buffer all = Buffer.buffer();
    for (int i = 0; i < SIZE; i++) {
      inflow.add(filled(1, i));
      all.appendByte((byte) i);
    }
    Buffer taken = Buffer.buffer();
    int buffers = 0;
    for (Buffer next; (next = inflow.take()) != null; buffers++) taken.appendBuffer(next);
    assertEquals(all, taken);
    assertEquals(SIZE, inflow.taken());
    assertTrue(buffers <= SIZE / (8 * 1024), "Buffers: " + buffers);
  }

  @Test
  void largeBuffers_areHandedOnAsTheyAre_smallOnesInTheirPlace() {
    Buffer first = filled(40_000, 1);
    Buffer last = filled(1024, 3);
    inflow.add(first);
    inflow.add(filled(10, 2));
    inflow.add(filled(20, 2));
    inflow.add(last);
    assertSame(first, inflow.take());
    assertEquals(filled(30, 2), inflow.take());
    assertSame(last, inflow.take());
    assertNull(inflow.take());
  }

  @Test
  void takenBuffer_isAddedToNoMore() {
    inflow.add(filled(1, 1));
    inflow.add(filled(1, 1));
    Buffer taken = inflow.take();
    inflow.add(filled(1, 2));
    inflow.add(filled(1, 2));
    assertEquals(filled(2, 1), taken);
    assertEquals(filled(2, 2), inflow.take());
  }
}
