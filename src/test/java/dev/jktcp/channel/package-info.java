/**
 * Vert.x's clients and servers, and Netty's channels, over adapters: what they promise over the
 * kernel's sockets holds here. Most tests begin with a {@code RoutedPair}. An {@code …IT} runs the
 * kernel's own channels beside ours.
 */
package dev.jktcp.channel;
