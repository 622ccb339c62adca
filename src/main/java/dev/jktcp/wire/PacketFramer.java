package dev.jktcp.wire;

import java.util.Arrays;
import java.util.Objects;

/**
 * Cuts a byte stream of IP packets, back to back, into packets, wherever its reads were split. It
 * looks only at the total length of RFC 791 §3.1 and the payload length of RFC 8200 §3, so the
 * packets that it returns may still be malformed.
 *
 * <pre>{@code
 * framer.feed(bytes, offset, length);
 * while (framer.next()) {
 *   use(framer.packetBytes(), framer.packetOffset(), framer.packetLength());
 * }
 * }</pre>
 *
 * <p>A packet that lies whole in the fed slice is returned in place. Only if the end of a slice
 * cuts a packet, it is put together in the framer's own buffer, of at most {@value #MAX_PACKET}
 * bytes. Not thread-safe.
 */
public final class PacketFramer {
  /** The longest IPv6 packet that is no jumbogram: 40 + 65,535 bytes. */
  public static final int MAX_PACKET = IpPacket.V6_HEADER + 0xFFFF;

  private static final byte[] NOTHING = {};

  // Up to this many bytes decide a packet's length: IPv6 needs its next header to tell a jumbogram.
  private static final int MAX_PREFIX = 7;
  private static final int V4_PREFIX = 4;
  private static final int INCOMPLETE = -1;
  private static final int FIRST_CAPACITY = 2048;

  // The current slice: fed and not yet returned; it must not be kept once next() returned false.
  private byte[] slice = NOTHING;
  private int sliceOffset;
  private int sliceEnd;

  // The beginning of a packet that was cut by the end of a slice.
  private byte[] held = NOTHING;
  private int heldLength;

  private byte[] packetBytes = NOTHING;
  private int packetOffset;
  private int packetLength;

  private long position;
  private FramingLost lost;

  /**
   * Takes the next bytes of the stream. They must stay unchanged until {@link #next} returns false;
   * after that they are no longer needed.
   *
   * @throws IllegalStateException if the slice before this one was not used up
   */
  public void feed(byte[] b, int off, int len) {
    Objects.checkFromIndexSize(off, len, b.length);
    if (lost != null) {
      return;
    }
    if (sliceOffset < sliceEnd) {
      throw new IllegalStateException("feed before next() returned false");
    }
    slice = b;
    sliceOffset = off;
    sliceEnd = off + len;
  }

  /**
   * Moves to the next whole packet; false when the fed bytes hold no other. The packet is valid
   * until the next call.
   *
   * @throws FramingLost when the next bytes are not an IP header, and at every call from then on:
   *     further bytes are ignored
   */
  public boolean next() throws FramingLost {
    if (lost != null) {
      throw lost;
    }
    return heldLength > 0 ? nextHeld() : nextInSlice();
  }

  public byte[] packetBytes() {
    return packetBytes;
  }

  public int packetOffset() {
    return packetOffset;
  }

  public int packetLength() {
    return packetLength;
  }

  /** True when bytes of a packet that is not yet complete were fed. */
  public boolean midPacket() {
    return heldLength > 0 || sliceOffset < sliceEnd;
  }

  /** Bytes of all packets returned so far: where in the stream the next header begins. */
  public long position() {
    return position;
  }

  private boolean nextInSlice() throws FramingLost {
    int length = lengthOf(slice, sliceOffset, sliceEnd - sliceOffset);
    if (length == INCOMPLETE || length > sliceEnd - sliceOffset) {
      hold(sliceEnd - sliceOffset, length);
      release();
      return false;
    }
    give(slice, sliceOffset, length);
    sliceOffset += length;
    return true;
  }

  private boolean nextHeld() throws FramingLost {
    int length = lengthOf(held, 0, heldLength);
    while (length == INCOMPLETE) {
      if (sliceOffset == sliceEnd) {
        release();
        return false;
      }
      hold(1, INCOMPLETE);
      length = lengthOf(held, 0, heldLength);
    }
    hold(Math.min(length - heldLength, sliceEnd - sliceOffset), length);
    if (heldLength < length) {
      release();
      return false;
    }
    heldLength = 0;
    give(held, 0, length);
    return true;
  }

  private void give(byte[] b, int off, int length) {
    packetBytes = b;
    packetOffset = off;
    packetLength = length;
    position += length;
  }

  /** Copies the next bytes of the slice after those held. */
  private void hold(int count, int wholeLength) {
    int needed = heldLength + count;
    if (needed > held.length) {
      int capacity = Math.max(needed, Math.max(wholeLength, FIRST_CAPACITY));
      held = Arrays.copyOf(held, capacity);
    }
    System.arraycopy(slice, sliceOffset, held, heldLength, count);
    heldLength = needed;
    sliceOffset += count;
  }

  /** The slice belongs to its owner again. */
  private void release() {
    slice = NOTHING;
    sliceOffset = 0;
    sliceEnd = 0;
  }

  /** The length of the packet that begins here, or INCOMPLETE while that is not known. */
  private int lengthOf(byte[] b, int off, int available) throws FramingLost {
    if (available == 0) {
      return INCOMPLETE;
    }
    int first = Bytes.u8(b, off);
    return switch (first >>> 4) {
      case 4 -> {
        int headerLength = (first & 0xF) * 4;
        if (headerLength < IpPacket.V4_HEADER) {
          throw lose("an IPv4 header has 20 bytes or more, not " + headerLength);
        }
        if (available < V4_PREFIX) {
          yield INCOMPLETE;
        }
        int totalLength = Bytes.u16(b, off + 2);
        if (totalLength < headerLength) {
          throw lose("IPv4 total length " + totalLength + ", less than the header");
        }
        yield totalLength;
      }
      case 6 -> {
        if (available < MAX_PREFIX) {
          yield INCOMPLETE;
        }
        int payloadLength = Bytes.u16(b, off + 4);
        // RFC 2675 §2: no payload length and hop-by-hop options next; the length stands further in.
        if (payloadLength == 0 && b[off + 6] == 0) {
          throw lose("IPv6 payload length 0 before hop-by-hop options: a jumbogram");
        }
        yield IpPacket.V6_HEADER + payloadLength;
      }
      default -> throw lose("a packet begins with IP version 4 or 6, not " + (first >>> 4));
    };
  }

  private FramingLost lose(String why) {
    lost = new FramingLost(position, why);
    release();
    return lost;
  }
}
