package dev.jktcp.impl.pump;

import dev.jktcp.Pump;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.streams.ReadStream;
import org.junit.jupiter.api.BeforeEach;

/** The same with the two sockets on different event loops, and the pump made on the second. */
class PumpAcrossContextsIT extends PumpIT {
  private Context other;

  @BeforeEach
  void findAnotherEventLoop() {
    other = ((VertxInternal) vertx).createEventLoopContext();
  }

  @Override
  Future<? extends ReadStream<Buffer>> connectUp() {
    Promise<ReadStream<Buffer>> up = Promise.promise();
    other.runOnContext(
        v -> connectServer().map(Pump::keepHalfOpen).onSuccess(up::complete).onFailure(up::fail));
    return up.future();
  }
}
