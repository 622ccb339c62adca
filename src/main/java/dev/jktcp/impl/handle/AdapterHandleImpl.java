package dev.jktcp.impl.handle;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.context.Contexts;
import dev.jktcp.impl.Addresses;
import dev.jktcp.impl.PingTimeout;
import dev.jktcp.impl.frame.ConnectionListJson;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The user's object for an adapter elsewhere. Only the user refers to it, so that the garbage
 * collector can find it unused. All state is in {@link HandleSessions}.
 */
public final class AdapterHandleImpl implements AdapterHandle {
  private final HandleSessions sessions;

  /** See {@link AdapterHandle#of}. */
  public static Future<AdapterHandle> of(Vertx vertx, String name, HandleOptions options) {
    Objects.requireNonNull(name, "name");
    return of(home(vertx), name, new HandleOptions(options));
  }

  /**
   * See {@link dev.jktcp.Adapter#toHandle}.
   *
   * @param named completed with the name under which the adapter is on the event bus
   */
  public static Future<AdapterHandle> to(Vertx vertx, Future<String> named) {
    ContextInternal home = home(vertx);
    Future<String> name = home.future(promise -> named.onComplete(promise));
    return name.compose(found -> of(home, found, new HandleOptions()));
  }

  private static ContextInternal home(Vertx vertx) {
    ContextInternal caller = Contexts.caller(vertx);
    return caller != null ? caller : ((VertxInternal) vertx).createEventLoopContext();
  }

  private static Future<AdapterHandle> of(
      ContextInternal home, String name, HandleOptions options) {
    HandleSessions sessions = new HandleSessions(home.owner(), home, name, options);
    return sessions.use((session, promise) -> promise.complete(new AdapterHandleImpl(sessions)));
  }

  private AdapterHandleImpl(HandleSessions sessions) {
    this.sessions = sessions;
    sessions.belongTo(this);
  }

  @Override
  public String name() {
    return sessions.name();
  }

  @Override
  public Future<StreamHandle> connect(int port) {
    return Addresses.connect(null, port, this::connect);
  }

  @Override
  public Future<StreamHandle> connect(String host, int port) {
    Objects.requireNonNull(host, "host");
    return Addresses.connect(host, port, this::connect);
  }

  @Override
  public Future<StreamHandle> connect(TcpConnectOptions options) {
    TcpConnectOptions copy = new TcpConnectOptions(options);
    return sessions.use((session, promise) -> session.connect(copy, promise));
  }

  @Override
  public Future<TcpServer> listen(int port, Handler<StreamHandle> handler) {
    return Addresses.listen(port, options -> listen(options, handler));
  }

  @Override
  public Future<TcpServer> listen(TcpListenOptions options, Handler<StreamHandle> handler) {
    Objects.requireNonNull(handler, "handler");
    TcpListenOptions copy = new TcpListenOptions(options);
    return sessions.use((session, promise) -> session.listen(copy, handler, promise));
  }

  @Override
  public DatagramSocket udp() {
    return new HandleUdpSocket(sessions, this, sessions.caller());
  }

  @Override
  public Future<Duration> ping(String host, Duration timeout) {
    long timeoutNs = PingTimeout.ns(timeout);
    JsonObject question =
        new JsonObject().put("do", "ping").put("host", host).put("timeoutNs", timeoutNs);
    return sessions
        .ask(question, TimeUnit.NANOSECONDS.toMillis(timeoutNs))
        .map(answer -> Duration.ofNanos(answer.getLong("ns")));
  }

  @Override
  public Future<Void> pcap(String path) {
    Objects.requireNonNull(path, "path");
    return sessions.ask(new JsonObject().put("do", "pcap").put("path", path)).mapEmpty();
  }

  @Override
  public Future<Void> stopPcap() {
    return sessions.ask(new JsonObject().put("do", "stopPcap")).mapEmpty();
  }

  @Override
  public Future<JsonObject> about() {
    return sessions.ask(new JsonObject().put("do", "about"));
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    JsonObject question =
        new JsonObject().put("do", "connections").put("skip", skip).put("limit", limit);
    return sessions.ask(question).map(ConnectionListJson::read);
  }

  @Override
  public Future<AdapterStats> stats() {
    return sessions.ask(new JsonObject().put("do", "stats")).map(AdapterStats::of);
  }

  @Override
  public Future<TransportStatus> transportStatus() {
    return sessions.ask(new JsonObject().put("do", "transport")).map(TransportStatus::of);
  }

  @Override
  public AdapterHandle transportHandler(Handler<TransportStatus> handler) {
    sessions.transportHandler(handler);
    return this;
  }

  @Override
  public AdapterHandle exceptionHandler(Handler<Throwable> handler) {
    sessions.exceptionHandler(handler);
    return this;
  }

  @Override
  public AdapterHandle closeHandler(Handler<Void> handler) {
    sessions.closeHandler(handler);
    return this;
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    return sessions.shutdown(timeout);
  }

  @Override
  public Future<Void> close() {
    return sessions.close();
  }
}
