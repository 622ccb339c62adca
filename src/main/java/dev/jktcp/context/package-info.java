/**
 * Contexts of Vert.x: the caller's, the way of a task to another, and the notice of an end to a
 * user's handlers. Not exported.
 */
package dev.jktcp.context;
