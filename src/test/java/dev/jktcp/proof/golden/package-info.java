/**
 * Golden tables: what the stack does, as text in the repository, so that a change of behaviour
 * shows in review.
 */
package dev.jktcp.proof.golden;
