/** Connections and listeners that a client uses over the event bus by their addresses alone. */
package dev.jktcp.impl.addressed;
