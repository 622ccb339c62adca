package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import dev.jktcp.time.Lease;
import io.netty.channel.ChannelFuture;
import io.vertx.core.VertxException;
import io.vertx.core.net.SocketAddress;

/**
 * One client: it says where it wants to go, is connected or refused, and goes. Its event loop only.
 */
final class ProxyClient {
  /**
   * How long a client that was refused may take to close. Its bytes are read meanwhile, because
   * unread ones would make the end a reset, which may overtake the reply (RFC 1122 §4.2.2.13).
   */
  private static final long LINGER_MS = 2_000;

  private enum State {
    HANDSHAKE,
    CONNECTING,
    PAIRED,
    REFUSED, // told, or reset without a word
    GONE
  }

  private final ProxyClients home;
  private final ClientSocket socket;
  private final ClientInput input = new ClientInput(this::onInputEnd);
  private State state = State.HANDSHAKE;
  private Lease limit; // of the handshake, then of a refused client's stay
  private boolean connecting; // also when it is gone
  private boolean outputEnded;
  private UdpAssociation association; // null: none

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

  /** Null: everyone is served. */
  Credentials credentials() {
    return home.credentials();
  }

  SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  /** The handshake is done: connects, and has the dialect say how that went. */
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
   * @param port where they come from; 0: the client did not say
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
   * @param told completes when the client was told why it is not served
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

  /** Without a word: the client would not understand it, or does not listen. */
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

  /** A client that half-closes behind its request is as good as any. */
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
