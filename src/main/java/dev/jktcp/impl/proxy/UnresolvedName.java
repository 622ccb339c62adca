package dev.jktcp.impl.proxy;

/** A target that is no IP address, for a proxy that resolves no names. */
final class UnresolvedName extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnresolvedName(String shown) {
    super("'" + shown + "' is not an IP address, and this proxy resolves no names: give one");
  }
}
