package dev.jktcp.impl.channel;

import dev.jktcp.wire.IpAddress;
import java.util.Arrays;

/** Addresses that begin with the same bits (RFC 4632, RFC 4291 §2.3). */
record Prefix(IpAddress address, int bits) {
  private static final Prefix MAPPED = new Prefix(IpAddress.parse("::ffff:0.0.0.0"), 96);

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
    if (MAPPED.equals(of(address, Math.min(MAPPED.bits, 8 * address.byteLength())))) {
      throw new IllegalArgumentException(
          "route " + text + ": packets to an IPv4-mapped address are IPv4; write it as IPv4");
    }
    int most = 8 * address.byteLength();
    int bits = slash < 0 ? most : length(text, text.substring(slash + 1), most);
    Prefix prefix = of(address, bits);
    if (!prefix.address.equals(address)) {
      throw new IllegalArgumentException(
          "route " + text + ": bits behind the prefix are set; write " + prefix);
    }
    return prefix;
  }

  private static int length(String text, String bits, int most) {
    if (bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most) {
      return Integer.parseInt(bits);
    }
    throw new IllegalArgumentException(
        "route " + text + ": the prefix length is a number from 0 to " + most);
  }

  /** The prefix of this length that contains the address. */
  static Prefix of(IpAddress address, int bits) {
    return new Prefix(masked(address, bits), bits);
  }

  private static IpAddress masked(IpAddress address, int bits) {
    byte[] bytes = address.toBytes();
    int whole = bits / 8;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> bits % 8);
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    return IpAddress.of(bytes);
  }

  @Override
  public String toString() {
    return address + "/" + bits;
  }
}
