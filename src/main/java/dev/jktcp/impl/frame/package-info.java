/** What both sides of a session share: its frames, their order, and the names on the event bus. */
package dev.jktcp.impl.frame;
