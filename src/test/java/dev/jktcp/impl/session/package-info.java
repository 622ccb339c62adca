/**
 * The adapter's side of a session. {@code ServiceLab} has the adapter, {@code HandleEnd} is the
 * handle's side in a test's hands.
 */
package dev.jktcp.impl.session;
