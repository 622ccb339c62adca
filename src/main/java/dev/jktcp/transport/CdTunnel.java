package dev.jktcp.transport;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * The host's end of a CDTunnel, by which iOS devices carry IPv6 over USB or Wi-Fi: a JSON handshake
 * on any pair of streams, then bare packets on the same streams. Immutable.
 *
 * <p>Towards the device every packet is a write of its own and no larger than {@link
 * CdTunnelOptions#setSendMtu}: real devices drop the second packet of a write and die under large
 * packets.
 */
public final class CdTunnel {
  static final String REQUEST_TYPE = "clientHandshakeRequest";
  static final String ANSWER_TYPE = "serverHandshakeResponse";

  private final String clientAddress;
  private final String serverAddress;
  private final int serverRsdPort;
  private final int grantedMtu;
  private final String netmask;
  private final PacketTransport transport;

  private CdTunnel(
      CdTunnelExchange.Received received, CdTunnelOptions options, CdTunnelStreams streams)
      throws TransportException {
    CdTunnelFields answer = new CdTunnelFields("answer", received.message());
    answer.type(ANSWER_TYPE);
    CdTunnelFields client = answer.object("clientParameters");
    clientAddress = client.v6Unicast("address");
    netmask = client.v6Address("netmask");
    grantedMtu = client.integer("mtu", CdTunnelMtu.MIN, CdTunnelMtu.MAX);
    serverAddress = answer.v6Unicast("serverAddress");
    if (serverAddress.equals(clientAddress)) {
      throw answer.failure("serverAddress", "this side's own address");
    }
    serverRsdPort = answer.integer("serverRSDPort", 1, 65_535);
    transport =
        streams.transport(
            new StreamTransportOptions()
                .setName("cdtunnel")
                .setMayMerge(false)
                .setMtu(sendMtu(options, grantedMtu))
                .setReceiveMtu(grantedMtu),
            received.rest());
  }

  private static int sendMtu(CdTunnelOptions options, int granted) {
    return Math.min(granted, Math.min(options.getSendMtu(), CdTunnelOptions.MOST_SEND_MTU));
  }

  /**
   * Asks the device for a tunnel. Call it on a Vert.x context; the streams may live on others. Hand
   * them over at once or paused; they belong to the tunnel from now on.
   *
   * @return completes on the caller's context with the read stream paused: packets wait in it until
   *     the transport is opened. If the device hangs up, does not answer in time or gives an
   *     unusable answer, fails with a {@link TransportException} of one line and closes the streams
   * @throws IllegalStateException outside a Vert.x context
   */
  public static Future<CdTunnel> handshake(
      ReadStream<Buffer> in, WriteStream<Buffer> out, CdTunnelOptions options) {
    CdTunnelOptions fixed = new CdTunnelOptions(options);
    CdTunnelStreams streams = CdTunnelStreams.of(in, out, fixed.getCloser(), fixed.getClock());
    CdTunnelExchange exchange =
        new CdTunnelExchange(
            streams, "answer", fixed.getMaxAnswerBytes(), fixed.getTimeout().toMillis());
    JsonObject request =
        new JsonObject().put("type", REQUEST_TYPE).put("mtu", fixed.getRequestedMtu());
    streams.send(request).onFailure(exchange::fail);
    return exchange
        .result()
        .compose(received -> use(received, fixed, streams))
        .onFailure(cause -> streams.close());
  }

  private static Future<CdTunnel> use(
      CdTunnelExchange.Received received, CdTunnelOptions options, CdTunnelStreams streams) {
    try {
      return Future.succeededFuture(new CdTunnel(received, options, streams));
    } catch (TransportException e) {
      return Future.failedFuture(e);
    }
  }

  /** The address the device gave to this side, as RFC 5952 writes it. */
  public String clientAddress() {
    return clientAddress;
  }

  /** The device's own address. */
  public String serverAddress() {
    return serverAddress;
  }

  /** The port on which the device lists its services (RSD). */
  public int serverRsdPort() {
    return serverRsdPort;
  }

  /** Bytes of the largest packet the device sends. Packets to the device are smaller, see above. */
  public int grantedMtu() {
    return grantedMtu;
  }

  /** The prefix {@link #clientAddress()} lies in, as the device sent it: a mask of IPv6 form. */
  public String netmask() {
    return netmask;
  }

  /** The packets, for an adapter; closing it closes the streams. */
  public PacketTransport transport() {
    return transport;
  }
}
