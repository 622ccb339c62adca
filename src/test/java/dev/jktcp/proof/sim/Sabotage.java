package dev.jktcp.proof.sim;

/**
 * A stack or shell broken on purpose, to show that the simulator notices. Each names what the check
 * that finds it says.
 */
enum Sabotage {
  NONE(""),
  /** A window field halved on its way out. */
  WINDOW_RETREATS("right edge back"),
  /** The peer's windows look larger than they are. */
  SENDS_BEYOND_WINDOW(", window to "),
  SENDS_OTHER_BYTES("other bytes than the user wrote"),
  DELIVERS_OTHER_BYTES("received bytes differ"),
  /** The peer's MSS looks larger than it is. */
  SENDS_ABOVE_MSS("a segment above the peer's MSS"),
  ACKS_WHAT_WAS_NOT_SENT("an ACK of"),
  /** A window in flight where the profile says one segment. */
  TWO_IN_FLIGHT("a second segment in flight"),
  IGNORES_MTU("a packet above the MTU"),
  WRONG_TTL("a TTL of"),
  WRONG_TRAFFIC_CLASS("a traffic class of"),
  /** Its pure ACKs may be marked. */
  ACKS_ARE_ECN_CAPABLE("a segment without new data is ECN-capable"),
  /** Its data may be marked whatever the handshake says. */
  ECN_WITHOUT_AGREEMENT("ECN-capable data without agreement"),
  /** Agrees to ECN whatever it was asked. */
  AGREES_UNASKED("agrees to ECN that no SYN asked for"),
  DEAF_TO_MARKS("a mark without an echo"),
  ECHOES_NO_MARK("an echo of no mark"),
  CWR_ON_ALL("CWR without new ECN-capable data"),
  WRONG_CODEPOINT("a codepoint of"),
  /** Permits the peer to send blocks, whatever its SYN said. */
  PERMITS_SACK_UNASKED("permits SACK that no SYN permitted"),
  SACK_WITHOUT_AGREEMENT("blocks without agreement"),
  /** Its first block is longer than what came. */
  SACKS_WHAT_DID_NOT_COME("a block of what did not arrive"),
  SACKS_WHAT_IS_ACKNOWLEDGED("a block of what is acknowledged"),
  /** Its first two blocks have changed places. */
  SACKS_AN_OLDER_RUN_FIRST("a block of what is not the newest first"),
  /** Its first block in two halves. */
  SACKS_HALVES("two blocks of one run"),
  SACKS_WHAT_IS_GONE("blocks of more than is held"),
  /** Tells once more what came twice. */
  DSACKS_TWICE("a D-SACK too many"),
  DSACKS_WHAT_CAME_ONCE("a D-SACK of what came once"),
  OFFERS_TIMESTAMPS_UNASKED("offers timestamps that no SYN had"),
  TIMESTAMPS_WITHOUT_AGREEMENT("timestamps without agreement"),
  FORGETS_TIMESTAMPS("a segment without timestamps"),
  TIMESTAMPS_GO_BACK("a clock that goes back"),
  ECHOES_WHAT_DID_NOT_COME("an echo of what did not arrive"),
  ECHOES_THE_FIRST("an echo older than one before"),
  ECHOES_WITHOUT_ACK("an echo without an ACK"),
  /** Never sends again what the peer has once reported. */
  TAKES_SACK_FOR_ACK("is not finished"),
  /** Drops segments without timestamps, as RFC 7323 §3.2 says it should. */
  REQUIRES_TIMESTAMPS("failed on clean links"),
  /** Sends again in the same size what a narrow path has dropped. */
  NEVER_CUTS_SMALLER("failed on clean links"),
  /** Ticks never come. */
  NEVER_TICKS("neither advanced nor ended"),
  /** Its clock runs slow: every time-out is late. */
  SLOW_CLOCK("neither advanced nor ended"),
  /** Its clock runs fast: every time-out is early. */
  FAST_CLOCK("sooner than promised"),
  /** Lives through a stop of its process, deadline by deadline, as if it had heard nothing. */
  COUNTS_STOPS("sooner than promised"),
  /** Deaf where one packet in ten arrives, and never gives up. */
  DEAF("neither advanced nor ended"),
  /** A user's close that the connection never hears of. */
  FORGETS_CLOSE("neither owner nor timer"),
  KEEPS_TIMER("a timer after close"),
  HOLDS_MEMORY("more bytes held"),
  LEAKS_CONNECTION("connections left"),
  CLOSES_LISTENER_UNASKED("refused by a listener that was open"),
  ANSWERS_FOR_CLOSED_LISTENER("a closed listener's client ended"),
  MORE_CONNECTIONS_THAN_LIMIT("connections, the limit is"),
  MORE_MEMORY_THAN_LIMIT("bytes of memory, the limit is"),
  /** What is held is not counted. */
  COUNTS_WRONG("bytes counted"),
  MORE_HALF_OPEN_THAN_LIMIT("half-open, the limit is"),
  MORE_WAITING_THAN_BACKLOG("not accepted, the backlogs are"),
  URGENT_UNASKED("urgent data that nobody sent"),
  /** Does as SHLD-26 says. */
  ENDS_ESTABLISHED_BY_HARD_ERROR("an ICMP error ended what was"),
  IGNORES_HARD_ERROR("an ICMP error ignored"),
  /** Takes whatever an ICMP error quotes for what is in flight. */
  QUOTED_SEQUENCE_UNCHECKED("an ICMP error believed"),
  /** Takes it to be about some connection or other. */
  QUOTED_QUAD_UNCHECKED("an ICMP error of nobody's connection believed"),
  ICMP_CHECKSUM_UNCHECKED("an ICMP error believed"),
  MISREADS_ICMP("an ICMP error was taken for"),
  /** Cuts its segments no smaller when the path takes less. */
  IGNORES_TOO_BIG("an ICMP error made segments of"),
  /** Cuts its segments smaller for whoever says that they are too big. */
  FOLLOWS_TOO_BIG("an ICMP error changed the connection"),
  /** Tells its user of trouble that there is not. */
  INVENTS_TROUBLE("which nobody reported"),
  /** A window that was made smaller looks as it was before. */
  OVERLOOKS_SHRUNK_WINDOW("the window shrank to"),
  ALTERS_DATAGRAMS("a datagram that nobody sent"),
  /** One that came and the one before it are read as one. */
  MERGES_DATAGRAMS("a datagram that nobody sent"),
  /** A forged fragment takes a true one's place. */
  TAKES_FORGED_FRAGMENTS("a datagram that nobody sent"),
  REPEATS_DATAGRAMS("a datagram more often than it came"),
  LOSES_DATAGRAMS("unaccounted for"),
  MORE_DATAGRAMS_THAN_BUFFER("bytes of datagrams, the limit is"),
  MORE_FRAGMENTS_THAN_LIMIT("packets in fragments, the limit is"),
  MORE_ICMP_THAN_LIMIT("ICMP errors within a second"),
  /** Wakes late in one cadence only. */
  WAKES_LATE(""),
  /** Does otherwise each time. */
  NOT_REPRODUCIBLE("");

  /** Part of what the check says; empty where two runs are compared. */
  final String noticedAs;

  Sabotage(String noticedAs) {
    this.noticedAs = noticedAs;
  }
}
