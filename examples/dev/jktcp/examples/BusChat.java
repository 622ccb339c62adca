package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.TcpStream;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat whose room knows only the event bus: it asks an adapter to listen, hears of every
 * connection, and passes on what each guest says. The guests come over TCP.
 */
public final class BusChat {
  private static final int PORT = 6667;

  private BusChat() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example")
        .onSuccess(lines -> lines.forEach(System.out::println))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /** The room. */
  static final class Room extends VerticleBase {
    private static final long WINDOW = 16 * 1024;

    private final List<Guest> guests = new ArrayList<>();
    private final String adapter;

    Room(String adapter) {
      this.adapter = adapter;
    }

    @Override
    public Future<?> start() {
      String door = "chat.door." + deploymentID();
      vertx.eventBus().<JsonObject>consumer(door, message -> new Guest(message.body()));
      JsonObject listen = new JsonObject().put("do", "listen").put("port", PORT).put("to", door);
      return vertx
          .eventBus()
          .<JsonObject>request("jktcp.adapter." + adapter, listen)
          .onSuccess(listening -> stayAlive(listening.body()));
    }

    /** Who is silent is taken for dead: the listener and every connection hear of us in time. */
    private void stayAlive(JsonObject listener) {
      JsonObject alive = new JsonObject().put("do", "alive");
      vertx.setPeriodic(
          listener.getLong("leaseMs") / 3,
          tick -> {
            vertx.eventBus().send(listener.getString("control"), alive);
            guests.forEach(Guest::giveCredit);
          });
    }

    private void sayToAll(String line) {
      for (Guest guest : new ArrayList<>(guests)) guest.say(line);
    }

    /** One connection. */
    private final class Guest {
      private final String write;
      private final String control;
      private final MessageConsumer<Buffer> reading;
      private final RecordParser lines = RecordParser.newDelimited("\n", this::onLine);
      private String name; // null until the first line
      private long heard;
      private long said;

      Guest(JsonObject connection) {
        write = connection.getString("write");
        control = connection.getString("control");
        reading = vertx.eventBus().consumer(connection.getString("read"), this::onRead);
        guests.add(this);
        giveCredit();
      }

      private void giveCredit() {
        order(new JsonObject().put("do", "credit").put("upTo", heard + WINDOW));
      }

      private void onRead(Message<Buffer> message) {
        if (message.headers().contains("jktcp-end")) {
          leave("close");
          if (name != null) sayToAll(name + " leaves");
        } else if (Long.parseLong(message.headers().get("jktcp-offset")) != heard) {
          leave("reset"); // the event bus lost a message
        } else {
          heard += message.body().length();
          giveCredit();
          lines.handle(message.body());
        }
      }

      private void onLine(Buffer line) {
        if (name == null) {
          name = line.toString();
          sayToAll(name + " comes");
        } else {
          sayToAll(name + ": " + line);
        }
      }

      /** With its offset, so that a message that gets lost is found by the next one. */
      private void say(String line) {
        Buffer data = Buffer.buffer(line + "\n");
        DeliveryOptions at = new DeliveryOptions().addHeader("jktcp-offset", String.valueOf(said));
        said += data.length();
        vertx
            .eventBus()
            .request(write, data, at)
            .onFailure(refused -> leave("reset")); // too slow, or gone
      }

      private void leave(String how) {
        if (!guests.remove(this)) return;
        reading.unregister();
        order(new JsonObject().put("do", how));
      }

      private void order(JsonObject order) {
        vertx.eventBus().send(control, order);
      }
    }
  }

  /**
   * Ann and Bob talk; completes with all that Ann heard.
   *
   * @param path where to make a Unix socket
   */
  public static Future<List<String>> run(Vertx vertx, String path) {
    Promise<List<String>> transcript = Promise.promise();
    deploy(vertx, "chat", "unix-listen:" + path, "10.9.1.1", "10.9.1.2")
        .compose(far -> deploy(vertx, "guests", "unix:" + path, "10.9.1.2", "10.9.1.1"))
        .compose(near -> vertx.deployVerticle(new Room("chat")))
        .compose(room -> AdapterHandle.of(vertx, "guests"))
        .compose(guests -> talk(guests, transcript))
        .onFailure(transcript::tryFail);
    return transcript.future();
  }

  private static Future<?> talk(AdapterHandle guests, Promise<List<String>> transcript) {
    Future<? extends TcpStream> ann = guests.connect(PORT);
    return ann.onSuccess(stream -> beAnn(stream, guests, transcript));
  }

  private static void beAnn(
      TcpStream stream, AdapterHandle guests, Promise<List<String>> transcript) {
    List<String> heard = new ArrayList<>();
    stream.exceptionHandler(transcript::tryFail);
    stream.handler(
        RecordParser.newDelimited(
            "\n",
            line -> {
              heard.add(line.toString());
              switch (line.toString()) {
                case "Ann comes" ->
                    guests.connect(PORT).onSuccess(BusChat::beBob).onFailure(transcript::tryFail);
                case "Bob comes" -> say(stream, "hello Bob");
                case "Bob leaves" -> {
                  stream.end();
                  transcript.tryComplete(heard);
                }
                default -> {}
              }
            }));
    say(stream, "Ann");
  }

  private static void beBob(TcpStream stream) {
    stream.handler(
        RecordParser.newDelimited(
            "\n",
            line -> {
              if (line.toString().equals("Ann: hello Bob")) {
                say(stream, "hello Ann");
                stream.end();
              }
            }));
    say(stream, "Bob");
  }

  private static void say(TcpStream stream, String line) {
    stream.write(Buffer.buffer(line + "\n"));
  }

  private static Future<String> deploy(
      Vertx vertx, String name, String transport, String local, String peer) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("transport", transport)
            .put("localAddresses", new JsonArray().add(local))
            .put("peerAddresses", new JsonArray().add(peer));
    return vertx.deployVerticle(
        AdapterVerticle.class.getName(), new DeploymentOptions().setConfig(config));
  }
}
