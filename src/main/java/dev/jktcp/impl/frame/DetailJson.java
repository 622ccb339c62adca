package dev.jktcp.impl.frame;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.impl.frame.Detail.Bind;
import dev.jktcp.impl.frame.Detail.Connect;
import dev.jktcp.impl.frame.Detail.Ended;
import dev.jktcp.impl.frame.Detail.Listen;
import dev.jktcp.impl.frame.Detail.Listening;
import dev.jktcp.impl.frame.Detail.News;
import dev.jktcp.impl.frame.Detail.Opened;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/** {@link Detail} in JSON, on its way to another node. Null values are left out. */
public final class DetailJson {
  private DetailJson() {}

  static JsonObject write(Detail detail) {
    if (detail instanceof Connect connect) {
      return write(connect.options());
    }
    if (detail instanceof Listen listen) {
      return write(listen.options());
    }
    if (detail instanceof Bind bind) {
      return json("bind").put("local", bind.local()).put("port", bind.port());
    }
    if (detail instanceof Opened opened) {
      return json("opened")
          .put("local", write(opened.local()))
          .put("remote", write(opened.remote()))
          .put("server", opened.server());
    }
    if (detail instanceof Listening listening) {
      return json("listening").put("local", write(listening.local()));
    }
    if (detail instanceof News news) {
      return write(news);
    }
    return write((Ended) detail);
  }

  private static JsonObject json(String what) {
    return new JsonObject().put("is", what);
  }

  private static JsonObject write(TcpConnectOptions options) {
    JsonObject json =
        json("connect")
            .put("host", options.getHost())
            .put("port", options.getPort())
            .put("localAddress", options.getLocalAddress())
            .put("localPort", options.getLocalPort())
            .put("idleTimeoutMs", Limits.roundedUpMs(options.getIdleTimeout()));
    if (options.getTuning() != null) {
      json.put("tuning", write(options.getTuning()));
    }
    // Another node knows a profile by its name.
    return options.getProfile() == null ? json : json.put("profile", options.getProfile().name());
  }

  private static JsonObject write(TcpListenOptions options) {
    JsonObject json =
        json("listen")
            .put("port", options.getPort())
            .put("localAddress", options.getLocalAddress())
            .put("backlog", options.getBacklog())
            .put("idleTimeoutMs", Limits.roundedUpMs(options.getIdleTimeout()));
    return options.getTuning() == null ? json : json.put("tuning", write(options.getTuning()));
  }

  private static JsonObject write(TcpTuning tuning) {
    return new JsonObject()
        .put("noDelay", tuning.noDelay())
        .put("keepAlive", tuning.keepAlive())
        .put("keepAliveNs", tuning.keepAliveNs())
        .put("keepAliveRetryNs", tuning.keepAliveRetryNs())
        .put("keepAliveProbes", tuning.keepAliveProbes())
        .put("userTimeoutNs", tuning.userTimeoutNs())
        .put("connectTimeoutNs", tuning.connectTimeoutNs())
        .put("ttl", tuning.ttl())
        .put("trafficClass", tuning.trafficClass())
        .put("maxSegment", tuning.maxSegment())
        .put("lingerNs", tuning.lingerNs())
        .put("requireTimestamps", tuning.requireTimestamps());
  }

  private static JsonObject write(News news) {
    JsonObject json =
        json("news").put("softErrors", news.softErrors()).put("urgentEnd", news.urgentEnd());
    return news.softError() == null ? json : json.put("softError", news.softError().name());
  }

  private static JsonObject write(Ended ended) {
    JsonObject json =
        json("ended").put("kind", ended.kind().name()).put("message", ended.message());
    if (ended.reason() != null) {
      json.put("reason", ended.reason().name());
    }
    if (ended.info() != null) {
      json.put("info", TcpInfoJson.write(ended.info()));
    }
    return json;
  }

  /** {@code {"host":…,"port":…}}. */
  public static JsonObject write(SocketAddress address) {
    return new JsonObject().put("host", address.host()).put("port", address.port());
  }

  /**
   * @throws RuntimeException if the JSON is no detail
   */
  static Detail read(JsonObject json) {
    return switch (json.getString("is", "")) {
      case "connect" -> new Connect(connect(json));
      case "listen" -> new Listen(listen(json));
      case "bind" -> new Bind(json.getString("local"), json.getInteger("port"));
      case "opened" ->
          new Opened(address(json, "local"), address(json, "remote"), json.getLong("server"));
      case "listening" -> new Listening(address(json, "local"));
      case "news" -> news(json);
      case "ended" -> ended(json);
      default -> throw new IllegalArgumentException("no detail: " + json);
    };
  }

  private static TcpConnectOptions connect(JsonObject json) {
    TcpConnectOptions options =
        new TcpConnectOptions()
            .setHost(json.getString("host"))
            .setPort(json.getInteger("port"))
            .setLocalAddress(json.getString("localAddress"))
            .setLocalPort(json.getInteger("localPort"))
            .setIdleTimeout(idleTimeout(json))
            .setTuning(tuning(json.getJsonObject("tuning")));
    String profile = json.getString("profile");
    return profile == null ? options : options.setProfile(TcpProfile.named(profile));
  }

  private static TcpListenOptions listen(JsonObject json) {
    return new TcpListenOptions()
        .setPort(json.getInteger("port"))
        .setLocalAddress(json.getString("localAddress"))
        .setBacklog(json.getInteger("backlog"))
        .setIdleTimeout(idleTimeout(json))
        .setTuning(tuning(json.getJsonObject("tuning")));
  }

  private static Duration idleTimeout(JsonObject json) {
    return Duration.ofMillis(json.getLong("idleTimeoutMs"));
  }

  private static TcpTuning tuning(JsonObject json) {
    if (json == null) {
      return null;
    }
    return new TcpTuning(
        json.getBoolean("noDelay"),
        json.getBoolean("keepAlive"),
        json.getLong("keepAliveNs"),
        json.getLong("keepAliveRetryNs"),
        json.getInteger("keepAliveProbes"),
        json.getLong("userTimeoutNs"),
        json.getLong("connectTimeoutNs"),
        json.getInteger("ttl"),
        json.getInteger("trafficClass"),
        json.getInteger("maxSegment"),
        json.getLong("lingerNs"),
        json.getBoolean("requireTimestamps"));
  }

  private static News news(JsonObject json) {
    String softError = json.getString("softError");
    return new News(
        json.getLong("softErrors"),
        softError == null ? null : SoftError.valueOf(softError),
        json.getLong("urgentEnd"));
  }

  private static Ended ended(JsonObject json) {
    String reason = json.getString("reason");
    JsonObject info = json.getJsonObject("info");
    return new Ended(
        Ended.Kind.valueOf(json.getString("kind")),
        reason == null ? null : CloseReason.valueOf(reason),
        json.getString("message"),
        info == null ? null : TcpInfoJson.read(info));
  }

  private static SocketAddress address(JsonObject json, String key) {
    JsonObject address = json.getJsonObject(key);
    return SocketAddress.inetSocketAddress(address.getInteger("port"), address.getString("host"));
  }
}
