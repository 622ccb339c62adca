/**
 * The adapter's side of the event bus. {@link dev.jktcp.impl.session.AdapterService} answers under
 * the adapter's name; a {@link dev.jktcp.impl.session.ServedSession} serves one handle. The
 * handle's objects are <b>served</b> ones: a connection ({@code ServedStream}), a listener ({@code
 * ServedServer}), a UDP port ({@code ServedUdp}), each one channel of the session; the common part
 * of the last two is {@code ServedPort}. The words of a session are explained in {@link
 * dev.jktcp.impl.frame}.
 */
package dev.jktcp.impl.session;
