package dev.jktcp.impl.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between the socket and Netty's decoder of DNS messages. A datagram passes if it comes from
 * the server asked, and repeats the id and the question (RFC 5452 §9.1). Others cost no decoding,
 * and the resolver, which would log each with all its records, does not hear of them. One channel's
 * event loop only.
 */
final class QuestionGuard extends ChannelDuplexHandler {
  private static final int HEADER = 12;
  private static final int FLAGS = 2;
  private static final int QUESTIONS = 4;
  private static final int RESPONSE = 0x8000;
  private static final int FIXED = 4; // type and class, behind the name

  /**
   * @param question from its name on, in lower case
   */
  private record Asked(InetSocketAddress server, byte[] question) {}

  /** By id. The resolver bounds the questions of a channel, and a channel serves one name. */
  private final Map<Integer, Asked> asked = new HashMap<>();

  private final Runnable onOther;

  /**
   * @param onOther called for each datagram that answers no question
   */
  QuestionGuard(Runnable onOther) {
    this.onOther = onOther;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof DatagramPacket packet) {
      ByteBuf data = packet.content();
      int at = data.readerIndex();
      byte[] question = lowerCase(data, at + HEADER, questionLength(data));
      asked.put(data.getUnsignedShort(at), new Asked(packet.recipient(), question));
    }
    context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof DatagramPacket packet && !isAnswer(packet)) {
      packet.release();
      onOther.run();
      return;
    }
    context.fireChannelRead(message);
  }

  private boolean isAnswer(DatagramPacket packet) {
    ByteBuf data = packet.content();
    int at = data.readerIndex();
    if (data.readableBytes() < HEADER
        || (data.getUnsignedShort(at + FLAGS) & RESPONSE) == 0
        || data.getUnsignedShort(at + QUESTIONS) != 1) {
      return false;
    }
    Asked question = asked.get(data.getUnsignedShort(at));
    return question != null
        && question.server.equals(packet.sender())
        && repeats(data, at + HEADER, question.question);
  }

  /** The length of our own question, whose labels are in order. */
  private static int questionLength(ByteBuf query) {
    int begin = query.readerIndex() + HEADER;
    int at = begin;
    for (int label; (label = query.getUnsignedByte(at)) > 0; ) {
      at += 1 + label;
    }
    return at + 1 + FIXED - begin;
  }

  private static boolean repeats(ByteBuf data, int at, byte[] question) {
    if (data.writerIndex() - at < question.length) {
      return false;
    }
    for (int i = 0; i < question.length; i++) {
      if (lowerCase(data.getByte(at + i)) != question[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] lowerCase(ByteBuf data, int at, int length) {
    byte[] lower = new byte[length];
    for (int i = 0; i < length; i++) {
      lower[i] = lowerCase(data.getByte(at + i));
    }
    return lower;
  }

  /** Servers may change the case of letters (RFC 4343); no length of a label is a letter's code. */
  private static byte lowerCase(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 'a' - 'A') : b;
  }
}
