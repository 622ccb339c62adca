package dev.jktcp.impl.channel;

import dev.jktcp.wire.IpAddress;

/** Addresses that begin with the same bits (RFC 4632, RFC 4291 §2.3). */
record Prefix(IpAddress address, int bits) {

  /**
   * @param text {@code 10.7.0.0/16}, {@code fd00::/8}, or one address
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static Prefix parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address;
    try {
      address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("route " + text + ": " + e.getMessage(), e);
    }
    int most = 8 * address.byteLength();
    int bits = slash < 0 ? most : length(text, text.substring(slash + 1), most);
    Prefix prefix = new Prefix(masked(address, bits), bits);
    if (!prefix.address.equals(address)) {
      throw new IllegalArgumentException(
          "route " + text + ": bits behind the prefix are set; write " + prefix);
    }
    return prefix;
  }

  private static int length(String text, String bits, int most) {
    if (bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most) return Integer.parseInt(bits);
    throw new IllegalArgumentException(
        "route " + text + ": the prefix length is a number from 0 to " + most);
  }

  private static IpAddress masked(IpAddress address, int bits) {
    byte[] bytes = address.toBytes();
    for (int bit = bits; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return IpAddress.of(bytes);
  }

  boolean has(IpAddress other) {
    return other.isV6() == address.isV6() && masked(other, bits).equals(address);
  }

  @Override
  public String toString() {
    return address + "/" + bits;
  }
}
