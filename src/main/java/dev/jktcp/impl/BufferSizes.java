package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;

/**
 * The first and the largest sizes of a connection's buffers; both are the same for a fixed size.
 */
public final class BufferSizes {
  private BufferSizes() {}

  public static int firstSend(AdapterOptions options) {
    return first(options.getSendBuffer(), options.getMaxSendBuffer());
  }

  public static int mostSend(AdapterOptions options) {
    return most(options.getSendBuffer(), options.getMaxSendBuffer());
  }

  static int firstReceive(AdapterOptions options) {
    return first(options.getReceiveBuffer(), options.getMaxReceiveBuffer());
  }

  static int mostReceive(AdapterOptions options) {
    return most(options.getReceiveBuffer(), options.getMaxReceiveBuffer());
  }

  private static int first(int fixed, int most) {
    return fixed > 0 ? fixed : Math.min(AdapterOptions.FIRST_BUFFER, most);
  }

  private static int most(int fixed, int most) {
    return fixed > 0 ? fixed : most;
  }
}
