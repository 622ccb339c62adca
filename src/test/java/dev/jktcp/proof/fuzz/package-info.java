/**
 * Targets for a fuzzer, which each also replay a corpus of theirs within the ordinary tests. Begin
 * with {@code StackFuzz}.
 */
package dev.jktcp.proof.fuzz;
