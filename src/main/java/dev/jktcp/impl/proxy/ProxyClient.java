package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import dev.jktcp.time.Lease;
import io.netty.channel.ChannelFuture;
import io.vertx.core.VertxException;
import io.vertx.core.net.SocketAddress;

/** One client: it names its target, is connected or refused, and leaves. Its event loop only. */
final class ProxyClient {
  /**
   * The time that a refused client may take to close. Its bytes are read meanwhile, because unread
   * bytes would make the end a reset, which may overtake the reply (RFC 1122 §4.2.2.13).
   */
  private static final long LINGER_MS = 2_000;

  private enum State {
    HANDSHAKE,
    CONNECTING,
    PAIRED,
    REFUSED, // with a reply, or reset without one
    GONE
  }

  private final ProxyClients home;
  private final ClientSocket socket;
  private final ClientInput input = new ClientInput(this::onInputEnd);
  private State state = State.HANDSHAKE;
  private Lease limit; // of the handshake, then of a refused client's stay
  private boolean connecting; // even if the client is gone
  private boolean outputEnded;
  private UdpAssociation association; // null for none

  ProxyClient(ProxyClients home, ClientSocket socket) {
    this.home = home;
    this.socket = socket;
  }

  void begin() {
    limit = home.lease(home.handshakeTimeoutMs(), this::onTimeout);
    socket.channel().pipeline().addFirst(input, new FirstByte(this));
    socket.channel().closeFuture().addListener(closed -> onGone());
  }

  private void onTimeout() {
    giveUp("has not said in " + home.handshakeTimeoutMs() + " ms where it wants to go");
  }

  /** The required credentials; null if every client is served. */
  Credentials credentials() {
    return home.credentials();
  }

  SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  /** The request is complete: connects, and makes the dialect answer with the outcome. */
  void ask(Dialect dialect, Target target) {
    if (state != State.HANDSHAKE) {
      return;
    }
    state = State.CONNECTING;
    limit.end();
    connecting = true;
    home.connect(
        this,
        target,
        stream -> onConnected(dialect, stream),
        cause -> onNotConnected(dialect, cause));
  }

  private void onConnected(Dialect dialect, TcpStream stream) {
    connecting = false;
    if (state == State.GONE) {
      stream.reset();
      home.onGone(this);
      return;
    }
    state = State.PAIRED;
    dialect.connected(stream);
    home.pair(stream, socket.pumpWith(stream));
  }

  private void onNotConnected(Dialect dialect, Throwable cause) {
    connecting = false;
    if (state == State.GONE) {
      home.onGone(this);
    } else {
      String message = cause.getMessage();
      String line = message == null ? cause.getClass().getSimpleName() : message;
      refuse(dialect.refuse(Refusal.of(cause), line), cause);
    }
  }

  /**
   * Datagrams pass as long as this connection is open (RFC 1928 §7).
   *
   * @param port the client's port; 0 if the client did not name it
   */
  void associate(SocksDialect dialect, int port) {
    if (state != State.HANDSHAKE) {
      return;
    }
    state = State.CONNECTING;
    limit.end();
    input.discard();
    association = home.associate(this, port, socket::udp);
    association
        .open(socket.localHost())
        .onSuccess(at -> onAssociated(dialect, at))
        .onFailure(cause -> onNotConnected(dialect, cause));
  }

  private void onAssociated(SocksDialect dialect, SocketAddress at) {
    if (state == State.GONE) {
      return;
    }
    state = State.PAIRED;
    dialect.succeed(at);
    if (input.isEnded()) {
      socket.channel().close();
    }
  }

  /**
   * @param told completes when the refusal is sent
   */
  void refuse(ChannelFuture told, String line) {
    refuse(told, new VertxException(line, true));
  }

  private void refuse(ChannelFuture told, Throwable cause) {
    if (isOver()) {
      return;
    }
    state = State.REFUSED;
    limit.end();
    limit = home.lease(LINGER_MS, socket::reset);
    home.onRefused(this, cause);
    input.discard();
    told.addListener(said -> socket.end().onComplete(ended -> onOutputEnd()));
  }

  /** Resets the client without a reply, which it would not understand or read. */
  void giveUp(String line) {
    if (isOver()) {
      return;
    }
    state = State.REFUSED;
    input.discard();
    home.onRefused(this, new VertxException(line, true));
    socket.reset();
  }

  private boolean isOver() {
    return state == State.REFUSED || state == State.GONE;
  }

  private void onOutputEnd() {
    outputEnded = true;
    closeIfDone();
  }

  /** Handles the client's FIN. A client that half-closes behind its request is served. */
  private void onInputEnd() {
    if (state == State.HANDSHAKE) {
      giveUp("went without saying where it wants to go");
    }
    if (state == State.PAIRED && association != null) {
      socket.channel().close();
    }
    closeIfDone();
  }

  private void closeIfDone() {
    if (state == State.REFUSED && outputEnded && input.isEnded()) {
      socket.channel().close();
    }
  }

  private void onGone() {
    limit.end();
    if (association != null) {
      association.close();
    }
    state = State.GONE;
    if (!connecting) {
      home.onGone(this);
    }
  }
}
