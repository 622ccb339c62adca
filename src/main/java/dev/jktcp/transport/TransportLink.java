package dev.jktcp.transport;

import java.util.List;

/**
 * The capabilities and addresses of a transport that is there again.
 *
 * @param capabilities may differ from those before
 * @param localAddresses this side's, where a handshake brings them; empty: as before
 * @param peerAddresses the other side's, likewise
 */
public record TransportLink(
    TransportCapabilities capabilities, List<String> localAddresses, List<String> peerAddresses) {
  public TransportLink {
    localAddresses = List.copyOf(localAddresses);
    peerAddresses = List.copyOf(peerAddresses);
  }
}
