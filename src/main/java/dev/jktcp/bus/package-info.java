/**
 * How every part of the library uses the event bus: {@code BusReader} hears it and leaves it
 * quietly, {@code BusEnd} speaks on a bus that may be closed, {@code OwnCodec} carries types of the
 * library.
 */
package dev.jktcp.bus;
