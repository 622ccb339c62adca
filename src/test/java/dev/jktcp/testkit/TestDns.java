package dev.jktcp.testkit;

import dev.jktcp.Adapter;
import dev.jktcp.TcpStream;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A DNS server in a tunnel, on port 53 of an adapter, over UDP and TCP. It knows addresses of
 * names, and lies if it is told to.
 */
public final class TestDns {
  private static final int A = 1;
  private static final int AAAA = 28;

  /** A question, as a message and as text. */
  public record Question(Buffer message, String name, int type, SocketAddress from) {
    public int id() {
      return message.getUnsignedShort(0);
    }
  }

  /** What a liar does before the truth is told. */
  public interface Lie {
    void tell(Question question, DatagramSocket socket);
  }

  public final List<Question> asked = new CopyOnWriteArrayList<>();
  public final List<String> askedOverTcp = new CopyOnWriteArrayList<>();
  private final Map<String, List<String>> hosts;
  private final Adapter adapter;
  private DatagramSocket socket;

  /** What it does before an answer; null: nothing, it never lies. */
  public volatile Lie lie;

  /** Whether answers over UDP are truncated, so that the client asks again over TCP. */
  public volatile boolean truncating;

  /** Not null: it says nothing over TCP, and this completes when the first connection has ended. */
  public volatile Promise<Void> silentOverTcp;

  /** How many questions over UDP still get no answer. */
  public volatile int deaf;

  public TestDns(Adapter adapter, Map<String, List<String>> hosts) {
    this.adapter = adapter;
    this.hosts = hosts;
  }

  public TestDns start() throws Exception {
    socket = adapter.udp();
    socket.handler(
        packet -> {
          Question question = read(packet.data(), packet.sender());
          asked.add(question);
          if (deaf > 0) {
            deaf--;
            return;
          }
          if (lie != null) lie.tell(question, socket);
          Buffer answer = truncating ? answer(question, null, true) : truth(question);
          socket.send(answer, packet.sender().port(), packet.sender().host());
        });
    Await.result(socket.listen(53, "0.0.0.0"));
    Await.result(adapter.listen(53, this::serve));
    return this;
  }

  private void serve(TcpStream stream) {
    if (silentOverTcp != null) {
      stream.handler(question -> {});
      stream.endHandler(v -> silentOverTcp.tryComplete());
      return;
    }
    Buffer seen = Buffer.buffer();
    stream.handler(
        data -> {
          seen.appendBuffer(data);
          if (seen.length() < 2 || seen.length() < 2 + seen.getUnsignedShort(0)) return;
          Question question = read(seen.slice(2, seen.length()), stream.remoteAddress());
          askedOverTcp.add(question.name);
          Buffer answer = truth(question);
          stream.write(Buffer.buffer().appendUnsignedShort(answer.length()).appendBuffer(answer));
        });
    stream.endHandler(v -> stream.close());
  }

  /** Reads a question as a message of UDP. */
  public static Question read(Buffer message, SocketAddress from) {
    List<String> labels = new ArrayList<>();
    int at = 12;
    for (int length; (length = message.getUnsignedByte(at)) > 0; at += 1 + length) {
      labels.add(message.getString(at + 1, at + 1 + length));
    }
    int type = message.getUnsignedShort(at + 1);
    return new Question(message.getBuffer(0, at + 5), String.join(".", labels), type, from);
  }

  private Buffer truth(Question question) {
    return answer(question, hosts.get(question.name), false);
  }

  /** The addresses; null: there is no such name. */
  public static Buffer answer(Question question, List<String> addresses, boolean truncated) {
    List<byte[]> records = new ArrayList<>();
    for (String address : addresses == null ? Collections.<String>emptyList() : addresses) {
      byte[] bytes = dev.jktcp.wire.IpAddress.parse(address).toBytes();
      if (question.type == (bytes.length == 4 ? A : AAAA)) records.add(bytes);
    }
    boolean unknown = addresses == null && !truncated;
    int flags = 0x8580 | (truncated ? 0x0200 : 0) | (unknown ? 3 : 0);
    Buffer answer =
        Buffer.buffer()
            .appendUnsignedShort(question.id())
            .appendUnsignedShort(flags)
            .appendUnsignedShort(1)
            .appendUnsignedShort(records.size())
            .appendInt(0)
            .appendBuffer(question.message.getBuffer(12, question.message.length()));
    for (byte[] bytes : records) {
      answer
          .appendUnsignedShort(0xC00C) // the name that was asked for
          .appendUnsignedShort(question.type)
          .appendUnsignedShort(1)
          .appendInt(300)
          .appendUnsignedShort(bytes.length)
          .appendBytes(bytes);
    }
    return answer;
  }

  /** Names asked for over UDP, with their types. */
  public List<String> questions() {
    return asked.stream().map(q -> (q.type == A ? "A " : "AAAA ") + q.name).toList();
  }
}
