package dev.jktcp.impl.addressed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.testkit.WrappedTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An adapter on the event bus, its peer, and a user of the bus who knows nothing of either. */
final class AddressedLab {
  static final int PORT = 80;
  static final int LEASE_MS = 10_000;

  final Lab lab;
  final EventBus bus;
  final Cable cable;
  final AdapterImpl left;
  final AdapterImpl right;
  final AdapterService service;

  /** Where the adapter is asked. */
  final String adapter;

  final List<TcpStream> accepted = new ArrayList<>();

  /** A transport that can be cut. */
  static final class Cable extends WrappedTransport {
    Cable(PacketTransport wrapped) {
      super(wrapped);
    }

    void cut() {
      endBecause(new IllegalStateException("the cable is cut"));
    }
  }

  AddressedLab(Vertx vertx, AdapterOptions leftOptions, AdapterOptions rightOptions)
      throws Exception {
    this(vertx, leftOptions, rightOptions, true);
  }

  AddressedLab(Vertx vertx, AdapterOptions leftOptions, AdapterOptions rightOptions, boolean local)
      throws Exception {
    lab = new Lab(vertx);
    bus = vertx.eventBus();
    PipeTransport.Pair pipe = PipeTransport.pair();
    leftOptions
        .setLocalAddresses(AdapterPair.LEFT)
        .addPeerAddress(AdapterPair.RIGHT.get(0))
        .setLease(Duration.ofMillis(LEASE_MS));
    cable = new Cable(pipe.left());
    left = lab.adapter(cable, leftOptions);
    rightOptions.setLocalAddresses(AdapterPair.RIGHT).addPeerAddress(AdapterPair.LEFT.get(0));
    right = lab.adapter(pipe.right(), rightOptions);
    String name = BusNames.unguessable();
    service = lab.result(AdapterService.open(left, name, local));
    adapter = "jktcp.adapter." + name;
    lab.result(right.listen(PORT, accepted::add));
  }

  AddressedLab(Vertx vertx) throws Exception {
    this(vertx, new AdapterOptions(), new AdapterOptions());
  }

  static JsonObject order(String what) {
    return new JsonObject().put("do", what);
  }

  /** The newest connection at the peer. */
  TcpStream peer() {
    return accepted.get(accepted.size() - 1);
  }

  User connect() throws Exception {
    return new User(ask(adapter, order("connect").put("port", PORT)));
  }

  Future<JsonObject> asking(String address, Object body) throws Exception {
    return asking(address, body, new DeliveryOptions());
  }

  Future<JsonObject> asking(String address, Object body, DeliveryOptions options) throws Exception {
    return lab.call(() -> bus.<JsonObject>request(address, body, options).map(Message::body));
  }

  JsonObject ask(String address, Object body) throws Exception {
    return lab.result(asking(address, body));
  }

  ReplyException refusal(String address, Object body) throws Exception {
    return refusal(asking(address, body));
  }

  ReplyException refusal(Future<JsonObject> asked) throws Exception {
    ReplyException refused = assertInstanceOf(ReplyException.class, lab.failure(asked));
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, refused.failureType(), refused.getMessage());
    return refused;
  }

  void nobodyAt(String address) throws Exception {
    ReplyException failure =
        assertInstanceOf(ReplyException.class, lab.failure(asking(address, order("alive"))));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
  }

  /** All messages that come to an address from now on. */
  <T> List<Message<T>> hear(String address) throws Exception {
    List<Message<T>> heard = new ArrayList<>();
    lab.run(() -> bus.<T>consumer(address, heard::add));
    return heard;
  }

  /** One who knows the addresses of a connection, and reads. */
  final class User {
    final JsonObject addresses;
    final String id;
    final String write;
    final String read;
    final String control;
    final Buffer bytes = Buffer.buffer();
    final List<String> ends = new ArrayList<>();
    final List<Integer> sizes = new ArrayList<>();

    User(JsonObject addresses) {
      this.addresses = addresses;
      id = addresses.getString("id");
      write = addresses.getString("write");
      read = addresses.getString("read");
      control = addresses.getString("control");
    }

    /** Consumes; gives credit for so many bytes. */
    User reading(long upTo) throws Exception {
      lab.run(() -> bus.<Buffer>consumer(read, this::onMessage));
      credit(upTo);
      return this;
    }

    private void onMessage(Message<Buffer> message) {
      long offset = Long.parseLong(message.headers().get("jktcp-offset"));
      assertEquals(bytes.length(), offset);
      bytes.appendBuffer(message.body());
      String end = message.headers().get("jktcp-end");
      String reason = message.headers().get("jktcp-reason");
      if (end == null) {
        sizes.add(message.body().length());
      } else {
        ends.add(reason == null ? end : end + ": " + reason);
      }
    }

    JsonObject credit(long upTo) throws Exception {
      return tell(order("credit").put("upTo", upTo));
    }

    JsonObject tell(String what) throws Exception {
      return tell(order(what));
    }

    JsonObject tell(JsonObject order) throws Exception {
      return ask(control, order);
    }

    JsonObject write(String text) throws Exception {
      return ask(write, Buffer.buffer(text));
    }

    Future<JsonObject> writing(Buffer data, Object offset) throws Exception {
      return asking(
          write, data, new DeliveryOptions().addHeader("jktcp-offset", String.valueOf(offset)));
    }

    void isGone() throws Exception {
      nobodyAt(write);
      nobodyAt(control);
    }
  }

  Recorder recordPeer() throws Exception {
    return lab.call(() -> Recorder.of(peer()));
  }
}
