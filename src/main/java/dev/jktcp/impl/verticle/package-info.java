/** What an {@code AdapterVerticle} has beneath its adapter. */
package dev.jktcp.impl.verticle;
