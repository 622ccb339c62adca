/**
 * Each transport over a stand-in for its socket; the sockets and devices themselves in an {@code
 * …IT}.
 */
package dev.jktcp.transport;
