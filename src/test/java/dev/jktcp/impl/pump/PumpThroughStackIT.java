package dev.jktcp.impl.pump;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * The same with our own TCP on the way: client - pump - TcpStream - two stacks - TcpStream - pump -
 * server. What a kernel socket is told must cross both.
 */
class PumpThroughStackIT extends PumpIT {
  private Adapter near;
  private boolean byHandle;

  /** What is repeated is so for streams in hand and for those of handles, in turn. */
  @BeforeEach
  void joinAdapters(TestInfo test) {
    byHandle = test.getDisplayName().matches("repetition \\d*[02468] of .*");
    PipeTransport.Pair pipe = PipeTransport.pair();
    near =
        Adapter.create(
            vertx,
            pipe.left(),
            new AdapterOptions().addLocalAddress("10.0.0.1").addPeerAddress("10.0.0.2"));
    Adapter far =
        Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("10.0.0.2"));
    far.listen(80, this::expose);
  }

  private void expose(TcpStream stream) {
    connectServer()
        .onSuccess(socket -> Pump.between(stream, socket).start())
        .onFailure(e -> stream.reset());
  }

  @Override
  Future<? extends ReadStream<Buffer>> connectUp() {
    return byHandle ? near.toHandle().compose(handle -> handle.connect(80)) : near.connect(80);
  }
}
