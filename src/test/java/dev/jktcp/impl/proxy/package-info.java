/** The proxy without sockets, adapter or clock: {@code ProxyLab} plays all three. */
package dev.jktcp.impl.proxy;
