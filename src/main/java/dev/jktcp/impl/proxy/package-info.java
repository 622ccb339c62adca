/**
 * {@link dev.jktcp.ProxyServer}: kernel clients that name their target by SOCKS5 or HTTP. {@link
 * dev.jktcp.impl.proxy.ProxyClient} is one client's life, a {@link dev.jktcp.impl.proxy.Dialect}
 * its protocol.
 */
package dev.jktcp.impl.proxy;
