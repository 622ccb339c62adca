/**
 * The user's side of a session. {@code ScriptedAdapter} is the adapter's side in a test's hands;
 * {@code LossyBus} loses, delays and repeats messages between real sides.
 */
package dev.jktcp.impl.handle;
