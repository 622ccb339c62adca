package dev.jktcp.cli;

import dev.jktcp.impl.DatagramRoom;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Nanos;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Datagrams that come to one socket and go on to a target, and its answers back. Each client has a
 * socket of its own towards the target, so that an answer at that socket is for that client.
 * Datagrams beyond a limit are dropped. One event loop only.
 *
 * <p>If every place is taken, a new client gets the place of another, as in a NAT that is full:
 *
 * <ol>
 *   <li>of a client that was answered and has sent nothing since, such as a resolver with its one
 *       question; the one that has been silent longest, for two seconds at least
 *   <li>of the client that has waited longest for its first answer
 *   <li>of a client that has sent again after an answer; the one that has been silent longest, for
 *       two minutes at least
 * </ol>
 *
 * If all clients are talking, the new one is dropped. So a flood from many addresses ends no
 * conversation, whether or not the target answers it.
 */
final class UdpForwarder {
  /** Linux takes a flow for a conversation after this time (nf_conntrack_proto_udp). */
  private static final long ANSWERED_MS = 2_000;

  /** RFC 4787, REQ-5: a NAT keeps a silent mapping for no less. */
  private static final long TALKING_MS = 120_000;

  /**
   * The way to the target.
   *
   * @param socket an unused one
   * @param host an IP address; null for an adapter's only peer
   */
  record Way(DatagramSocket socket, String host, int port) {
    /** Answers come from where the datagrams went (RFC 4787 §5, address- and port-dependent). */
    boolean leadsTo(SocketAddress sender) {
      return sender.port() == port && (host == null || isHost(sender.hostAddress()));
    }

    private boolean isHost(String address) {
      return host.equals(address) || ip(host).equals(ip(address));
    }

    private static InetAddress ip(String text) {
      return NetUtil.createInetAddressFromIpAddressString(text);
    }

    String wildcard() {
      return host != null && host.indexOf(':') >= 0 ? "::" : "0.0.0.0";
    }
  }

  private final DatagramSocket front;
  private final Supplier<Future<Way>> ways;
  private final UdpLimits limits;
  private final DatagramRoom.Total total;
  private final Clock clock;
  private final PairLog log;
  private final Map<SocketAddress, Client> clients = new HashMap<>();
  // Each client is in one of the three: the one that waits or is silent longest comes first.
  private final Set<Client> unanswered = new LinkedHashSet<>();
  private final Set<Client> answered = new LinkedHashSet<>(); // has sent nothing since
  private final Set<Client> talking = new LinkedHashSet<>(); // has sent after an answer
  private long gaveWay;
  private boolean closed;

  /**
   * @param front the socket that clients send to; this object sets its handlers
   * @param ways gives a new way for each client
   */
  UdpForwarder(
      DatagramSocket front,
      Supplier<Future<Way>> ways,
      UdpLimits limits,
      Clock clock,
      PairLog log) {
    this.front = front;
    this.ways = ways;
    this.limits = limits;
    this.total = new DatagramRoom.Total(limits.totalBytes());
    this.clock = clock;
    this.log = log;
    front.exceptionHandler(cause -> log.complain("a client", cause)).handler(this::onClient);
  }

  Future<DatagramSocket> listen(int port, String host) {
    return front.listen(port, host);
  }

  int clients() {
    return clients.size();
  }

  Future<Void> close() {
    closed = true;
    List.copyOf(clients.values()).forEach(Client::end);
    return front.close();
  }

  private void onClient(DatagramPacket packet) {
    Client client = clients.get(packet.sender());
    if (client == null) {
      if (closed) {
        return;
      }
      if (clients.size() >= limits.clients() && !makePlace(packet.sender())) {
        log.complain(
            String.valueOf(packet.sender()),
            new VertxException("is one too many: " + clients.size() + " clients", true));
        return;
      }
      client = new Client(packet.sender());
      clients.put(packet.sender(), client);
      client.begin();
    }
    client.forth(packet);
  }

  private boolean makePlace(SocketAddress newcomer) {
    Client silent = silent(answered, ANSWERED_MS);
    if (silent == null) {
      silent = silent(unanswered, 0);
    }
    if (silent == null) {
      silent = silent(talking, TALKING_MS);
    }
    if (silent == null) {
      return false;
    }
    log.gaveWay(silent.address + " to " + newcomer, ++gaveWay);
    silent.end();
    return true;
  }

  /** The client that has been silent longest, for so long at least; null for none. */
  private Client silent(Set<Client> some, long leastMs) {
    if (some.isEmpty()) {
      return null;
    }
    Client longest = some.iterator().next();
    return clock.nanoTime() - longest.movedNs >= leastMs * Nanos.MS ? longest : null;
  }

  private DatagramRoom room() {
    return new DatagramRoom(total, limits.waiting(), limits.waitingBytes());
  }

  /** One client's datagrams, both ways. */
  private final class Client implements Transfer {
    private final SocketAddress address;
    private final Lease idle;
    private Future<Way> way;
    private final DatagramRoom forth = room();
    private final DatagramRoom back = room();
    private final Promise<Void> completion = Promise.promise();
    private Set<Client> kind = unanswered;
    private long movedNs; // its last datagram, either way
    private long bytesForth; // that went on, as the next
    private long bytesBack;
    private boolean over;

    Client(SocketAddress address) {
      this.address = address;
      this.idle = Lease.of(clock, limits.idleMs(), this::end);
    }

    void begin() {
      kind.add(this);
      log.begins(this);
      way = ways.get().compose(this::open);
      way.onFailure(
          cause -> {
            log.complain(String.valueOf(address), cause);
            end();
          });
    }

    private Future<Way> open(Way found) {
      if (over) {
        return found.socket().close().map(found); // by the time its address was resolved
      }
      found
          .socket()
          .exceptionHandler(cause -> log.complain(String.valueOf(address), cause))
          .handler(packet -> back(found, packet));
      return found
          .socket()
          .listen(0, found.wildcard())
          .map(found)
          .onFailure(refused -> found.socket().close());
    }

    void forth(DatagramPacket packet) {
      int length = packet.data().length();
      if (!forth.enter(length)) {
        return;
      }
      moved(kind == answered ? talking : kind);
      way.compose(to -> to.socket().send(packet.data(), to.port(), to.host()))
          .onComplete(sent -> forth.leave(length))
          .onSuccess(sent -> bytesForth += length)
          .onFailure(cause -> complain(cause));
    }

    /** The first to wait stays the first, however much it sends. */
    private void moved(Set<Client> newKind) {
      idle.renew();
      movedNs = clock.nanoTime();
      if (newKind != kind || kind != unanswered) {
        kind.remove(this);
        kind = newKind;
        kind.add(this);
      }
    }

    private void complain(Throwable cause) {
      if (!over && way.succeeded()) {
        log.complain(String.valueOf(address), cause);
      }
    }

    private void back(Way from, DatagramPacket packet) {
      int length = packet.data().length();
      if (over || !from.leadsTo(packet.sender()) || !back.enter(length)) {
        return;
      }
      moved(kind == unanswered ? answered : kind);
      front
          .send(packet.data(), address.port(), address.hostAddress())
          .onComplete(sent -> back.leave(length))
          .onSuccess(sent -> bytesBack += length)
          .onFailure(this::complain);
    }

    void end() {
      if (over) {
        return;
      }
      over = true;
      idle.end();
      clients.remove(address, this);
      kind.remove(this);
      way.onSuccess(to -> to.socket().close());
      completion.complete();
    }

    @Override
    public long bytesForth() {
      return bytesForth;
    }

    @Override
    public long bytesBack() {
      return bytesBack;
    }

    @Override
    public Future<Void> completion() {
      return completion.future();
    }
  }
}
