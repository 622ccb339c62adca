/**
 * Connections and listeners that a client uses by event-bus addresses alone, without a handle. The
 * messages are in the guide's <i>bus protocol</i>.
 *
 * <ul>
 *   <li><b>request</b>: one message of a client, {@code AddressedRequest}; its <b>reply</b> goes to
 *       the sender who asked for one, else to the address that the message names.
 *   <li><b>write</b>, <b>read</b>, <b>control</b>: the three addresses of a connection. {@code
 *       AddressedWriter} takes what is written in order, {@code AddressedReader} sends what arrives
 *       as far as the client's <b>credit</b> goes.
 *   <li><b>owed</b>: answers that are still to come, which are limited in number.
 *   <li><b>lease</b>: a client that says nothing for so long loses what it opened.
 * </ul>
 */
package dev.jktcp.impl.addressed;
