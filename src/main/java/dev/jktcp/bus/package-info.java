/** How every part of the library hears the event bus. */
package dev.jktcp.bus;
