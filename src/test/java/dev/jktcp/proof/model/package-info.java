/**
 * RFC 9293 once more, written from the text alone. Nothing here may know the library; {@code
 * compare} knows both.
 */
package dev.jktcp.proof.model;
