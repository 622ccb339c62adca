package dev.jktcp.testkit;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** An answer to a DNS question, with records that no server would give. */
public final class DnsMessage {
  public static final int A = 1;
  public static final int NS = 2;
  public static final int CNAME = 5;
  public static final int AAAA = 28;

  /** The name that was asked for, as a pointer to the question's. */
  public static final byte[] ASKED = {(byte) 0xc0, 12};

  private static final int ANSWER = 6; // where a header has its counts
  private static final int AUTHORITY = 8;
  private static final int ADDITIONAL = 10;

  private final Buffer message;

  private DnsMessage(Buffer message) {
    this.message = message;
  }

  /** Repeats the question, and has no record. */
  public static DnsMessage to(TestDns.Question question) {
    Buffer message = question.message().copy();
    message.setUnsignedShort(2, 0x8580).setInt(6, 0).setUnsignedShort(10, 0);
    return new DnsMessage(message);
  }

  /** A name in labels of which each byte is a character. */
  public static byte[] name(String... labels) {
    Buffer name = Buffer.buffer();
    for (String label : labels) {
      byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
      name.appendByte((byte) bytes.length).appendBytes(bytes);
    }
    return name.appendByte((byte) 0).getBytes();
  }

  public DnsMessage answer(byte[] name, int type, long ttl, byte[] data) {
    return record(ANSWER, name, type, ttl, data);
  }

  public DnsMessage authority(byte[] name, int type, long ttl, byte[] data) {
    return record(AUTHORITY, name, type, ttl, data);
  }

  public DnsMessage additional(byte[] name, int type, long ttl, byte[] data) {
    return record(ADDITIONAL, name, type, ttl, data);
  }

  private DnsMessage record(int section, byte[] name, int type, long ttl, byte[] data) {
    count(section, message.getUnsignedShort(section) + 1);
    message
        .appendBytes(name)
        .appendUnsignedShort(type)
        .appendUnsignedShort(1)
        .appendUnsignedInt(ttl)
        .appendUnsignedShort(data.length)
        .appendBytes(data);
    return this;
  }

  /** The number of answers that the header tells, true or not. */
  public DnsMessage answers(int count) {
    return count(ANSWER, count);
  }

  private DnsMessage count(int section, int count) {
    message.setUnsignedShort(section, count);
    return this;
  }

  public DnsMessage flags(int flags) {
    message.setUnsignedShort(2, flags);
    return this;
  }

  /** Where the next record begins. */
  public int length() {
    return message.length();
  }

  public Buffer bytes() {
    return message;
  }
}
