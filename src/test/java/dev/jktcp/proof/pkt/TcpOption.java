package dev.jktcp.proof.pkt;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One TCP option: its kind and what it says, as unsigned numbers. Options whose content is a blob
 * keep it as one number a byte.
 */
record TcpOption(int kind, List<Long> values) {
  static final int EOL = 0;
  static final int NOP = 1;
  static final int MSS = 2;
  static final int WINDOW_SCALE = 3;
  static final int SACK_PERMITTED = 4;
  static final int SACK = 5;
  static final int TIMESTAMPS = 8;
  static final int MD5 = 19;
  static final int FAST_OPEN = 34;
  static final int ACC_ECN_0 = 172;
  static final int ACC_ECN_1 = 174;
  static final int EXPERIMENT = 254;

  static TcpOption of(int kind, long... values) {
    return new TcpOption(kind, Arrays.stream(values).boxed().toList());
  }

  static TcpOption blob(int kind, byte... bytes) {
    List<Long> values = new ArrayList<>();
    for (byte b : bytes) {
      values.add((long) (b & 0xff));
    }
    return new TcpOption(kind, values);
  }

  boolean isPadding() {
    return kind == NOP || kind == EOL;
  }

  long value(int index) {
    return values.get(index);
  }

  /** Bytes of the value on the wire. */
  private byte[] content() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int width =
        switch (kind) {
          case MSS -> 2;
          case SACK, TIMESTAMPS -> 4;
          default -> 1;
        };
    for (long value : values) {
      for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
        out.write((int) (value >>> shift));
      }
    }
    return out.toByteArray();
  }

  /** All of them, without further padding. */
  static byte[] encode(List<TcpOption> options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (TcpOption option : options) {
      out.write(option.kind);
      if (!option.isPadding()) {
        byte[] content = option.content();
        out.write(2 + content.length);
        out.writeBytes(content);
      }
    }
    return out.toByteArray();
  }

  /**
   * @throws IllegalArgumentException when a length does not fit
   */
  static List<TcpOption> decode(byte[] bytes) {
    List<TcpOption> options = new ArrayList<>();
    for (int i = 0; i < bytes.length; ) {
      int kind = bytes[i] & 0xff;
      if (kind == EOL || kind == NOP) {
        options.add(of(kind));
        i++;
        continue;
      }
      int length = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
      if (length < 2 || i + length > bytes.length) {
        throw new IllegalArgumentException("option " + kind + " with length " + length);
      }
      options.add(decode(kind, Arrays.copyOfRange(bytes, i + 2, i + length)));
      i += length;
    }
    return options;
  }

  private static TcpOption decode(int kind, byte[] content) {
    int width =
        switch (kind) {
          case MSS -> 2;
          case SACK, TIMESTAMPS -> 4;
          default -> 1;
        };
    if (content.length % width != 0) {
      throw new IllegalArgumentException("option " + kind + " of " + content.length + " bytes");
    }
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < content.length; i += width) {
      long value = 0;
      for (int j = 0; j < width; j++) {
        value = value << 8 | content[i + j] & 0xff;
      }
      values.add(value);
    }
    return new TcpOption(kind, values);
  }

  static String show(List<TcpOption> options) {
    return options.stream().map(TcpOption::toString).collect(Collectors.joining(",", "<", ">"));
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EOL -> "eol";
      case NOP -> "nop";
      case MSS -> "mss " + value(0);
      case WINDOW_SCALE -> "wscale " + value(0);
      case SACK_PERMITTED -> "sackOK";
      case TIMESTAMPS -> "TS val " + value(0) + " ecr " + value(1);
      case SACK -> {
        StringBuilder out = new StringBuilder("sack");
        for (int i = 0; i + 1 < values.size(); i += 2) {
          out.append(' ').append(value(i)).append(':').append(value(i + 1));
        }
        yield out.toString();
      }
      default -> "option" + kind + " " + HexFormat.of().formatHex(content());
    };
  }
}
