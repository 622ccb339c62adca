package dev.jktcp.impl.pump;

/** A connection that a pump may write to. Any thread. */
public interface PumpedStream {
  /**
   * Sets whether the pump's source has more than was written. While it has, the end of the adapter
   * or handle resets the connection: a FIN would make a part look like the whole.
   */
  void incomplete(boolean moreToCome);
}
