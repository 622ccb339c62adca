/**
 * An adapter's insides in virtual time. {@code Lab} holds adapters on one context and one clock,
 * which the test moves. Their packets go by pipes, by a wire that is slow ({@code SlowWire}) or
 * watched ({@code WireTap}), or by a cable that the test cuts ({@code CutCable}).
 */
package dev.jktcp.impl;
