package dev.jktcp.cli;

import java.math.BigInteger;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;

/** Whole numbers of all options, refused in the words of this program. */
final class WholeNumber {
  private static final int SHOWN = 40; // characters; longer values are cut

  private WholeNumber() {}

  /** Makes all commands read their numbers by this class. */
  static void register(CommandLine all) {
    ITypeConverter<Integer> ofInt = text -> (int) parse(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    ITypeConverter<Long> ofLong = text -> parse(text, Long.MIN_VALUE, Long.MAX_VALUE);
    all.registerConverter(int.class, ofInt)
        .registerConverter(Integer.class, ofInt)
        .registerConverter(long.class, ofLong)
        .registerConverter(Long.class, ofLong);
  }

  /** The range of the option, which may be narrower, is checked by its command. */
  private static long parse(String text, long min, long max) {
    if (!text.matches("[+-]?\\d{1,1000}")) {
      throw new BadUsage("'" + shown(text) + "' is not a whole number");
    }
    BigInteger number = new BigInteger(text);
    if (number.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new BadUsage(shown(text) + ": must be " + max + " or less");
    }
    if (number.compareTo(BigInteger.valueOf(min)) < 0) {
      throw new BadUsage(shown(text) + ": must be 0 or more");
    }
    return number.longValue();
  }

  private static String shown(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
  }
}
