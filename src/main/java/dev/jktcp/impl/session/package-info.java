/** The adapter's side of its handles: an adapter under a name, and the sessions it serves. */
package dev.jktcp.impl.session;
