package dev.jktcp.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Response;
import java.util.List;

/** Vert.x's client of Redis, and a server behind the far end of a Unix socket of IP packets. */
public final class RedisThroughTunnel {
  private RedisThroughTunnel() {}

  public static void main(String[] args) {
    run("tunnel.sock", "127.0.0.1", 6379)
        .onSuccess(System.out::println)
        .onFailure(cause -> System.err.println(cause.getMessage()));
  }

  /**
   * @param host and port of the server, as the far end reaches it
   */
  static Future<String> run(String path, String host, int port) {
    Vertx far = VertxThroughTunnel.vertx();
    Vertx near = VertxThroughTunnel.vertx();
    return Gateway.open(far, path, 6379, host, port)
        .compose(gateway -> VertxThroughTunnel.deploy(near, "unix:" + path, "10.7.0.1"))
        .compose(v -> ask(near, Gateway.ADDRESS, 6379))
        .onComplete(
            done -> {
              near.close();
              far.close();
            });
  }

  /** Nothing here knows of a tunnel: the address decides. */
  public static Future<String> ask(Vertx vertx, String host, int port) {
    Redis client = Redis.createClient(vertx, "redis://" + host + ":" + port);
    RedisAPI redis = RedisAPI.api(client);
    return redis
        .set(List.of("greeting", "hello from Redis"))
        .compose(ok -> redis.append("greeting", "!"))
        .compose(length -> redis.get("greeting"))
        .map(Response::toString)
        .eventually(client::close);
  }
}
