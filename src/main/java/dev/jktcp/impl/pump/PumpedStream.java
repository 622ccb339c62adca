package dev.jktcp.impl.pump;

/** A connection that a pump may write to. Any thread. */
public interface PumpedStream {
  /**
   * Whether the pump's source has more than was written. While it has, the end of the adapter or
   * handle that holds the connection resets it: a FIN would make a part look like all.
   */
  void incomplete(boolean moreToCome);
}
