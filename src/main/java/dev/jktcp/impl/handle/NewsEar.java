package dev.jktcp.impl.handle;

import dev.jktcp.impl.frame.Detail;
import dev.jktcp.tcp.SoftError;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/**
 * Passes the soft errors and the urgent data of a connection from its adapter to the user's
 * handlers, each once, even if the bus loses or repeats messages. Session's context only.
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
   * @param delivered bytes of the stream given to the user so far
   */
  void urgentHandler(Handler<Integer> handler, long delivered) {
    urgentHandler = handler;
    tellUrgent(delivered); // urgent data that came before the handler
  }

  boolean hasHandler() {
    return softErrorHandler != null || urgentHandler != null;
  }

  /** Takes the news of a frame; called before the frame's bytes are delivered. */
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

  /** Bytes from the next one to be delivered to the end of the urgent data known. */
  int urgentAhead(long delivered) {
    return (int) Math.max(0, heard.urgentEnd() - delivered);
  }
}
