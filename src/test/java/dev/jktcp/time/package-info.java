/** Leases and periodic tasks, in virtual time. */
package dev.jktcp.time;
