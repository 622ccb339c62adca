package dev.jktcp.stack;

/** A port or ping with news for its user: {@link IpStack#pollNotice}. */
public interface Notice {
  boolean hasNotice();

  /** The user's own note on it. */
  Object attachment();
}
