package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An adapter is shut down at any time of a conversation, on any path, with any patience. Whatever
 * comes of it, an end stands behind all that was taken, and nothing else does.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ShutdownSeedsTest {
  private static final int SEEDS = 150;
  private static final int MAX_PIECE = 40_000;

  private int ends;
  private int breaks;

  /** One end of a connection: writes when it likes to, and reads. */
  private final class Talker {
    private final Lab lab;
    private final SimRandom random;
    private final TcpStream stream;
    private final Recorder recorder;
    private final Buffer written = Buffer.buffer(); // but for what was refused
    private int left;

    Talker(Lab lab, SimRandom random, TcpStream stream) {
      this.lab = lab;
      this.random = random;
      this.stream = stream;
      this.recorder = Recorder.of(stream);
      this.left = random.below(10);
      if (random.chance(0.3)) pause();
      if (random.chance(0.7)) recorder.ended().onSuccess(v -> stream.end());
      lab.clock.once(random.between(1, 50), this::talk);
    }

    private void pause() {
      stream.pause();
      lab.clock.once(random.between(1, 2000), stream::resume);
    }

    private void talk() {
      if (left-- <= 0) {
        if (random.chance(0.3)) stream.end();
        return;
      }
      byte[] bytes = new byte[(int) random.between(1, MAX_PIECE)];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) random.nextLong();
      Future<Void> write = stream.write(Buffer.buffer(bytes));
      if (!write.failed()) written.appendBytes(bytes);
      lab.clock.once(random.between(1, 100), this::talk);
    }

    boolean isOver() {
      return recorder.closed().isComplete();
    }

    void checkHeard(Talker peer) {
      Buffer heard = recorder.bytes();
      Buffer said = peer.written;
      assertTrue(heard.length() <= said.length(), "more than was written");
      assertEquals(said.slice(0, heard.length()), heard, "other bytes than were written");
      boolean end = recorder.events().contains("end");
      if (end) assertEquals(said.length(), heard.length(), "an end behind less than all");
      assertTrue(end || recorder.error() != null, "neither an end nor an error");
      if (end) ends++;
      else breaks++;
    }
  }

  @Test
  void anEndStandsBehindAll(Vertx vertx) throws Exception {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        run(vertx, seed);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(ends > SEEDS / 2 && breaks > SEEDS / 4, ends + " ends, " + breaks + " breaks");
  }

  private void run(Vertx vertx, long seed) throws Exception {
    Lab lab = new Lab(vertx);
    SimRandom random = new SimRandom(seed);
    PipeTransport.Pair pipe = PipeTransport.pair();
    String faults =
        "loss="
            + random.oneOf("0", "0.01", "0.05")
            + ",reorder=0.02,delay="
            + random.between(0, 30)
            + "ms,seed="
            + seed;
    AdapterImpl left =
        lab.adapter(
            new FaultyTransport(pipe.left(), FaultSpec.parse(faults), lab.clock),
            options(random, AdapterPair.LEFT));
    AdapterImpl right = lab.adapter(pipe.right(), options(random, AdapterPair.RIGHT));
    List<Talker> talkers = new ArrayList<>();
    lab.result(right.listen(80, stream -> talkers.add(new Talker(lab, random.fork(), stream))));
    Future<TcpStream> connecting = left.connect(AdapterPair.RIGHT.get(0), 80);
    lab.drive(60_000, () -> connecting.isComplete() && talkers.size() == 1);
    lab.run(() -> talkers.add(new Talker(lab, random.fork(), connecting.result())));
    lab.drive(random.between(1, 600), () -> false);
    Duration bound = Duration.ofMillis(random.oneOf(1L, 100L, 1000L, 5000L, 60_000L));
    Future<Void> over = lab.call(() -> left.shutdown(bound));
    assertTrue(lab.drive(bound.toMillis() + 1000, over::isComplete), "it takes longer");
    Future<Void> peerOver = lab.call(() -> right.shutdown(Duration.ofSeconds(60)));
    assertTrue(lab.drive(62_000, peerOver::isComplete), "the peer takes longer");
    assertTrue(lab.drive(60_000, () -> talkers.stream().allMatch(Talker::isOver)), "not told");
    talkers.get(0).checkHeard(talkers.get(1));
    talkers.get(1).checkHeard(talkers.get(0));
  }

  private static AdapterOptions options(SimRandom random, List<String> addresses) {
    return new AdapterOptions()
        .setLocalAddresses(addresses)
        .setSendBuffer(random.oneOf(4096, 65_536, 262_144))
        .setReceiveBuffer(random.oneOf(4096, 65_536, 262_144));
  }
}
