package dev.jktcp.testkit;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.TcpStreamContract;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/** Two adapters joined by a pipe, the left one 10.0.0.1 and fd00::1, the right one .2 and ::2. */
public record AdapterPair(Adapter left, Adapter right) {
  public static final List<String> LEFT = List.of("10.0.0.1", "fd00::1");
  public static final List<String> RIGHT = List.of("10.0.0.2", "fd00::2");

  public static AdapterPair create(Vertx vertx) {
    return create(vertx, new AdapterOptions(), new AdapterOptions());
  }

  /** The options are given the addresses. */
  public static AdapterPair create(Vertx vertx, AdapterOptions left, AdapterOptions right) {
    PipeTransport.Pair pipe = PipeTransport.pair();
    left.setLocalAddresses(LEFT).setPeerAddresses(RIGHT);
    right.setLocalAddresses(RIGHT).setPeerAddresses(LEFT);
    return new AdapterPair(
        Adapter.create(vertx, pipe.left(), left), Adapter.create(vertx, pipe.right(), right));
  }

  /** A connection from left to right. */
  public TcpStreamContract.Pair connect(String host, int port) throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(port, accepted::tryComplete)); // more may come
    TcpStream client = Await.result(left.connect(host, port));
    return new TcpStreamContract.Pair(client, Await.result(accepted.future()));
  }
}
