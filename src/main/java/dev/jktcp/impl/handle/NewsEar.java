package dev.jktcp.impl.handle;

import dev.jktcp.impl.frame.Detail;
import dev.jktcp.tcp.SoftError;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/**
 * A connection's soft errors and urgent data, as its adapter tells of them and as the user hears
 * them: each once, whatever the bus lost or doubled. Session's context only.
 */
final class NewsEar {
  private final ContextInternal context;
  private Handler<SoftError> softErrorHandler;
  private Handler<Integer> urgentHandler;
  private Detail.News heard = Detail.News.NONE;

  NewsEar(ContextInternal context) {
    this.context = context;
  }

  void softErrorHandler(Handler<SoftError> handler) {
    softErrorHandler = handler;
  }

  /**
   * @param delivered bytes of the stream that the user was given
   */
  void urgentHandler(Handler<Integer> handler, long delivered) {
    urgentHandler = handler;
    tellUrgent(delivered); // of what came before
  }

  boolean hasHandler() {
    return softErrorHandler != null || urgentHandler != null;
  }

  /** To be called before the bytes that came with it are delivered. */
  void onNews(Detail.News news, long delivered) {
    Detail.News before = heard;
    heard =
        new Detail.News(
            Math.max(before.softErrors(), news.softErrors()),
            news.softError(),
            Math.max(before.urgentEnd(), news.urgentEnd()));
    if (heard.softErrors() > before.softErrors() && softErrorHandler != null) {
      context.dispatch(news.softError(), softErrorHandler);
    }
    if (heard.urgentEnd() > before.urgentEnd()) {
      tellUrgent(delivered);
    }
  }

  private void tellUrgent(long delivered) {
    int ahead = urgentAhead(delivered);
    if (ahead > 0 && urgentHandler != null) {
      context.dispatch(ahead, urgentHandler);
    }
  }

  /** Bytes from the next one to be delivered to the end of what is known to be urgent. */
  int urgentAhead(long delivered) {
    return (int) Math.max(0, heard.urgentEnd() - delivered);
  }
}
