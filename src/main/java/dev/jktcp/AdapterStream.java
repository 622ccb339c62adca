package dev.jktcp;

/**
 * The one connection of an adapter that is used exclusively: opened with one call, driven on the
 * adapter's own context, no event bus, no deployment.
 *
 * <p>While it lives, a second one cannot be opened, nor a connection or listener through the {@link
 * Adapter}; and it cannot be opened while the adapter has either. Once it has ended, the adapter
 * may be used again.
 */
public interface AdapterStream extends TcpStream {}
