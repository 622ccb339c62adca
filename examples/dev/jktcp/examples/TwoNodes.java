package dev.jktcp.examples;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/**
 * Two nodes of a cluster. The first one owns the tunnel and its adapter; the second one connects
 * through it by a handle, over the clustered event bus. Another adapter on the first node stands
 * for the peer, and echoes.
 */
public final class TwoNodes {
  private TwoNodes() {}

  public static void main(String[] args) {
    Vertx first = started(node("jktcp-example"));
    Vertx second = started(node("jktcp-example"));
    run(first, second, "/tmp/jktcp-example", "hello")
        .onComplete(done -> second.close().eventually(first::close))
        .onSuccess(System.out::println)
        .onFailure(e -> System.err.println(e.getMessage()));
  }

  /** Waits here, for Vert.x warns of an instance that is made by a handler of another. */
  private static Vertx started(Future<Vertx> node) {
    return node.toCompletionStage().toCompletableFuture().join();
  }

  /** A node on this machine; nodes of the same cluster find each other. */
  public static Future<Vertx> node(String cluster) {
    Config config = new Config().setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
    VertxOptions options = new VertxOptions();
    options.getEventBusOptions().setHost("127.0.0.1");
    return Vertx.builder()
        .with(options)
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }

  /**
   * Completes with what the peer has echoed.
   *
   * @param path where to make the Unix socket that is the tunnel
   */
  public static Future<String> run(Vertx first, Vertx second, String path, String text) {
    return deploy(first, "gateway", "unix-listen:" + path, "fd66::1", "fd66::2")
        .compose(id -> deploy(first, "peer", "unix:" + path, "fd66::2", "fd66::1"))
        .compose(id -> AdapterHandle.of(first, "peer"))
        .compose(peer -> peer.listen(7, stream -> stream.handler(stream::write)))
        .compose(server -> echo(second, text));
  }

  // tag::nodes[]
  /** On the node that has the tunnel: the adapter, for handles on any node. */
  static Future<String> deploy(Vertx vertx, String name, String uri, String local, String peer) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("local", false)
            .put("transport", uri)
            .put("localAddresses", new JsonArray().add(local))
            .put("peerAddresses", new JsonArray().add(peer));
    return vertx.deployVerticle(
        AdapterVerticle.class.getName(), new DeploymentOptions().setConfig(config));
  }

  /** On another node: a handle by the adapter's name. */
  static Future<String> echo(Vertx vertx, String text) {
    return AdapterHandle.of(vertx, "gateway", new HandleOptions().setLocal(false))
        .compose(gateway -> gateway.connect(7))
        .compose(stream -> ask(stream, text));
  }

  // end::nodes[]

  private static Future<String> ask(StreamHandle stream, String text) {
    Promise<String> answer = Promise.promise();
    Buffer heard = Buffer.buffer();
    stream.handler(
        data -> {
          heard.appendBuffer(data);
          if (heard.length() >= Buffer.buffer(text).length()) answer.tryComplete(heard.toString());
        });
    stream.exceptionHandler(answer::tryFail);
    stream.write(text);
    return answer.future().eventually(stream::close);
  }
}
