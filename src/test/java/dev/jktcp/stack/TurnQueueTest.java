package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The queue against a plain one. */
class TurnQueueTest {
  private final List<TcpConnection> connections = new ArrayList<>();
  private final TurnQueue<TcpConnection> queue = TurnQueue.ofConnections();

  TurnQueueTest() throws StackException {
    IpStack stack = new IpStack(new StackOptions().addAddress(IpAddress.parse("10.0.0.1")), 1, 2);
    for (int i = 0; i < 5; i++) {
      connections.add(stack.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80 + i), 0));
    }
  }

  @Test
  void connections_comeInTheirOrder() {
    Queue<TcpConnection> plain = new ArrayDeque<>();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      TcpConnection connection = connections.get(random.nextInt(5));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          if (!plain.contains(connection)) {
            plain.add(connection);
            queue.add(connection);
          }
        }
        case 3 -> {
          plain.removeIf(c -> c == connection);
          queue.removeIf(c -> c == connection);
        }
        default -> assertSame(plain.poll(), queue.poll());
      }
      assertEquals(plain.isEmpty(), queue.isEmpty());
      assertEquals(plain.size(), queue.size());
    }
  }

  @Test
  void connectionThatIsOver_isNotKept() throws ReflectiveOperationException {
    TcpConnection over = connections.get(0);
    over.reset();
    queue.add(over);
    assertSame(over, queue.poll());
    assertNull(Shape.field(queue, "first"));
    queue.add(over);
    queue.removeIf(c -> true);
    assertNull(Shape.field(queue, "first"));
  }
}
