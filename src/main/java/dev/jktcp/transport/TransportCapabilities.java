package dev.jktcp.transport;

/**
 * The capabilities of a transport. Constant from the moment {@link PacketTransport#open} has
 * completed.
 *
 * @param name for messages and logs: {@code tcp:10.0.0.1:7000}, {@code pipe}, …
 * @param mtu bytes of the largest packet the transport takes; a larger one given to it is dropped
 * @param receiveMtu bytes of the largest packet it delivers; in a CDTunnel, for example, it differs
 *     from {@code mtu}
 * @param byteStream whether packet boundaries are found by the packets' own lengths ({@code true})
 *     or kept by the carrier ({@code false})
 * @param mayMerge whether several packets may go out in one write
 */
public record TransportCapabilities(
    String name, int mtu, int receiveMtu, boolean byteStream, boolean mayMerge) {
  public TransportCapabilities {
    if (mtu < 1) {
      throw new IllegalArgumentException("mtu " + mtu);
    }
    if (receiveMtu < 1) {
      throw new IllegalArgumentException("receive mtu " + receiveMtu);
    }
  }
}
