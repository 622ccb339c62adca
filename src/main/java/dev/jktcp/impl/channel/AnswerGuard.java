package dev.jktcp.impl.channel;

import dev.jktcp.impl.HostName;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands between Netty's decoder of DNS answers and its resolver, and leaves of an answer what a
 * stub resolver needs: no more records than a client would try, and aliases only if they can be
 * asked for. Event loop only.
 */
final class AnswerGuard extends ChannelInboundHandlerAdapter {
  /**
   * An answer over UDP has room for 30 addresses (RFC 1035 §4.2.1). The time that the resolver
   * takes grows with the square of the records: the adapter stood still for 300 ms after 2,000.
   */
  static final int MOST_RECORDS = 64;

  private final Runnable onMalformed; // null: the resolver hears of it

  private AnswerGuard(Runnable onMalformed) {
    this.onMalformed = onMalformed;
  }

  /**
   * Adds the guard behind the decoder, if there is one and no guard yet.
   *
   * @param onMalformed called for each message that the decoder refuses, which the resolver would
   *     log with a stack trace; null if the resolver has to hear of it
   */
  static void install(
      ChannelPipeline pipeline,
      Class<? extends ChannelHandlerAdapter> decoderType,
      Runnable onMalformed) {
    ChannelHandlerContext decoder = pipeline.context(decoderType);
    if (decoder != null && pipeline.context(AnswerGuard.class) == null) {
      pipeline.addAfter(decoder.name(), null, new AnswerGuard(onMalformed));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof DnsResponse response) {
      if (!repeatsOneQuestion(response)) {
        ReferenceCountUtil.release(response);
        context.close(); // one of TCP; the resolver asks the next server
        return;
      }
      trim(response);
    }
    context.fireChannelRead(message);
  }

  /** The resolver logs what it does not believe, and so that is to have no control characters. */
  private static boolean repeatsOneQuestion(DnsResponse response) {
    if (response.count(DnsSection.QUESTION) != 1) {
      return false;
    }
    DnsRecord question = response.recordAt(DnsSection.QUESTION);
    return HostName.is(question.name());
  }

  private static void trim(DnsResponse response) {
    // A stub resolver asks its own servers: it follows no referral (RFC 1034 §5.3.1).
    response.clear(DnsSection.AUTHORITY).clear(DnsSection.ADDITIONAL);
    for (int i = response.count(DnsSection.ANSWER) - 1; i >= 0; i--) {
      if (i >= MOST_RECORDS || !isUsable(response.recordAt(DnsSection.ANSWER, i))) {
        ReferenceCountUtil.release(response.removeRecord(DnsSection.ANSWER, i));
      }
    }
  }

  /** Netty would throw for some names, and ask for others with all their control characters. */
  private static boolean isUsable(DnsRecord record) {
    if (!HostName.is(record.name())) {
      return false;
    }
    if (!DnsRecordType.CNAME.equals(record.type())) {
      return true;
    }
    if (!(record instanceof DnsRawRecord raw)) {
      return false;
    }
    try {
      return HostName.is(DefaultDnsRecordDecoder.decodeName(raw.content().duplicate()));
    } catch (DecoderException | IndexOutOfBoundsException malformed) {
      return false;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (onMalformed != null && cause instanceof DecoderException) {
      onMalformed.run();
    } else {
      context.fireExceptionCaught(cause);
    }
  }
}
