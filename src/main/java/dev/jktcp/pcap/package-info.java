/**
 * Captures: an encoder of the classic libpcap format ({@code PcapEncoder}), and a file that never
 * holds up its writer ({@code PcapFile}).
 */
package dev.jktcp.pcap;
