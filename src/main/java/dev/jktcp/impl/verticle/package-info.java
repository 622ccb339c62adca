/** The transport beneath an {@code AdapterVerticle}'s adapter. */
package dev.jktcp.impl.verticle;
