/**
 * {@link dev.jktcp.ProxyServer}: kernel clients that say by SOCKS5 or HTTP where they want to go.
 * {@link dev.jktcp.impl.proxy.ProxyClient} is one client's life, a {@link
 * dev.jktcp.impl.proxy.Dialect} its protocol.
 */
package dev.jktcp.impl.proxy;
