/** Contexts of Vert.x: the caller's, and the way of a task to another. Not exported. */
package dev.jktcp.context;
