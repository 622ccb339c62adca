/** What the public factories make: the adapter's drain loop and timers, its streams and servers. */
package dev.jktcp.impl;
