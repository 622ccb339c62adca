package dev.jktcp.tcp.connection;

import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;

/**
 * Written and unacknowledged data by sequence numbers, with the end of urgent data and the FIN
 * behind the last byte.
 */
final class SendQueue implements OutSegment.Payload {
  private final SendBuffer buffer;
  private final ByteAccount account;
  private final int least; // capacity
  private final int most;
  private int chunks;
  private int bufferSeq; // sequence number of the buffer's first byte
  private boolean urgent; // urgent data is not acknowledged yet
  private int sndUp; // SND.UP, behind its last octet
  private boolean finQueued; // the FIN follows the buffer's last byte

  SendQueue(ConnectionSettings settings, ByteAccount account) {
    this.buffer = new SendBuffer(settings.chunks(), settings.sendBuffer(), account);
    this.account = account;
    this.least = settings.sendBuffer();
    this.most = settings.maxSendBuffer();
  }

  void open(int iss) {
    bufferSeq = iss + 1;
  }

  // --- the user

  /**
   * @return how many bytes were taken
   */
  int write(byte[] bytes, int offset, int length) {
    return finQueued ? 0 : buffer.append(bytes, offset, length);
  }

  /** RFC 9293 §3.10.2: all bytes written so far are urgent. */
  void markUrgent() {
    urgent = true;
    sndUp = dataEnd();
  }

  void queueFin() {
    finQueued = true;
  }

  /** Whether the capacity follows the congestion window. */
  boolean tunes() {
    return most > least;
  }

  /**
   * Sets the capacity to twice the window: one for the flight, one for data to follow before the
   * user learns of room.
   */
  void tune(int window) {
    long bytes = Math.min(Math.min(most, account.tunable()), 2L * window);
    resize((int) ((bytes + ChunkPool.CHUNK_BYTES - 1) / ChunkPool.CHUNK_BYTES));
  }

  /** Sets the capacity to so many chunks, within its bounds. */
  void resize(int chunks) {
    this.chunks = Math.min(Character.MAX_VALUE, chunks);
    long bytes = (long) this.chunks * ChunkPool.CHUNK_BYTES;
    buffer.resize((int) Math.max(least, Math.min(most, bytes)));
  }

  /** The chunks that {@link #tune} set; 0 = never tuned. */
  int chunks() {
    return chunks;
  }

  // --- the peer

  /**
   * Forgets acknowledged bytes.
   *
   * @return bytes of data among them
   */
  int onAck(int ack) {
    int data = Math.min(buffer.size(), Math.max(0, Seq.diff(ack, bufferSeq)));
    buffer.drop(data);
    account.moved(data);
    bufferSeq += data;
    urgent &= Seq.gt(sndUp, ack);
    return data;
  }

  /** The connection is over. */
  void drop() {
    buffer.clear();
  }

  // --- getters

  /** The number after the last byte of data. */
  int dataEnd() {
    return bufferSeq + buffer.size();
  }

  boolean finQueued() {
    return finQueued;
  }

  boolean finSent(int sndNxt) {
    return finQueued && Seq.gt(sndNxt, dataEnd());
  }

  boolean finAcked(int sndUna) {
    return finQueued && Seq.gt(sndUna, dataEnd());
  }

  /** Sequence space that is queued and unsent: bytes of data, and the FIN. */
  int unsent(int sndNxt) {
    return Seq.diff(dataEnd(), sndNxt) + (finQueued ? 1 : 0);
  }

  /** Whether queued data or a FIN is still unsent. */
  boolean hasUnsent(int sndNxt) {
    return unsent(sndNxt) > 0;
  }

  /** Whether urgent data is not acknowledged yet. */
  boolean urgent() {
    return urgent;
  }

  /**
   * SEG.UP of a segment (MUST-62: after the last urgent octet). The field holds at most 65,535, so
   * the pointer of a longer run moves on with the segments (MUST-31).
   *
   * @return 0 if the segment carries no urgent pointer
   */
  int urgentPointer(int seq) {
    return urgent && Seq.gt(sndUp, seq) ? Math.min(0xffff, sndUp - seq) : 0;
  }

  @Override
  public long copy(int seq, int length, byte[] to, int offset) {
    return buffer.copy(seq - bufferSeq, to, offset, length);
  }

  /** Bytes of data. */
  int size() {
    return buffer.size();
  }

  /** Bytes that {@link #write} would take. */
  int room() {
    return finQueued ? 0 : buffer.room();
  }

  /** Bytes that may be written and unacknowledged. */
  int capacity() {
    return buffer.capacity();
  }

  /** Bytes of memory behind the queue. */
  int held() {
    return buffer.held();
  }
}
