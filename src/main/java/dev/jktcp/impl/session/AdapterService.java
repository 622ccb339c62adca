package dev.jktcp.impl.session;

import dev.jktcp.AdapterOptions;
import dev.jktcp.bus.BusContext;
import dev.jktcp.bus.BusEnd;
import dev.jktcp.bus.BusReader;
import dev.jktcp.context.Contexts;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.addressed.AddressedConnections;
import dev.jktcp.impl.addressed.AddressedRequest;
import dev.jktcp.impl.addressed.Replies;
import dev.jktcp.impl.frame.AdapterName;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.ConnectionListJson;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.options.JsonValues;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An adapter on the event bus, under a name. It answers requests and keeps the sessions of handles.
 * It ends with its adapter.
 *
 * <p>Adapter context only; methods for any thread say so.
 */
public final class AdapterService {
  private static final List<String> ORDERS =
      List.of(
          "hello",
          "about",
          "stats",
          "connections",
          "transport",
          "ping",
          "resolve",
          "pcap",
          "stopPcap",
          "connect",
          "listen");

  private final AdapterInternal adapter;
  private final AdapterName name;
  private final boolean local;
  private final JsonObject more;
  private final ContextInternal context;
  private final Map<String, ServedSession> sessions = new HashMap<>(); // by the handle's address
  private final AddressedConnections addressed;
  private final Promise<Void> closed = Promise.promise();
  private int sessionsBegun;
  private BusReader reader;
  private boolean ending;
  private boolean left; // whether the name is free again

  /**
   * Any thread.
   *
   * @param local whether handles on other nodes are shut out
   * @return fails with an {@link IllegalStateException} if the name is taken in this Vert.x
   *     instance, and with the adapter's failure if that has ended
   */
  public static Future<AdapterService> open(AdapterInternal adapter, String name, boolean local) {
    AdapterName taken;
    try {
      taken = AdapterName.take(adapter.context().owner(), name);
    } catch (IllegalStateException refused) {
      return Future.failedFuture(refused);
    }
    return open(adapter, taken, local, new JsonObject());
  }

  /**
   * The same.
   *
   * @param name freed when the adapter ends, at once if it has ended
   * @param more keys of {@link dev.jktcp.AdapterHandle#about}
   */
  public static Future<AdapterService> open(
      AdapterInternal adapter, AdapterName name, boolean local, JsonObject more) {
    VertxInternal vertx = adapter.context().owner();
    AdapterService service = new AdapterService(adapter, name, local, more);
    Promise<AdapterService> promise = vertx.getOrCreateContext().promise();
    adapter.context().runOnContext(v -> service.open().map(service).onComplete(promise));
    return promise.future();
  }

  /** The only service of an adapter without a name; the first call opens it. Any thread. */
  @SuppressWarnings("unchecked")
  public static Future<AdapterService> of(AdapterInternal adapter) {
    Promise<AdapterService> promise = Promise.promise();
    if (adapter.attachment().compareAndSet(null, promise.future())) {
      open(adapter, BusNames.unguessable(), true).onComplete(promise);
    }
    Future<AdapterService> opened = (Future<AdapterService>) adapter.attachment().get();
    return opened.compose(AdapterService::ifAlive);
  }

  private Future<AdapterService> ifAlive() {
    Promise<AdapterService> promise = Promise.promise();
    Contexts.runOnThread(
        adapter.context(),
        () -> {
          if (adapter.outcome() == null) {
            promise.complete(this);
          } else {
            promise.fail(adapter.outcome());
          }
        });
    return promise.future();
  }

  private AdapterService(
      AdapterInternal adapter, AdapterName name, boolean local, JsonObject more) {
    this.more = more;
    this.adapter = adapter;
    this.name = name;
    this.local = local;
    this.context = BusContext.beside(adapter.context());
    this.addressed =
        new AddressedConnections(
            adapter, context, local, ServedStream.WRITE_WINDOW, this::tellClosed);
  }

  private Future<Void> open() {
    if (adapter.outcome() != null) {
      name.free();
      return Future.failedFuture(adapter.outcome());
    }
    reader = BusReader.open(context, BusNames.adapter(name.text()), local, this::onMessage);
    adapter.awaitLastWords(closed());
    TransportNews news = new TransportNews(context.owner(), name.text(), local);
    news.publish(adapter.transportStatus());
    adapter.watchTransport(news::publish);
    adapter.ended().onComplete(ended -> Contexts.runOnThread(adapter.context(), this::end));
    return reader.completion();
  }

  /** Any thread. */
  public String name() {
    return name.text();
  }

  /**
   * Completes when the adapter has ended, every handle knows it, and only connections with unread
   * data still have consumers at their addresses. Any thread.
   */
  public Future<Void> closed() {
    return closed.future();
  }

  // --- questions

  private void onMessage(Message<Object> message) {
    Object body = BusEnd.body(message);
    if (body == BusEnd.MALFORMED) {
      return;
    }
    if (!(body instanceof JsonObject json)) {
      Replies.refuse(message, "a JSON object is expected");
      return;
    }
    try {
      answer(json, message);
    } catch (IllegalArgumentException refused) {
      Replies.fail(message, refused);
    }
  }

  private void answer(JsonObject json, Message<Object> message) {
    String what = json.getValue("do") instanceof String text ? text : "";
    switch (what) {
      case "hello" -> hello(json, message);
      case "about" -> Replies.answer(message, Future.succeededFuture(about()));
      case "stats" -> Replies.answer(message, adapter.stats().map(stats -> stats.toJson()));
      case "connections" -> Replies.answer(message, connections(json));
      case "transport" ->
          Replies.answer(message, Future.succeededFuture(adapter.transportStatus().toJson()));
      case "ping" -> Replies.answer(message, ping(json));
      case "resolve" -> Replies.answer(message, resolve(json));
      case "pcap" -> {
        if (json.getValue("path") instanceof String path) {
          Replies.answer(message, adapter.pcap(path));
        } else {
          Replies.refuse(message, "path: expected a string, got " + json.getValue("path"));
        }
      }
      case "stopPcap" -> Replies.answer(message, adapter.stopPcap());
      default -> {
        if (!addressed.onRequest(what, json, message)) {
          throw AddressedRequest.unknown("do: ", what, ORDERS);
        }
      }
    }
  }

  private Future<JsonObject> connections(JsonObject json) {
    int skip = (int) number(json, "skip", 0, 0);
    int limit = (int) number(json, "limit", 1, adapter.options().getMaxListed());
    return adapter.connections(skip, limit).map(ConnectionListJson::write);
  }

  private static long number(JsonObject json, String key, long least, long absent) {
    Object value = json.getValue(key);
    if (value == null) {
      return absent;
    }
    long number = JsonValues.wholeNumber(key, value);
    if (number >= least && number <= Integer.MAX_VALUE) {
      return number;
    }
    throw new IllegalArgumentException(key + ": " + number + " is not " + least + " or more");
  }

  private Future<JsonObject> ping(JsonObject json) {
    try {
      Duration timeout = Duration.ofNanos(json.getLong("timeoutNs"));
      return adapter
          .ping(json.getString("host"), timeout)
          .map(trip -> new JsonObject().put("ns", trip.toNanos()));
    } catch (ClassCastException | NullPointerException malformed) {
      throw new IllegalArgumentException("ping: a host and timeoutNs are expected", malformed);
    }
  }

  /** Fails as a connect to the name does. */
  private Future<JsonObject> resolve(JsonObject json) {
    return adapter
        .resolve(JsonValues.string("host", json.getValue("host")))
        .map(found -> new JsonArray(found.stream().map(InetAddress::getHostAddress).toList()))
        .map(addresses -> new JsonObject().put("addresses", addresses))
        .recover(cause -> Future.failedFuture(Failures.ofName(cause)));
  }

  private JsonObject about() {
    AdapterOptions options = adapter.options();
    return new JsonObject()
        .put("name", name.text())
        .put("localAddresses", new JsonArray(options.getLocalAddresses()))
        .put("peerAddresses", new JsonArray(options.getPeerAddresses()))
        .put("profile", options.getProfile().name())
        .mergeIn(more);
  }

  private void hello(JsonObject json, Message<Object> message) {
    if (!(json.getValue("address") instanceof String handle)
        || !Integer.valueOf(1).equals(json.getValue("version"))) {
      Replies.refuse(message, "hello: version 1 and an address are expected");
      return;
    }
    if (adapter.outcome() != null) {
      Replies.fail(message, adapter.outcome());
      return;
    }
    ServedSession session = sessions.get(handle);
    if (session == null) {
      if (sessions.size() >= adapter.options().getMaxSessions()) {
        String many = sessions.size() + " sessions, its limit (maxSessions)";
        Replies.fail(
            message, new IllegalStateException("adapter '" + name.text() + "' has " + many));
        return;
      }
      boolean here = local || Boolean.TRUE.equals(json.getValue("local"));
      session = new ServedSession(this, handle, ++sessionsBegun, here);
      sessions.put(handle, session);
    }
    Replies.answer(message, session.opened());
  }

  // --- for the sessions

  AdapterInternal adapter() {
    return adapter;
  }

  ContextInternal context() {
    return context;
  }

  AddressedConnections addressed() {
    return addressed;
  }

  boolean isEnding() {
    return ending;
  }

  void onSessionOver(String handle) {
    sessions.remove(handle);
    tellClosed();
  }

  /** The reason in a session's goodbye once the adapter has ended. */
  Detail.Ended lastWord() {
    return Detail.Ended.of(adapter.outcome(), adapter.outcome().reason(), null);
  }

  // --- the end

  /** Ends all sessions. Streams with undelivered data keep theirs meanwhile. */
  private void end() {
    if (ending) {
      return;
    }
    ending = true;
    reader
        .leave()
        .onComplete(
            gone -> {
              name.free();
              left = true;
              tellClosed();
            });
    addressed.close();
    List<ServedSession> all = new ArrayList<>(sessions.values());
    for (ServedSession session : all) {
      session.onAdapterEnd();
    }
    tellClosed();
  }

  private void tellClosed() {
    if (left && sessions.isEmpty() && !addressed.isLeaving()) {
      closed.tryComplete();
    }
  }
}
