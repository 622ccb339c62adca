package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteAccount;
import io.vertx.core.internal.ContextInternal;
import java.lang.ref.Cleaner;

/**
 * The unread data of a connection that ended well waits for its reader without a limit. Once the
 * stream is unreachable, the data counts no more.
 */
final class UnreadRest {
  private static final Cleaner CLEANER = Cleaner.create();

  private UnreadRest() {}

  /**
   * @param account must not refer to the stream, which would then stay reachable
   */
  static void watch(Object stream, ByteAccount account, ContextInternal context) {
    CLEANER.register(stream, () -> context.runOnContext(v -> account.letGo(account.held())));
  }
}
