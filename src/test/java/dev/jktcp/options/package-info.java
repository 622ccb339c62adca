/** Options to JSON and back. */
package dev.jktcp.options;
