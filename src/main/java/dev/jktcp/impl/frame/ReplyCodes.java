package dev.jktcp.impl.frame;

/** Codes of failure replies to questions, which both ends know. */
public final class ReplyCodes {
  /** The question is wrong. */
  public static final int ARGUMENT = 1;

  /** It is right, but not now. */
  public static final int STATE = 2;

  /** A connection or the adapter has failed. */
  public static final int TCP = 3;

  /** It is right, and there will be room for it later. */
  public static final int FULL = 4;

  private ReplyCodes() {}
}
