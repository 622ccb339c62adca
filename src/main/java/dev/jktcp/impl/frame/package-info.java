/**
 * The common part of both sides of a session. A session joins one handle to one adapter: {@code
 * impl.handle} is its user's side, {@code impl.session} the adapter's.
 *
 * <ul>
 *   <li><b>side</b>: one end of a session, a {@link dev.jktcp.impl.frame.SessionSide}. It sends and
 *       receives the frames of its channels, repeats what was lost and watches whether the other
 *       side lives.
 *   <li><b>channel</b>: one connection, listener or UDP port of a session, a {@link
 *       dev.jktcp.impl.frame.SessionChannel} on each side.
 *   <li><b>frame</b>: one message about a channel, a {@link dev.jktcp.impl.frame.Frame}. It carries
 *       the sender's whole state, absolute and cumulative, so that a frame that comes late or twice
 *       changes nothing.
 *   <li><b>said</b>, <b>heard</b>: frames of a channel are numbered. {@code said} is the number of
 *       our newest, {@code heard} the highest number of theirs.
 *   <li><b>confirmed</b>, <b>answered</b>: the highest of our numbers that they are known to have
 *       heard, and the highest of theirs that they know we heard.
 *   <li><b>settled</b>: all that we said is confirmed. A channel that is not settled repeats its
 *       newest frame, ever more seldom.
 *   <li><b>owes</b>: a frame was heard and no frame of ours has confirmed it yet; an answer without
 *       news does so after a while.
 *   <li><b>granted</b>: how many bytes the other side may have sent since the beginning.
 *       <b>taken</b>: how many of theirs were given to the user, or to the send buffer.
 *       <b>acked</b>: how many the peer's TCP has acknowledged.
 *   <li><b>gap</b>: bytes of a stream that the bus lost. They end the connection with {@code
 *       BUS_LOST}; between datagrams they are passed over.
 *   <li><b>beat</b>, <b>bye</b>: a side's sign of life, and its farewell. Each is answered.
 *   <li><b>floor</b>: no channel with an id below it is opened any more.
 *   <li><b>neighbour</b>: the other side's {@link dev.jktcp.impl.frame.Inbox}, if it is in this
 *       process; then nothing is lost, and nothing repeated.
 * </ul>
 */
package dev.jktcp.impl.frame;
