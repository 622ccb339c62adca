/**
 * Captures: an encoder of the classic libpcap format, and a file that never holds up its writer.
 */
package dev.jktcp.pcap;
