/** Userspace TCP for Vert.x: the public API. */
package dev.jktcp;
