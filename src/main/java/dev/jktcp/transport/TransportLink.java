package dev.jktcp.transport;

import java.util.List;

/**
 * What a transport can do, and which addresses it has, when it is there again.
 *
 * @param capabilities maybe others than before
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
