/**
 * An adapter in hand. {@code AdapterImpl} is what the user holds, {@code AdapterLife} opens and
 * ends it, and a {@code Shard} is what it has while it is open: the context, the core's stack, and
 * the {@code DrainLoop} between them. There is one shard; a second one would be another context
 * with another stack.
 *
 * <ul>
 *   <li><b>drain</b>: one turn in which events and packets are taken out of the core.
 *   <li><b>tick</b>: the call that tells the core the time, at most each millisecond: {@code
 *       Ticker}.
 *   <li><b>owner</b>: the object that gets the events of a connection or a UDP port.
 *   <li><b>orderly end</b>: streams end by themselves before the adapter does ({@code OrderlyEnd}).
 *   <li><b>last words</b>: messages still to be sent after an adapter's end ({@code LastWords}).
 *   <li><b>unread rest</b>: data of a connection that is over and that its user has not read.
 * </ul>
 */
package dev.jktcp.impl;
