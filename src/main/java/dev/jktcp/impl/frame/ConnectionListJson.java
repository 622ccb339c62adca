package dev.jktcp.impl.frame;

import dev.jktcp.ConnectionInfo;
import dev.jktcp.ConnectionList;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link ConnectionList} in JSON. */
public final class ConnectionListJson {
  private ConnectionListJson() {}

  public static JsonObject write(ConnectionList list) {
    JsonArray connections = new JsonArray();
    list.connections().forEach(connection -> connections.add(write(connection)));
    return new JsonObject()
        .put("total", list.total())
        .put("skipped", list.skipped())
        .put("connections", connections);
  }

  private static JsonObject write(ConnectionInfo connection) {
    return new JsonObject()
        .put("localHost", connection.localAddress().host())
        .put("localPort", connection.localAddress().port())
        .put("remoteHost", connection.remoteAddress().host())
        .put("remotePort", connection.remoteAddress().port())
        .put("ageMs", connection.age().toMillis())
        .put("owner", connection.owner())
        .put("tcp", TcpInfoJson.write(connection.tcp()));
  }

  /**
   * @throws RuntimeException if the JSON is no such list
   */
  public static ConnectionList read(JsonObject json) {
    List<ConnectionInfo> connections = new ArrayList<>();
    JsonArray array = json.getJsonArray("connections");
    for (int i = 0; i < array.size(); i++) {
      connections.add(connection(array.getJsonObject(i)));
    }
    return new ConnectionList(json.getInteger("total"), json.getInteger("skipped"), connections);
  }

  private static ConnectionInfo connection(JsonObject json) {
    return new ConnectionInfo(
        SocketAddress.inetSocketAddress(json.getInteger("localPort"), json.getString("localHost")),
        SocketAddress.inetSocketAddress(
            json.getInteger("remotePort"), json.getString("remoteHost")),
        Duration.ofMillis(json.getLong("ageMs")),
        json.getString("owner"),
        TcpInfoJson.read(json.getJsonObject("tcp")));
  }
}
