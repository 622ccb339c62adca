package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Stands between Vert.x's resolver and its socket. A question about a name with a route is not
 * sent. The adapter's resolver, which has the cache, answers it in the server's place with a
 * lifetime of zero. If it has no answer, the write fails, so that Vert.x appends no search domain.
 * The channel's event loop only.
 */
final class NameGuard extends ChannelOutboundHandlerAdapter {
  private final Routes routes;
  private final QueryReader reader = new QueryReader();

  private NameGuard(Routes routes) {
    this.routes = routes;
  }

  /**
   * Adds the guard before all handlers of the resolver, so that it sees every outgoing question.
   */
  static DatagramChannel guarded(Routes routes, DatagramChannel channel) {
    channel.pipeline().addFirst(new NameGuard(routes));
    return channel;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (!(message instanceof DatagramPacket packet) || !isResolvers(context)) {
      context.write(message, promise);
      return;
    }
    DatagramDnsQuery query = reader.read(context, packet);
    try {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      NamedRoute route = routes.names().find(question.name().toLowerCase(Locale.ROOT));
      if (route == null) {
        context.write(message, promise);
      } else {
        packet.release();
        answer(context, new Question(query.id(), question, packet.recipient()), route, promise);
      }
    } finally {
      query.release();
    }
  }

  /**
   * Whether the channel is the resolver's. A DnsClient, which names its server itself, is not
   * guarded.
   */
  private boolean isResolvers(ChannelHandlerContext context) {
    return !routes.names().isEmpty()
        && context.channel().hasAttr(DnsNameResolver.DNS_PIPELINE_ATTRIBUTE);
  }

  private record Question(int id, DnsQuestion asked, InetSocketAddress server) {}

  private void answer(
      ChannelHandlerContext context, Question question, NamedRoute route, ChannelPromise promise) {
    AdapterInternal adapter;
    try {
      adapter = route.adapter(routes.adapters());
    } catch (UnknownHostException closed) {
      promise.tryFailure(closed);
      return;
    }
    String name = question.asked.name();
    adapter
        .resolve(name)
        .onComplete(
            found ->
                context
                    .executor()
                    .execute(
                        () -> {
                          if (found.failed()) {
                            promise.tryFailure(found.cause());
                          } else if (promise.trySuccess()) {
                            context.fireChannelRead(response(context, question, found.result()));
                            context.fireChannelReadComplete();
                          }
                        }));
  }

  private static DatagramDnsResponse response(
      ChannelHandlerContext context, Question question, List<InetAddress> addresses) {
    InetSocketAddress local = (InetSocketAddress) context.channel().localAddress();
    InetSocketAddress recipient = local == null ? new InetSocketAddress(0) : local;
    DnsQuestion asked = question.asked;
    DatagramDnsResponse response =
        new DatagramDnsResponse(
            question.server, recipient, question.id, DnsOpCode.QUERY, DnsResponseCode.NOERROR);
    response.setAuthoritativeAnswer(true).addRecord(DnsSection.QUESTION, asked);
    int bytes = asked.type() == DnsRecordType.A ? 4 : asked.type() == DnsRecordType.AAAA ? 16 : 0;
    for (InetAddress address : addresses) {
      byte[] its = address.getAddress();
      if (its.length == bytes) {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(asked.name(), asked.type(), 0, Unpooled.wrappedBuffer(its)));
      }
    }
    return response;
  }

  /** Netty's decoder, called directly. */
  private static final class QueryReader extends DatagramDnsQueryDecoder {
    DatagramDnsQuery read(ChannelHandlerContext context, DatagramPacket packet) throws Exception {
      List<Object> queries = new ArrayList<>(1);
      int at = packet.content().readerIndex();
      decode(context, packet, queries);
      packet.content().readerIndex(at);
      return (DatagramDnsQuery) queries.get(0);
    }
  }
}
