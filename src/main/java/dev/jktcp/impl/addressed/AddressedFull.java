package dev.jktcp.impl.addressed;

/** There is no room now: the same message may be taken later. */
final class AddressedFull extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AddressedFull(String message) {
    super(message, null, false, false);
  }
}
