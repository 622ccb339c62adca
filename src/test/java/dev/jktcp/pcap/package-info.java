/** Captures, byte for byte and in a file. */
package dev.jktcp.pcap;
