package dev.jktcp.bench;

/** One kind of work, cut in slices that are alike. One thread. */
interface Work {
  /** Does one slice. */
  void slice();

  /** Bytes of payload that a slice moves; 0 if the work does not count bytes. */
  long bytesPerSlice();

  /** Round trips or connections of a slice; 0 if the work does not count them. */
  long operationsPerSlice();

  /**
   * Does a slice and checks each byte of it. Not timed.
   *
   * @throws IllegalStateException when something is wrong
   */
  void verify();
}
