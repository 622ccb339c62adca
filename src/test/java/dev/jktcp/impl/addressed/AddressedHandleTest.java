package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamAddresses;
import dev.jktcp.StreamHandle;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A handle's connection that is given addresses. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedHandleTest {
  private static final long UNLIMITED = Long.MAX_VALUE;

  private AddressedLab net;
  private AdapterHandle adapter;
  private StreamHandle handle;

  @BeforeEach
  void connect(Vertx vertx) throws Exception {
    net = new AddressedLab(vertx);
    HandleOptions options = new HandleOptions().setClock(net.lab.clock);
    adapter =
        net.lab.result(net.lab.call(() -> AdapterHandle.of(vertx, net.service.name(), options)));
    handle = net.lab.result(net.lab.call(() -> adapter.connect(PORT)));
  }

  private AddressedLab.User register() throws Exception {
    StreamAddresses addresses = net.lab.result(net.lab.call(() -> handle.registerAddresses()));
    return net.new User(AddressedConnection.addresses(addresses));
  }

  @Test
  void bytesGoOverTheAddresses_bothWays() throws Exception {
    AddressedLab.User user = register().reading(UNLIMITED);
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> net.peer().write(Buffer.buffer("ping")));
    user.write("pong");
    assertEquals("ping", user.bytes.toString());
    assertEquals("pong", atPeer.bytes().toString());
  }

  @Test
  void registeringAgain_givesTheSameAddresses() throws Exception {
    AddressedLab.User user = register();
    assertEquals(user.id, register().id);
  }

  @Test
  void handleMayWriteToo_andOffsetsCountIt() throws Exception {
    AddressedLab.User user = register();
    Recorder atPeer = net.recordPeer();
    net.lab.run(() -> handle.write(Buffer.buffer("one")));
    net.lab.settle();
    net.lab.result(user.writing(Buffer.buffer("two"), 3));
    assertEquals("onetwo", atPeer.bytes().toString());
  }

  @Test
  void streamThatWasRead_getsNone() throws Exception {
    net.lab.run(() -> handle.handler(data -> {}));
    net.lab.settle();
    Throwable refused = net.lab.failure(net.lab.call(() -> handle.registerAddresses()));
    assertInstanceOf(IllegalStateException.class, refused);
  }

  @Test
  void handlesHandler_hearsNothingMore() throws Exception {
    AddressedLab.User user = register().reading(UNLIMITED);
    Buffer heard = Buffer.buffer();
    net.lab.run(() -> handle.handler(heard::appendBuffer));
    net.lab.run(() -> net.peer().write(Buffer.buffer("ping")));
    net.lab.advanceMs(1000);
    assertEquals(0, heard.length());
    assertEquals("ping", user.bytes.toString());
  }

  @Test
  void silenceAtTheAddresses_harmsNothing_asLongAsTheHandleLives() throws Exception {
    AddressedLab.User user = register();
    net.lab.advanceMs(3L * AddressedLab.LEASE_MS);
    user.write("still here");
    assertNull(net.peer().closeReason());
  }

  @Test
  void peersEnd_isTheReaders_andTheHandleHearsOfTheClose() throws Exception {
    AddressedLab.User user = register().reading(UNLIMITED);
    Recorder atHandle = net.lab.call(() -> Recorder.watching(handle));
    net.lab.run(() -> net.peer().end());
    net.lab.settle();
    assertEquals(List.of("end"), user.ends);
    user.tell("end");
    net.lab.advanceMs(1000);
    assertEquals(List.of("end", "closed"), user.ends);
    assertTrue(atHandle.events().contains("close"), atHandle.events()::toString);
    user.isGone();
  }

  @Test
  void resetThroughTheHandle_isToldToTheReader() throws Exception {
    AddressedLab.User user = register().reading(UNLIMITED);
    net.lab.run(() -> handle.reset());
    net.lab.settle();
    assertEquals(List.of("error: connection aborted: 10.0.0.2:80"), user.ends);
    user.isGone();
  }

  @Test
  void resetOverTheBus_isToldToTheHandle() throws Exception {
    AddressedLab.User user = register();
    Recorder atHandle = net.lab.call(() -> Recorder.watching(handle));
    user.tell("reset");
    net.lab.advanceMs(1000);
    assertEquals(CloseReason.ABORTED, handle.closeReason());
    assertTrue(atHandle.events().contains("close"), atHandle.events()::toString);
    user.isGone();
  }

  @Test
  void handleThatCloses_takesTheAddressesAlong() throws Exception {
    AddressedLab.User user = register();
    net.lab.result(net.lab.call(() -> adapter.close()));
    net.lab.settle();
    user.isGone();
    assertEquals(0, net.lab.result(net.left.stats()).connections());
  }
}
