package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opening never delays another stream: in virtual time, on a link of 100 Mbit/s and 10 ms. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OpeningTest {
  private static final int OPENING = 1_000;
  private static final int PORT = 80;
  private static final int BYTES = 4 << 20;
  private static final long MOST_MS = 60_000;

  private Lab lab;
  private AdapterHandle handle;
  private StreamHandle stream;
  private long received;
  private final List<Future<StreamHandle>> opening = new ArrayList<>();

  @BeforeEach
  void join(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    FaultSpec link = FaultSpec.parse("rate=100mbit,delay=10ms,queue=4000");
    AdapterImpl left = adapter(new FaultyTransport(pipe.left(), link, lab.clock), AdapterPair.LEFT);
    AdapterImpl right = adapter(pipe.right(), AdapterPair.RIGHT);
    lab.result(lab.call(() -> AdapterService.open(left, "left", true)));
    lab.result(right.listen(PORT, peer -> peer.handler(data -> received += data.length())));
    HandleOptions options = new HandleOptions().setClock(lab.clock);
    handle = lab.result(lab.call(() -> AdapterHandle.of(vertx, "left", options)));
    Future<StreamHandle> connecting =
        lab.call(() -> handle.connect(AdapterPair.RIGHT.get(0), PORT));
    lab.until(connecting::isComplete);
    stream = lab.result(connecting);
  }

  private AdapterImpl adapter(PacketTransport transport, List<String> addresses) {
    AdapterOptions options = new AdapterOptions().setLocalAddresses(addresses);
    return lab.adapter(transport, options);
  }

  @Test
  void thousandConnectsToASilentPeer_slowNoTransfer() throws Exception {
    long aloneMs = transferMs();
    lab.run(() -> lab.clock.once(100, this::openMany));
    long amongMs = transferMs();
    assertEquals(OPENING, opening.size());
    assertTrue(opening.stream().noneMatch(Future::isComplete), "the peer is silent");
    assertTrue(amongMs < aloneMs * 1.05, amongMs + " ms, alone " + aloneMs);
  }

  private void openMany() {
    for (int i = 0; i < OPENING; i++) opening.add(handle.connect("10.0.0.9", PORT));
  }

  private long transferMs() throws Exception {
    long startMs = lab.nowMs();
    long target = received + BYTES;
    lab.run(() -> stream.write(Buffer.buffer(new byte[BYTES])));
    assertTrue(lab.drive(MOST_MS, () -> received == target), "does not arrive");
    return lab.nowMs() - startMs;
  }
}
