/** The user's side of adapters that live elsewhere: handles, their sessions, what they opened. */
package dev.jktcp.impl.handle;
