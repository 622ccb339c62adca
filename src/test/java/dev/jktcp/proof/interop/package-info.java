/**
 * The Linux kernel as the peer, over a TUN device: transfers, path MTU, losses, other programs'
 * connections. Needs root and /dev/net/tun.
 */
package dev.jktcp.proof.interop;
