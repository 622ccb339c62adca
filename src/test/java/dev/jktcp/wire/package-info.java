/**
 * Packets and their parts: what is written reads the same, and no bytes do harm. {@code Packets}
 * makes most of them.
 */
package dev.jktcp.wire;
