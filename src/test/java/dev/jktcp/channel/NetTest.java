package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Await;
import dev.jktcp.ListenOptions;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.BindException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NetClient and NetServer over two adapters, on their event loop and on others. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NetTest {
  private static Buffer pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) (i * 31 + (i >> 8));
    return Buffer.buffer(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void what_isWritten_comesBack(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (String host : new String[] {"10.0.0.2", "fd00::2"}) {
        NetServer server =
            pair.await(
                () ->
                    pair.vertx
                        .createNetServer()
                        .connectHandler(socket -> socket.handler(socket::write))
                        .listen(0, host));
        Buffer sent = pattern(1_000_000);
        Buffer received = Buffer.buffer();
        Promise<Void> all = Promise.promise();
        NetClient client = pair.call(pair.vertx::createNetClient);
        NetSocket socket =
            pair.await(
                () ->
                    client
                        .connect(server.actualPort(), host)
                        .map(
                            connected ->
                                connected.handler(
                                    data -> {
                                      received.appendBuffer(data);
                                      if (received.length() == sent.length()) all.complete();
                                    })));
        assertEquals(host.replace("fd00::2", "fd00:0:0:0:0:0:0:2"), socket.remoteAddress().host());
        pair.await(() -> socket.write(sent));
        Await.result(all.future());
        assertEquals(sent, received);
        assertTrue(Await.result(pair.left.stats()).connections() >= 1, "not the stack's");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedPort_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Throwable refused = pair.failure(() -> pair.vertx.createNetClient().connect(81, "10.0.0.2"));
      assertInstanceOf(ConnectException.class, refused);
      assertEquals("Connection refused: /10.0.0.2:81", refused.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void portInUse_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Await.result(
          pair.right.listen(
              new ListenOptions().setLocalAddress("10.0.0.2").setPort(80), stream -> {}));
      Throwable refused =
          pair.failure(
              () -> pair.vertx.createNetServer().connectHandler(s -> {}).listen(80, "10.0.0.2"));
      assertInstanceOf(BindException.class, refused);
      assertEquals("Address already in use", refused.getMessage());
    }
  }
}
