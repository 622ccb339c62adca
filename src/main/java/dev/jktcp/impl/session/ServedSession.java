package dev.jktcp.impl.session;

import dev.jktcp.HandleOptions;
import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.BufferSizes;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.addressed.AddressedConnections;
import dev.jktcp.impl.addressed.Replies;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SeenIds;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.impl.frame.SessionSide;
import dev.jktcp.impl.frame.TcpInfoJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * The adapter's end of a session. When it ends, connections that the handle has not closed are
 * reset.
 */
final class ServedSession implements SessionSide.Events {
  private final AdapterService service;
  private final AdapterInternal adapter;
  private final String handle;
  private final int number; // shown instead of the address, which is a secret
  private final SessionSide side;
  private final SeenIds seen = new SeenIds();
  private final Future<JsonObject> opened;
  private long nextAccepted = -1;
  private boolean over;

  /**
   * @param handle the address of the handle's end
   * @param number counts the adapter's sessions
   * @param here whether the handle is in this process
   */
  ServedSession(AdapterService service, String handle, int number, boolean here) {
    this.service = service;
    this.adapter = service.adapter();
    this.handle = handle;
    this.number = number;
    String address = BusNames.session();
    this.side =
        new SessionSide(
            service.context(),
            adapter.clock(),
            address,
            here,
            HandleOptions.DEFAULT_REPEAT.toMillis(),
            this);
    Promise<JsonObject> promise = Promise.promise();
    this.opened = promise.future();
    side.open()
        .onSuccess(
            v -> {
              if (over) {
                promise.fail(adapter.outcome());
                return;
              }
              side.talkTo(handle, adapter.options().getLease().toMillis());
              promise.complete(welcome(address));
            })
        .onFailure(
            cause -> {
              end();
              promise.fail(cause);
            });
  }

  private JsonObject welcome(String address) {
    return new JsonObject()
        .put("session", address)
        .put("leaseMs", adapter.options().getLease().toMillis())
        .put("sendBuffer", BufferSizes.firstSend(adapter.options()))
        .put("orphanTimeoutMs", adapter.options().getOrphanTimeout().toMillis())
        .put("shutdownTimeoutMs", adapter.options().getShutdownTimeout().toMillis());
  }

  /** The owner of its connections, as a list of connections names it. */
  @Override
  public String toString() {
    return "handle " + number;
  }

  /** The answer to the handle's hello. */
  Future<JsonObject> opened() {
    return opened;
  }

  AdapterInternal adapter() {
    return adapter;
  }

  AddressedConnections addressed() {
    return service.addressed();
  }

  SessionSide side() {
    return side;
  }

  // --- what the handle says

  @Override
  public SessionChannel onUnknown(Frame frame) {
    boolean opens = frame.has(Frame.OPEN) && !frame.has(Frame.RESET | Frame.CLOSE);
    if (!opens || frame.id() <= 0 || over) {
      return null;
    }
    seen.raiseFloor(side.peerFloor());
    if (frame.detail() instanceof Detail.Connect connect && seen.add(frame.id())) {
      ServedStream stream = new ServedStream(this, frame.id());
      side.add(stream);
      stream.connect(connect.options());
      return stream;
    }
    if (frame.detail() instanceof Detail.Listen listen && seen.add(frame.id())) {
      ServedServer server = new ServedServer(this, frame.id());
      side.add(server);
      server.listen(listen.options());
      return server;
    }
    if (frame.detail() instanceof Detail.Bind bind && seen.add(frame.id())) {
      ServedUdp udp = new ServedUdp(this, frame.id());
      side.add(udp);
      udp.bind(bind);
      return udp;
    }
    return null;
  }

  @Override
  public void onQuestion(Message<Object> message) {
    if (!(message.body() instanceof JsonObject json)
        || !(json.getValue("id") instanceof Number id)) {
      Replies.fail(message, new IllegalStateException("the connection is over"));
      return;
    }
    SessionChannel channel = side.channel(id.longValue());
    if ("send".equals(json.getValue("do"))) {
      Replies.answer(message, send(channel, json));
    } else if (channel instanceof ServedStream stream && stream.stream() != null) {
      answer(stream, json, message);
    } else {
      Replies.fail(message, new IllegalStateException("the connection is over"));
    }
  }

  private static Future<Void> send(SessionChannel channel, JsonObject json) {
    return channel instanceof ServedUdp udp
        ? udp.send(json)
        : Future.failedFuture(new IllegalStateException("the socket is closed"));
  }

  private static void answer(ServedStream stream, JsonObject json, Message<Object> message) {
    switch (String.valueOf(json.getValue("do"))) {
      case "info" -> Replies.answer(message, stream.stream().info().map(TcpInfoJson::write));
      case "addresses" -> Replies.answer(message, stream.addresses());
      case "tuning", "tune", "urgentAhead", "urge" ->
          Replies.answer(message, ServedControl.answer(stream.stream(), json));
      default -> Replies.refuse(message, "do: info or addresses is expected");
    }
  }

  @Override
  public void onBeat() {
    side.beat(true, side.floor(nextAccepted));
  }

  @Override
  public void onBye(Detail.Ended why) {
    end();
  }

  /**
   * Ends the session. If the handle's process was only stopped, the handle gets the reason when it
   * goes on.
   */
  @Override
  public void onLost(String why) {
    if (over) {
      return;
    }
    over = true;
    TcpException cause = Failures.busLost("the handle " + why + ", and its adapter gave it up");
    side.bye(Detail.Ended.of(cause, cause.reason(), null))
        .onComplete(gone -> service.onSessionOver(handle));
    for (SessionChannel channel : side.channels()) {
      channel.onSessionEnd(null);
    }
  }

  // --- what the channels ask

  /** A connection that one of our listeners has accepted. */
  ServedStream accepted(LocalStream stream, ServedServer server) {
    ServedStream channel = new ServedStream(this, nextAccepted--);
    side.add(channel);
    channel.accept(stream, server);
    return channel;
  }

  /** Removes a channel whose last frame is confirmed. */
  void remove(SessionChannel channel) {
    side.remove(channel);
    if (service.isEnding() && side.size() == 0) {
      sayGoodbye();
    }
  }

  // --- the end

  void onAdapterEnd() {
    for (SessionChannel channel : side.channels()) {
      if (!(channel instanceof ServedStream)) {
        side.remove(channel);
      }
    }
    boolean nothingToDeliver =
        side.channels().stream().allMatch(channel -> ((ServedStream) channel).isDone());
    if (nothingToDeliver) {
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    if (over) {
      return;
    }
    over = true;
    side.bye(service.lastWord()).onComplete(gone -> service.onSessionOver(handle));
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    side.end();
    for (SessionChannel channel : side.channels()) {
      channel.onSessionEnd(null);
    }
    service.onSessionOver(handle);
  }
}
