package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What code that an adapter calls has thrown, a user's policy or the owner of a connection, fails
 * that connection, is reported, and harms nothing else.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ThrownTest {
  private static final int PORT = 80;
  private static final String PEER = AdapterPair.RIGHT.get(0);

  private final RuntimeException oops = new RuntimeException("thrown by a test");
  private final List<Throwable> reported = new ArrayList<>();
  private final List<TcpStream> accepted = new ArrayList<>();
  private Lab lab;
  private WireTap wire;
  private AdapterImpl left;
  private AdapterImpl right;
  private TcpStream good;
  private Recorder atGoodPeer;
  private boolean armed;

  @BeforeEach
  void joinAdapters(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    lab.context.exceptionHandler(reported::add);
    PipeTransport.Pair pipe = PipeTransport.pair();
    wire = new WireTap(lab, pipe.left());
    left = lab.adapter(wire, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    lab.result(right.listen(PORT, accepted::add));
    good = lab.result(left.connect(PEER, PORT));
    lab.settle();
    atGoodPeer = lab.call(() -> Recorder.of(accepted.get(0)));
  }

  /** NewReno, but for the one method that throws once it is armed. */
  private TcpProfile throwingIn(String method) {
    CongestionControl sound = TcpProfile.INTERNET.congestionControl();
    return TcpProfile.INTERNET.withCongestionControl(
        facts -> {
          if (armed && method.equals("open")) throw oops;
          return throwingIn(method, sound.open(facts));
        });
  }

  private CongestionPolicy throwingIn(String method, CongestionPolicy sound) {
    return (CongestionPolicy)
        Proxy.newProxyInstance(
            ThrownTest.class.getClassLoader(),
            new Class<?>[] {CongestionPolicy.class},
            (proxy, called, arguments) -> {
              if (armed && called.getName().equals(method)) throw oops;
              try {
                return called.invoke(sound, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static TcpConnectOptions with(TcpProfile profile) {
    return new TcpConnectOptions().setHost(PEER).setPort(PORT).setProfile(profile);
  }

  private void assertTheRestLives() throws Exception {
    lab.result(lab.call(() -> good.write(Buffer.buffer("still here"))));
    lab.advanceMs(1000);
    assertEquals("still here", atGoodPeer.bytes().toString());
    assertNull(good.closeReason());
    TcpStream fresh = lab.result(left.connect(PEER, PORT));
    lab.result(fresh.end());
    assertEquals(2, lab.result(left.stats()).connections());
  }

  private void assertFailed(Throwable failure) {
    TcpException tcp = assertInstanceOf(TcpException.class, failure);
    assertEquals(CloseReason.ABORTED, tcp.reason());
    assertEquals(
        "connection aborted: java.lang.RuntimeException: thrown by a test", tcp.getMessage());
    assertSame(oops, tcp.getCause());
  }

  @ParameterizedTest
  @ValueSource(strings = {"onAck", "allowance", "onRetransmitTimeout"})
  void policyThatThrows_failsItsConnection(String method) throws Exception {
    TcpStream bad = lab.result(left.connect(with(throwingIn(method))));
    lab.settle();
    Recorder here = lab.call(() -> Recorder.of(bad));
    TcpStream peer = accepted.get(1);
    Recorder atPeer = lab.call(() -> Recorder.of(peer));
    armed = true;
    if (method.equals("onRetransmitTimeout")) lab.run(() -> wire.cut(true));
    lab.call(() -> bad.write(Buffer.buffer("harmless")));
    lab.settle();
    lab.advanceMs(2100); // a tail loss probe comes before the timeout
    lab.run(() -> wire.cut(false));
    assertEquals(List.of("error", "close"), here.events());
    assertFailed(here.error());
    assertEquals(List.of(oops), reported);
    if (!method.equals("onRetransmitTimeout")) {
      assertTrue(atPeer.events().contains("error"), "the peer is told");
    }
    assertTheRestLives();
  }

  /** Asked by nobody but for an answer, which must not wait for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"window", "slowStartThreshold"})
  void policyThatThrowsWhenItIsShown_failsItsConnection_andTheQuestion(String method)
      throws Exception {
    TcpStream bad = lab.result(left.connect(with(throwingIn(method))));
    lab.settle();
    Recorder here = lab.call(() -> Recorder.of(bad));
    armed = true;
    assertSame(oops, lab.failure(bad.info()));
    lab.settle();
    assertEquals(List.of("error", "close"), here.events());
    assertFailed(here.error());
    assertEquals(List.of(oops), reported);
    assertSame(oops, lab.failure(bad.info()), "and each one after the end");
    assertTheRestLives();
  }

  @Test
  void policyThatThrowsInTheHandshake_failsTheConnect() throws Exception {
    armed = true;
    Future<TcpStream> connecting = left.connect(with(throwingIn("open")));
    assertEquals(
        CloseReason.ABORTED,
        assertInstanceOf(TcpException.class, lab.failure(connecting)).reason());
    assertEquals(List.of(oops), reported);
    assertTheRestLives();
  }

  /** The owner of a connection as a handle's session is one. */
  private LocalStream owned() throws Exception {
    List<LocalStream> held = new ArrayList<>();
    lab.result(left.listenHolding(new TcpListenOptions().setPort(81), held::add));
    lab.result(right.connect(AdapterPair.LEFT.get(0), 81));
    lab.settle();
    return held.get(0);
  }

  @Test
  void ownerThatThrows_failsItsConnection() throws Exception {
    LocalStream owned = owned();
    Recorder here = lab.call(() -> Recorder.of(owned));
    lab.run(
        () ->
            owned.ackHandler(
                () -> {
                  throw oops;
                }));
    lab.call(() -> owned.write(Buffer.buffer("x")));
    lab.advanceMs(500); // a delayed ACK
    assertEquals(List.of("error", "close"), here.events());
    assertFailed(here.error());
    assertEquals(List.of(oops), reported);
    assertTheRestLives();
  }

  @Test
  void ownerThatThrowsAtTheEnd_isToldOfItAllTheSame() throws Exception {
    LocalStream owned = owned();
    Recorder here = lab.call(() -> Recorder.of(owned));
    lab.run(
        () ->
            owned.overHandler(
                () -> {
                  throw oops;
                }));
    Future<Void> reset = owned.reset();
    lab.settle();
    assertEquals(List.of("error", "close"), here.events());
    assertTrue(reset.succeeded());
    assertEquals(List.of(oops), reported);
    assertTheRestLives();
  }

  @Test
  void transportThatThrows_isLost() throws Exception {
    Recorder here = lab.call(() -> Recorder.of(good));
    lab.run(() -> wire.throwing(oops));
    lab.call(() -> good.write(Buffer.buffer("x")));
    lab.settle();
    assertEquals(List.of("error", "close"), here.events());
    TcpException lost = assertInstanceOf(TcpException.class, here.error());
    assertEquals(CloseReason.TRANSPORT_LOST, lost.reason());
    assertEquals("transport lost: thrown by a test", lost.getMessage());
    assertEquals(List.of(oops), reported);
    assertTrue(left.ended().succeeded());
  }
}
