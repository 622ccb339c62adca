package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteAccount;
import io.vertx.core.internal.ContextInternal;
import java.lang.ref.Cleaner;

/**
 * What is unread of a connection that ended well waits for its reader, however long. When nobody
 * has the stream any more its memory is the collector's, and counts no longer.
 */
final class UnreadRest {
  private static final Cleaner CLEANER = Cleaner.create();

  private UnreadRest() {}

  /**
   * @param account does not lead to the stream
   */
  static void watch(Object stream, ByteAccount account, ContextInternal context) {
    CLEANER.register(stream, () -> context.runOnContext(v -> account.letGo(account.held())));
  }
}
