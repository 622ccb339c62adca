/** The cache of names; name resolution as a whole is tested in {@code dev.jktcp.channel}. */
package dev.jktcp.impl.names;
