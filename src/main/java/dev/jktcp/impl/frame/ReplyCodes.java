package dev.jktcp.impl.frame;

/** Codes of failure replies to requests, which both ends know. */
public final class ReplyCodes {
  /** The request is wrong. */
  public static final int ARGUMENT = 1;

  /** The request is right, but not in this state. */
  public static final int STATE = 2;

  /** A connection or the adapter has failed. */
  public static final int TCP = 3;

  /** The request is right, and there will be room for it later. */
  public static final int FULL = 4;

  private ReplyCodes() {}
}
