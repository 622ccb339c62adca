/**
 * Connections used by event-bus addresses alone. {@code AddressedLab} is the adapter, its peer and
 * a user of the bus.
 */
package dev.jktcp.impl.addressed;
