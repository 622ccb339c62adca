package dev.jktcp.impl;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Connects to a name by its addresses (RFC 8305), the families in turn. The next address is tried
 * as soon as one has failed or, if attempts may overlap, {@value #DELAY_MS} ms after the one
 * before. The first connection wins, and the others are given up. One connect timeout covers all
 * attempts.
 *
 * <p>The resolver answers as soon as it has addresses of the preferred family. If all of them have
 * failed, it is asked for the others. Adapter context only.
 */
final class AddressRace<T> {
  /** RFC 8305 §5: the recommended Connection Attempt Delay. */
  static final long DELAY_MS = 250;

  /** A name may have hundreds of addresses. The eighth is tried two seconds after the first. */
  static final int MOST_TRIED = 8;

  /** Whether the resolver was asked for addresses of the other family. */
  private enum Others {
    NOT_ASKED,
    ASKED,
    KNOWN
  }

  private final Clock clock;
  private final boolean overlapping;
  private final Function<TcpConnectOptions, Tried<T>> begin;
  private final Supplier<Future<List<InetAddress>>> others;
  private final Promise<T> promise;
  private final Deque<InetAddress> left = new ArrayDeque<>();
  private final List<Tried<T>> underWay = new ArrayList<>();
  private final Set<InetAddress> known = new HashSet<>();
  private TcpConnectOptions options;
  private TcpTuning tuning;
  private long sinceNs;
  private Throwable failure; // of the first address
  private Timer timer; // null for none
  private Others asked = Others.NOT_ASKED;
  private Tried<T> won; // null while no attempt has won
  private boolean over;

  /**
   * @param overlapping whether an attempt may begin while others are under way
   * @param others asks for addresses of the other family
   */
  AddressRace(
      Clock clock,
      boolean overlapping,
      Function<TcpConnectOptions, Tried<T>> begin,
      Supplier<Future<List<InetAddress>>> others,
      Promise<T> promise) {
    this.clock = clock;
    this.overlapping = overlapping;
    this.begin = begin;
    this.others = others;
    this.promise = promise;
  }

  /**
   * @param addresses at least one, the best first
   * @param given the user's options, whose host is a name
   * @param tuningOfAdapter used if the options have none
   */
  void run(List<InetAddress> addresses, TcpConnectOptions given, TcpTuning tuningOfAdapter) {
    options = given;
    tuning = given.getTuning() != null ? given.getTuning() : tuningOfAdapter;
    sinceNs = clock.nanoTime();
    add(addresses);
    next();
  }

  private void add(List<InetAddress> addresses) {
    for (InetAddress address : inTurn(addresses)) {
      if (known.size() < MOST_TRIED && known.add(address)) {
        left.add(address);
      }
    }
  }

  /** RFC 8305 §4: the families in turn, so that a broken family costs one address. */
  static List<InetAddress> inTurn(List<InetAddress> addresses) {
    Deque<InetAddress> same = new ArrayDeque<>();
    Deque<InetAddress> other = new ArrayDeque<>();
    boolean v6 = !addresses.isEmpty() && addresses.get(0) instanceof Inet6Address;
    for (InetAddress address : addresses) {
      (address instanceof Inet6Address == v6 ? same : other).add(address);
    }
    List<InetAddress> inTurn = new ArrayList<>();
    while (!same.isEmpty() || !other.isEmpty()) {
      if (!same.isEmpty()) {
        inTurn.add(same.poll());
      }
      if (!other.isEmpty()) {
        inTurn.add(other.poll());
      }
    }
    return inTurn;
  }

  private void next() {
    stopTimer();
    if (over) {
      return;
    }
    if (left.isEmpty()) {
      askForOthers();
    } else {
      begin(left.poll());
    }
    failIfNothingIsLeft();
  }

  private void begin(InetAddress address) {
    TcpConnectOptions to = new TcpConnectOptions(options).setHost(address.getHostAddress());
    if (tuning.connectTimeoutNs() > 0) {
      long restNs = tuning.connectTimeoutNs() - (clock.nanoTime() - sinceNs);
      if (restNs <= 0) {
        asked = Others.KNOWN;
        left.clear();
        return;
      }
      to.setTuning(tuning.with(t -> t.connectTimeout(Duration.ofNanos(restNs))));
    }
    Tried<T> tried = begin.apply(to);
    underWay.add(tried);
    if (overlapping) {
      timer = clock.once(DELAY_MS, this::next);
    }
    tried.outcome().onComplete(result -> onOutcome(tried, result));
  }

  private void askForOthers() {
    if (asked != Others.NOT_ASKED) {
      return;
    }
    asked = Others.ASKED;
    others
        .get()
        .onComplete(
            answer -> {
              asked = Others.KNOWN;
              if (answer.succeeded()) {
                add(answer.result());
              }
              next();
            });
  }

  private void onOutcome(Tried<T> tried, AsyncResult<T> result) {
    underWay.remove(tried);
    if (over) {
      return;
    }
    if (result.succeeded()) {
      won = tried;
      end();
      promise.tryComplete(result.result());
      return;
    }
    if (failure == null) {
      failure = result.cause();
    }
    if (isOfItsAddress(result.cause())) {
      next();
    } else {
      end();
      promise.tryFail(result.cause());
    }
  }

  private void failIfNothingIsLeft() {
    if (over || !underWay.isEmpty() || !left.isEmpty() || asked != Others.KNOWN) {
      return;
    }
    over = true;
    promise.tryFail(failure);
  }

  /** Whether another address may succeed. */
  private static boolean isOfItsAddress(Throwable cause) {
    if (!(cause instanceof TcpException tcp) || tcp.reason() == null) {
      return false;
    }
    return switch (tcp.reason()) {
      case REFUSED, UNREACHABLE, TIMED_OUT, RESET -> true;
      default -> false;
    };
  }

  /** The user has given the connection up. */
  void cancel() {
    end();
    if (won != null) {
      won.cancel().run();
    }
    promise.tryFail(Failures.aborted());
  }

  private void end() {
    over = true;
    stopTimer();
    left.clear();
    List.copyOf(underWay).forEach(tried -> tried.cancel().run());
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
    }
    timer = null;
  }

  Future<T> outcome() {
    return promise.future();
  }
}
