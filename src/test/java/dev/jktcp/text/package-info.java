/** The words that users read. */
package dev.jktcp.text;
