package dev.jktcp.impl;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.net.Socket;
import org.junit.jupiter.api.BeforeEach;

/**
 * The same with our own TCP on the way: client - pump - TcpStream - two stacks - TcpStream - pump -
 * server. What a kernel socket is told must cross both.
 */
class PumpThroughStackIT extends PumpIT {
  private Adapter near;

  @BeforeEach
  void joinAdapters() {
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

  /**
   * Both adapters are of the Vert.x that closes: which of them is told first is not this test's.
   */
  @Override
  void assertServerIsReset(Socket accepted) {}

  @Override
  Future<? extends ReadStream<Buffer>> connectUp() {
    return near.connect(80);
  }
}
