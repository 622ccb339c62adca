package dev.jktcp.testkit;

import io.vertx.core.internal.ContextInternal;

/** Event loops of a Vert.x, which has two on a machine of one processor. */
public final class Loops {
  private Loops() {}

  /** A context on another event loop than this one's, which a test blocks. */
  public static ContextInternal besides(ContextInternal blocked) {
    ContextInternal other;
    do {
      other = blocked.owner().createEventLoopContext();
    } while (other.nettyEventLoop() == blocked.nettyEventLoop());
    return other;
  }
}
