package dev.jktcp.stack;

/** What has something for its user to take: {@link IpStack#pollNotice}. */
public interface Notice {
  boolean hasNotice();

  /** The user's own note on it. */
  Object attachment();
}
