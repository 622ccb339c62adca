/**
 * The user's side of an adapter on another context, in another verticle or on another node.
 *
 * <p>The user holds an {@code AdapterHandleImpl} and {@code StreamHandleImpl}s, which hold nothing
 * back: one that is garbage-collected is <b>forgotten</b>, and what it opened ends. {@code
 * HandleSessions} has one {@code HandleSession} for each context that the handle is used on. A
 * session's channels are {@code HandleStream}s, {@code HandleServer}s and {@code HandleUdp} ports.
 * {@code Hello} opens a session and is answered by a {@code Welcome}; {@code AdapterRequests} are
 * questions beside the session. A stream changes its context by {@code HandOff}. The words of a
 * session are explained in {@link dev.jktcp.impl.frame}.
 */
package dev.jktcp.impl.handle;
