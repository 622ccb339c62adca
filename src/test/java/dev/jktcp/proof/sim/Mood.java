package dev.jktcp.proof.sim;

/** What a world's links are like until they heal. */
enum Mood {
  /** They only delay. */
  CLEAN,
  /** They do all that was drawn. */
  FAULTY,
  /** Of ten packets of a flow each way exactly one gets through. */
  ONE_IN_TEN
}
