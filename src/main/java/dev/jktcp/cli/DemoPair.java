package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.HandleOptions;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Two adapters of this process on a pipe that loses one packet in a hundred, each way. */
record DemoPair(AnyAdapter here, AnyAdapter there) {
  static final String HERE = "10.7.0.1";
  static final String THERE = "10.7.0.2";

  /** Large packets, as in a CDTunnel: of a file of 64 MiB there are 4,200, and 42 are lost. */
  private static final int MTU = 16_000;

  private static final String FAULT = "loss=0.01,seed=1";

  /** Both adapters in hand. */
  static DemoPair direct(Vertx vertx) {
    PipeTransport.Pair pipe = pipe();
    PacketTransport lossy =
        new FaultyTransport(pipe.left(), FaultSpec.parse(FAULT), Clock.of(vertx));
    return new DemoPair(
        inHand(vertx, lossy, HERE, THERE), inHand(vertx, pipe.right(), THERE, HERE));
  }

  private static AnyAdapter inHand(
      Vertx vertx, PacketTransport transport, String local, String peer) {
    AdapterOptions options = new AdapterOptions().addLocalAddress(local).addPeerAddress(peer);
    return new DirectAdapter(Adapter.create(vertx, transport, options));
  }

  /** A verticle each; event bus, bridge, pipe, bridge, event bus between them. */
  static Future<DemoPair> deployed(Vertx vertx) {
    PipeTransport.Pair pipe = pipe();
    JsonObject lossy = config("here", HERE, THERE).put("fault", FAULT);
    Future<AnyAdapter> here = deployed(vertx, lossy, pipe.left());
    Future<AnyAdapter> there = deployed(vertx, config("there", THERE, HERE), pipe.right());
    return Future.join(here, there).map(both -> new DemoPair(here.result(), there.result()));
  }

  private static JsonObject config(String name, String local, String peer) {
    return new JsonObject()
        .put("name", name)
        .put("toAdapter", name + ".in")
        .put("fromAdapter", name + ".out")
        .put("plainBuffers", false)
        .put("localAddresses", new JsonArray().add(local))
        .put("peerAddresses", new JsonArray().add(peer))
        .put("mtu", MTU);
  }

  private static Future<AnyAdapter> deployed(
      Vertx vertx, JsonObject config, PacketTransport transport) {
    BusOptions addresses =
        new BusOptions()
            .setToAdapter(config.getString("toAdapter"))
            .setFromAdapter(config.getString("fromAdapter"));
    return DeployedAdapter.deploy(vertx, new AdapterVerticle(), config, new HandleOptions())
        .compose(adapter -> BusBridge.open(vertx, transport, addresses).map(adapter));
  }

  private static PipeTransport.Pair pipe() {
    return PipeTransport.pair(new PipeTransportOptions().setMtu(MTU));
  }
}
