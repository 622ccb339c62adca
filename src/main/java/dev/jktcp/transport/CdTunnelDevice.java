package dev.jktcp.transport;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * The device's end of a CDTunnel: answers a host's handshake on any pair of streams and carries
 * packets on them. Immutable.
 *
 * <p>Hosts cut the stream into packets by their lengths, so several may go out in one write.
 */
public final class CdTunnelDevice {
  private static final String NETMASK = "ffff:ffff:ffff:ffff::";

  private final int requestedMtu;
  private final int grantedMtu;
  private final PacketTransport transport;

  private CdTunnelDevice(
      CdTunnelExchange.Received received, CdTunnelDeviceOptions options, CdTunnelStreams streams)
      throws TransportException {
    CdTunnelFields request = new CdTunnelFields("request", received.message());
    request.type(CdTunnel.REQUEST_TYPE);
    requestedMtu = request.integer("mtu", CdTunnelMtu.MIN, CdTunnelMtu.MAX);
    grantedMtu = Math.min(requestedMtu, options.getMaxMtu());
    transport =
        streams.transport(
            new StreamTransportOptions()
                .setName("cdtunnel-device")
                .setMtu(grantedMtu)
                .setReceiveMtu(grantedMtu),
            received.rest());
  }

  /**
   * Waits for a host's request and answers it. Call it on a Vert.x context; the streams may live on
   * others. Hand them over at once or paused; they belong to the tunnel from now on.
   *
   * @return completes on the caller's context once the answer is written, with the read stream
   *     paused until the transport is opened. If the host hangs up, does not ask in time or sends
   *     an unusable request, fails with a {@link TransportException} of one line and closes the
   *     streams
   * @throws IllegalStateException outside a Vert.x context
   */
  public static Future<CdTunnelDevice> accept(
      ReadStream<Buffer> in, WriteStream<Buffer> out, CdTunnelDeviceOptions options) {
    CdTunnelDeviceOptions fixed = new CdTunnelDeviceOptions(options);
    CdTunnelStreams streams = CdTunnelStreams.of(in, out, fixed.getCloser(), fixed.getClock());
    return new CdTunnelExchange(
            streams, "request", fixed.getMaxRequestBytes(), fixed.getTimeout().toMillis())
        .result()
        .compose(received -> answer(received, fixed, streams))
        .onFailure(cause -> streams.close());
  }

  private static Future<CdTunnelDevice> answer(
      CdTunnelExchange.Received received, CdTunnelDeviceOptions options, CdTunnelStreams streams) {
    CdTunnelDevice device;
    try {
      device = new CdTunnelDevice(received, options, streams);
    } catch (TransportException e) {
      return Future.failedFuture(e);
    }
    JsonObject client =
        new JsonObject()
            .put("address", options.getClientAddress())
            .put("mtu", device.grantedMtu)
            .put("netmask", NETMASK);
    JsonObject answer =
        new JsonObject()
            .put("clientParameters", client)
            .put("serverAddress", options.getServerAddress())
            .put("serverRSDPort", options.getRsdPort())
            .put("type", CdTunnel.ANSWER_TYPE);
    return streams
        .send(answer)
        .transform(
            sent ->
                sent.succeeded()
                    ? Future.succeededFuture(device)
                    : Future.failedFuture(
                        TransportException.of("cdtunnel: sending the answer", sent.cause())));
  }

  /** The MTU that the host asked for, in bytes. */
  public int requestedMtu() {
    return requestedMtu;
  }

  /** Bytes of the largest packet in either direction. */
  public int grantedMtu() {
    return grantedMtu;
  }

  /** The packets, for an adapter; closing it closes the streams. */
  public PacketTransport transport() {
    return transport;
  }
}
