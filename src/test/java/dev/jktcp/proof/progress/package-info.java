/**
 * What the tests need and take: {@code Needs} skips where something is missing, {@code Figures}
 * collects what was measured, {@code Ledger} prints the time of each part.
 */
package dev.jktcp.proof.progress;
