/** The reader of the event bus: order, context and orderly end. */
package dev.jktcp.bus;
