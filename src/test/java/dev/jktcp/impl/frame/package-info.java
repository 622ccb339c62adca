/**
 * The common part of both sides of a session. {@code RawEnd} is a side in a test's hands, {@code
 * Said} a frame in its words.
 */
package dev.jktcp.impl.frame;
