/** Names in a tunnel: Netty's DNS resolver over the channels of an adapter. */
package dev.jktcp.impl.names;
