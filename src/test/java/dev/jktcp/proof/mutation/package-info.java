/**
 * Deliberate faults: each breaks a line of main, and the tests that carry its label must notice.
 * {@code Mutation} reads the lists, {@code MutationReplay} replays them.
 */
package dev.jktcp.proof.mutation;
