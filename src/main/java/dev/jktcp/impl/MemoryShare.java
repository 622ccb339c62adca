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
 * The memory limit of an adapter's connections: its option, or its share of the heap, which changes
 * as other adapters come and go. Adapter context only.
 */
final class MemoryShare {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterImpl.class);

  private final ContextInternal context;
  private final AdapterOptions options;
  private final LongConsumer onShare;
  private long bytes; // 0 until it has a share
  private IpStack stack; // null until the stack is made
  private boolean left;

  MemoryShare(ContextInternal context, AdapterOptions options) {
    this.context = context;
    this.options = options;
    this.onShare = share -> Contexts.runOnThread(context, () -> onShare(share));
  }

  /**
   * @return the limit in bytes for a stack to be made
   */
  long join() {
    bytes = options.getMaxBytesHeld();
    if (bytes == 0) {
      HeapShares.of(context.owner()).join(onShare);
    }
    return bytes;
  }

  /** Sets the stack that gets later changes. */
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
   * @param who the adapter's name in the warning
   */
  void warnUsedUp(Supplier<String> who) {
    LOG.warn(
        who.get()
            + ": the memory for its connections is used up ("
            + stack.budget().limit()
            + " bytes): those that hold most and do not move are reset; raise maxBytesHeld or the"
            + " heap (-Xmx), or lower maxConnections");
  }
}
