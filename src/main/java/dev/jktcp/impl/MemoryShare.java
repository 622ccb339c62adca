package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.context.Contexts;
import dev.jktcp.stack.IpStack;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What an adapter's connections may hold: what its options say, or its part of the heap, which
 * changes as other adapters come and go. Adapter context only.
 */
final class MemoryShare {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterImpl.class);

  private final ContextInternal context;
  private final AdapterOptions options;
  private final LongConsumer onShare;
  private long bytes; // 0 until it has a share
  private IpStack stack; // null until there is one
  private boolean left;

  MemoryShare(ContextInternal context, AdapterOptions options) {
    this.context = context;
    this.options = options;
    this.onShare = share -> Contexts.runOnThread(context, () -> onShare(share));
  }

  /**
   * @return bytes, for a stack that is to be made
   */
  long join() {
    bytes = options.getMaxBytesHeld();
    if (bytes == 0) {
      HeapShares.of(context.owner()).join(onShare);
    }
    return bytes;
  }

  /** The stack that later changes are told to. */
  void of(IpStack made) {
    stack = made;
  }

  void leave() {
    left = true;
    HeapShares.of(context.owner()).leave(onShare);
  }

  private void onShare(long share) {
    if (left) {
      return;
    }
    bytes = share;
    if (stack != null) {
      stack.changeMaxBytesHeld(share);
    }
  }

  /**
   * @param who what the warning calls the adapter
   */
  void warnUsedUp(Supplier<String> who) {
    LOG.warn(
        who.get()
            + ": the memory for its connections is used up ("
            + stack.budget().held()
            + " of "
            + stack.budget().limit()
            + " bytes): those that hold most and do not move are reset; raise maxBytesHeld or the"
            + " heap (-Xmx), or lower maxConnections");
  }
}
