package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;

/**
 * An adapter deployed from a file of JSON, and a verticle that finds it by its name. Neither knows
 * the other's code or event loop.
 */
public final class AdapterFromJson {
  private AdapterFromJson() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "conf/verticle.json", "/tmp/jktcp-example")
        .onSuccess(answer -> System.out.println("answer: " + answer))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with the answer the client got.
   *
   * @param conf the adapter's configuration
   * @param path where to make the Unix socket, whatever the file says
   */
  public static Future<String> run(Vertx vertx, String conf, String path) {
    Client client = new Client();
    return vertx
        .fileSystem()
        .readFile(conf)
        .map(JsonObject::new)
        .compose(
            config -> {
              config.put("transport", "unix-listen:" + path);
              return deploy(vertx, config)
                  .compose(listening -> playPeer(vertx, path, config))
                  .compose(there -> vertx.deployVerticle(client, named(config)));
            })
        .compose(id -> client.answer.future());
  }

  private static Future<String> deploy(Vertx vertx, JsonObject config) {
    return vertx.deployVerticle(
        "dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config));
  }

  private static DeploymentOptions named(JsonObject config) {
    return new DeploymentOptions()
        .setConfig(new JsonObject().put("adapter", config.getString("name")));
  }

  /** What uses the adapter needs its name, and nothing else. */
  private static final class Client extends VerticleBase {
    final Promise<String> answer = Promise.promise();

    // tag::handle[]
    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, config().getString("adapter"))
          .compose(adapter -> adapter.connect("fd77::1", 7))
          .onSuccess(
              stream -> {
                Buffer heard = Buffer.buffer();
                stream.handler(heard::appendBuffer); // on this verticle's context
                stream.endHandler(end -> answer.complete(heard.toString()));
                stream.exceptionHandler(answer::tryFail);
                stream.end(Buffer.buffer("hello"));
              });
    }
    // end::handle[]
  }

  /** The other side of the socket, which echoes; in hand, for once. */
  private static Future<?> playPeer(Vertx vertx, String path, JsonObject config) {
    SocketTransport transport =
        SocketTransport.connect(
            vertx, SocketAddress.domainSocketAddress(path), new SocketTransportOptions());
    AdapterOptions options = new AdapterOptions();
    config.getJsonArray("peerAddresses").forEach(a -> options.addLocalAddress((String) a));
    Adapter peer = Adapter.create(vertx, transport, options);
    return peer.listen(7, stream -> stream.pipeTo(stream));
  }
}
