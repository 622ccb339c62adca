package dev.jktcp.impl.proxy;

import io.vertx.core.VertxException;

/** A target that the proxy's owner does not allow. */
final class ForbiddenTarget extends VertxException {
  private static final long serialVersionUID = 1L;

  ForbiddenTarget(Target target) {
    super(target + " is not allowed", true);
  }
}
