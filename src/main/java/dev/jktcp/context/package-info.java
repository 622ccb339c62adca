/** Contexts of Vert.x: on which one the caller is, and how a task gets to another. Not exported. */
package dev.jktcp.context;
