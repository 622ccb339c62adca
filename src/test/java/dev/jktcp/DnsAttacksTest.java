package dev.jktcp;

import static dev.jktcp.testkit.DnsMessage.A;
import static dev.jktcp.testkit.DnsMessage.ASKED;
import static dev.jktcp.testkit.DnsMessage.CNAME;
import static dev.jktcp.testkit.DnsMessage.NS;
import static dev.jktcp.testkit.DnsMessage.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.DnsMessage;
import dev.jktcp.testkit.TestDns;
import dev.jktcp.testkit.TestDns.Question;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name server in the tunnel that does its worst, and other hosts that answer in its place. */
@Timeout(60)
class DnsAttacksTest {
  private static final byte[] TRUE_V4 = {10, 0, 0, 2};
  private static final byte[] FALSE_V4 = {10, 0, 0, 66};
  private static final long HOUR = 3600;
  private static final int TRUNCATED = 0x8780;
  private static final String NO_SUCH = "a.tunnel: no such name in the tunnel, says 10.0.0.2:53";
  private static final String NO_ANSWER = "a.tunnel: no answer in the tunnel from 10.0.0.2:53";
  private static final String TRUTH = "[10.0.0.2]";

  private final List<Question> asked = new CopyOnWriteArrayList<>();
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Logger root = Logger.getLogger("");
  private final Handler listening = new Listening();
  private Vertx vertx;
  private Adapter client;
  private Adapter hostile;
  private DatagramSocket server;
  private volatile Function<Question, List<Buffer>> answers = question -> List.of();
  private volatile Function<Question, Buffer> answerOverTcp = question -> Buffer.buffer();

  private final class Listening extends Handler {
    @Override
    public void publish(LogRecord line) {
      boolean ours = !line.getLoggerName().startsWith("io.vertx");
      if (ours && line.getLevel().intValue() >= Level.WARNING.intValue()) {
        logged.add(line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void begin() throws Exception {
    root.addHandler(listening);
    vertx = Vertx.vertx();
    PipeTransport.Pair pipe = PipeTransport.pair();
    client =
        Adapter.create(
            vertx,
            pipe.left(),
            new AdapterOptions()
                .addLocalAddress("10.0.0.1")
                .addLocalAddress("fd00::1")
                .addDnsServer("10.0.0.2"));
    hostile =
        Adapter.create(
            vertx,
            pipe.right(),
            new AdapterOptions().addLocalAddress("10.0.0.2").addLocalAddress("10.0.0.66"));
    server = hostile.udp();
    server.handler(
        packet -> {
          Question question = TestDns.read(packet.data(), packet.sender());
          asked.add(question);
          answers.apply(question).forEach(answer -> send(server, question, answer));
        });
    Await.result(server.listen(53, "10.0.0.2"));
    Await.result(hostile.listen(53, this::serve));
  }

  private void serve(TcpStream stream) {
    Buffer seen = Buffer.buffer();
    stream.handler(
        data -> {
          seen.appendBuffer(data);
          if (seen.length() >= 2 && seen.length() >= 2 + seen.getUnsignedShort(0)) {
            Buffer message = seen.getBuffer(2, seen.length());
            stream.write(answerOverTcp.apply(TestDns.read(message, stream.remoteAddress())));
          }
        });
    stream.endHandler(v -> stream.close());
    stream.exceptionHandler(reset -> {});
  }

  private static void send(DatagramSocket from, Question question, Buffer answer) {
    from.send(answer, question.from().port(), question.from().host());
  }

  @AfterEach
  void end() throws Exception {
    root.removeHandler(listening);
    Await.result(vertx.close());
  }

  /** The addresses, or the failure's line, which has nothing that a terminal would obey. */
  private String outcome(String name) throws Exception {
    Future<List<InetAddress>> resolving = ((AdapterInternal) client).resolve(name);
    String outcome;
    try {
      outcome = Await.result(resolving).stream().map(InetAddress::getHostAddress).toList() + "";
    } catch (UnknownHostException refused) {
      outcome = refused.getMessage();
    }
    assertTrue(outcome.chars().allMatch(c -> c >= ' ' && c < 0x7f), outcome);
    return outcome;
  }

  private static DnsMessage truth(Question question) {
    DnsMessage message = DnsMessage.to(question);
    return question.type() == A ? message.answer(ASKED, A, HOUR, TRUE_V4) : message;
  }

  private static DnsMessage lie(Question question) {
    DnsMessage message = DnsMessage.to(question);
    return question.type() == A ? message.answer(ASKED, A, HOUR, FALSE_V4) : message;
  }

  private static List<Buffer> only(DnsMessage message) {
    return List.of(message.bytes());
  }

  private static Buffer framed(Buffer message) {
    return Buffer.buffer().appendUnsignedShort(message.length()).appendBuffer(message);
  }

  private static byte[] pointer(int at) {
    return new byte[] {(byte) (0xc0 | at >> 8), (byte) at};
  }

  // --- messages that cannot be read

  @ParameterizedTest
  @ValueSource(
      strings = {
        "itself",
        "circle",
        "ahead",
        "outside",
        "reserved",
        "open",
        "few",
        "alias",
        "long"
      })
  void answerThatCannotBeRead_isPassedOver(String what) throws Exception {
    answers = question -> List.of(unreadable(what, question).bytes(), truth(question).bytes());
    assertEquals(TRUTH, outcome("a.tunnel"));
    assertEquals(
        List.of(
            "dnsServers: a datagram that is no answer to a question came from 10.0.0.2:53; it is"
                + " ignored"),
        logged);
  }

  private static DnsMessage unreadable(String what, Question question) {
    DnsMessage message = DnsMessage.to(question);
    int at = message.length();
    String label = "x".repeat(63);
    return switch (what) {
      case "itself" -> message.answer(pointer(at), A, HOUR, FALSE_V4);
      case "circle" -> {
        byte[] two = {pointer(at + 2)[0], pointer(at + 2)[1], pointer(at)[0], pointer(at)[1]};
        yield message.answer(two, A, HOUR, FALSE_V4);
      }
      case "ahead" -> message.answer(pointer(at + 12), A, HOUR, FALSE_V4);
      case "outside" -> message.answer(pointer(0x3fff), A, HOUR, FALSE_V4);
      case "reserved" -> message.answer(new byte[] {(byte) 0x80, 1, 0}, A, HOUR, FALSE_V4);
      case "open" -> message.answer(new byte[] {63}, A, HOUR, FALSE_V4);
      case "few" -> message.answer(ASKED, A, HOUR, FALSE_V4).answers(65_535);
      case "alias" -> message.answer(ASKED, CNAME, HOUR, pointer(at + 12));
      case "long" ->
          message.answer(ASKED, CNAME, HOUR, name(label, label, label, label, label, label));
      default -> throw new AssertionError(what);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 15, 16, 17})
  void addressOfAWrongLength_isNone(int length) throws Exception {
    answers = q -> only(DnsMessage.to(q).answer(ASKED, q.type(), HOUR, new byte[length]));
    String outcome = outcome("a.tunnel");
    assertTrue(
        outcome.equals(NO_SUCH) || length == 16 && outcome.equals("[0:0:0:0:0:0:0:0]"), outcome);
    assertEquals(List.of(), logged);
  }

  // --- aliases

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[31mred",
        "a\r\nWARNING: all is well",
        "\u00c3\u00bc\u00ff\u0080",
        "a b",
        "-"
      })
  void aliasThatIsNoName_isNotAskedFor_norLogged(String label) throws Exception {
    answers = q -> only(DnsMessage.to(q).answer(ASKED, CNAME, HOUR, name(label, "tunnel")));
    assertEquals(NO_SUCH, outcome("a.tunnel"));
    assertEquals(List.of(), logged);
    assertTrue(asked.stream().allMatch(q -> q.name().equals("a.tunnel")), asked::toString);
  }

  @Test
  void aliasOfTheRoot_orOfAnAddress_isNone() throws Exception {
    for (byte[] target : new byte[][] {{0}, name("10", "0", "0", "2")}) {
      answers = q -> only(DnsMessage.to(q).answer(ASKED, CNAME, HOUR, target));
      assertEquals(NO_SUCH, outcome("a.tunnel"));
    }
    assertTrue(asked.stream().allMatch(q -> q.name().equals("a.tunnel")), asked::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"self", "two", "each other", "more and more"})
  void aliasesWithoutEnd_areGivenUp(String what) throws Exception {
    byte[] b = name("b", "tunnel");
    answers =
        q -> {
          DnsMessage message = DnsMessage.to(q);
          byte[] more = name("x" + asked.size(), "tunnel");
          byte[] other = q.name().startsWith("a") ? b : name("a", "tunnel");
          return only(
              switch (what) {
                case "self" -> message.answer(ASKED, CNAME, HOUR, ASKED);
                case "two" -> message.answer(ASKED, CNAME, HOUR, b).answer(b, CNAME, HOUR, ASKED);
                case "each other" -> message.answer(ASKED, CNAME, HOUR, other);
                default -> message.answer(ASKED, CNAME, HOUR, more);
              });
        };
    assertEquals(NO_SUCH, outcome("a.tunnel"));
    assertTrue(asked.size() <= 16, asked.size() + " questions");
  }

  @Test
  void honestAliases_areFollowed() throws Exception {
    byte[] b = name("b", "tunnel");
    answers =
        q ->
            only(
                q.name().startsWith("c")
                    ? truth(q)
                    : DnsMessage.to(q)
                        .answer(ASKED, CNAME, HOUR, b)
                        .answer(b, CNAME, HOUR, name("c", "tunnel")));
    assertEquals(TRUTH, outcome("a.tunnel"));
  }

  // --- too much

  @Test
  void thousandsOfRecords_areSixtyFourAddresses_andDoNotHoldUpTheAdapter() throws Exception {
    answers = q -> only(DnsMessage.to(q).flags(TRUNCATED));
    answerOverTcp =
        q -> {
          DnsMessage message = DnsMessage.to(q);
          byte[] address = new byte[q.type() == A ? 4 : 16];
          address[0] = (byte) (q.type() == A ? 10 : 0xfd);
          for (int i = 0; message.length() < 65_000; i++) {
            address[address.length - 2] = (byte) (i >> 8);
            address[address.length - 1] = (byte) i;
            message.answer(ASKED, q.type(), HOUR, address);
          }
          return framed(message.bytes());
        };
    List<InetAddress> found = Await.result(((AdapterInternal) client).resolve("a.tunnel"));
    assertEquals(64, found.size());
    assertEquals("10.0.0.63", found.get(63).getHostAddress());
  }

  /** A datagram for each port of the client that is open now costs no memory that stays. */
  @Test
  void floodOfAnswersToNoQuestion_isOneLineOfTheLog_andTheTrueAnswerCounts() throws Exception {
    long before = Await.result(client.stats()).memoryHeld();
    List<Future<Void>> flood = new ArrayList<>();
    answers =
        q -> {
          List<Buffer> all = new ArrayList<>();
          for (int i = 1; i <= 300; i++) {
            all.add(lie(q).bytes().copy().setUnsignedShort(0, q.id() ^ i));
            all.add(lie(q).bytes().copy().setByte(13, (byte) 0x1b)); // another question
          }
          all.add(truth(q).bytes());
          for (int port = 49_152; port < 49_652; port++) {
            flood.add(server.send(lie(q).bytes(), port, "10.0.0.1"));
          }
          return all;
        };
    assertEquals(TRUTH, outcome("a.tunnel"));
    assertEquals(
        List.of(
            "dnsServers: a datagram that is no answer to a question came from 10.0.0.2:53; it is"
                + " ignored"),
        logged);
    Await.until(vertx, () -> client.stats().map(now -> now.memoryHeld() <= before));
  }

  // --- answers of others, and for others

  /** RFC 5452 §9.1. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.66:53", "10.0.0.2:5353"})
  void answerFromAnotherAddressOrPort_isNotBelieved(String from) throws Exception {
    DatagramSocket stranger = hostile.udp();
    String[] at = from.split(":");
    Await.result(stranger.listen(Integer.parseInt(at[1]), at[0]));
    answers =
        q -> {
          send(stranger, q, lie(q).bytes());
          return only(truth(q));
        };
    assertEquals(TRUTH, outcome("a.tunnel"));
    assertEquals(1, logged.size(), logged::toString);
  }

  /** RFC 5452 §6. */
  @Test
  void recordsForOtherNames_areNotKept() throws Exception {
    byte[] other = name("other", "tunnel");
    answers =
        q ->
            only(
                q.name().startsWith("other")
                    ? truth(q)
                    : truth(q)
                        .answer(other, A, HOUR, FALSE_V4)
                        .authority(name("tunnel"), NS, HOUR, name("ns", "evil"))
                        .additional(other, A, HOUR, FALSE_V4)
                        .additional(name("ns", "evil"), A, HOUR, FALSE_V4));
    assertEquals(TRUTH, outcome("a.tunnel"));
    assertEquals(TRUTH, outcome("other.tunnel"));
    assertTrue(asked.stream().anyMatch(q -> q.name().equals("other.tunnel")), asked::toString);
  }

  /** Otherwise a server could have us ask whatever host it names. */
  @Test
  void referralToAnotherServer_isNotFollowed() throws Exception {
    List<Buffer> heard = new CopyOnWriteArrayList<>();
    DatagramSocket victim = hostile.udp();
    victim.handler(packet -> heard.add(packet.data()));
    Await.result(victim.listen(53, "10.0.0.66"));
    answers =
        q ->
            only(
                DnsMessage.to(q)
                    .authority(name("tunnel"), NS, HOUR, name("ns", "tunnel"))
                    .additional(name("ns", "tunnel"), A, HOUR, FALSE_V4));
    assertEquals(NO_SUCH, outcome("a.tunnel"));
    Await.result(client.ping("10.0.0.66")); // it is behind all questions
    assertEquals(List.of(), heard);
  }

  // --- time

  @Test
  void lateAnswer_isNotBelieved_norKept() throws Exception {
    List<Question> open = new CopyOnWriteArrayList<>();
    answers =
        q -> {
          open.add(q);
          return List.of();
        };
    assertEquals(NO_ANSWER, outcome("a.tunnel"));
    for (Question question : open) {
      send(server, question, lie(question).bytes());
    }
    Await.result(hostile.ping("10.0.0.1")); // it is behind the answers
    answers = q -> only(truth(q));
    assertEquals(TRUTH, outcome("a.tunnel"));
    assertEquals(List.of(), logged);
  }

  /** RFC 8767 §4: a number above 2^31 is a long time, which is cut to a day here. */
  @ParameterizedTest
  @ValueSource(longs = {0, 300, 1L << 31, (1L << 32) - 1})
  void lifetimeOfZero_isAskedForAgain_andTheLongestIsNot(long ttl) throws Exception {
    answers =
        q ->
            only(
                q.type() == A ? DnsMessage.to(q).answer(ASKED, A, ttl, TRUE_V4) : DnsMessage.to(q));
    for (int i = 0; i < 20 || (ttl == 0 && asked.size() < 20); i++) {
      assertEquals(TRUTH, outcome("a.tunnel"));
    }
    assertTrue(ttl == 0 || asked.size() <= 2, asked.size() + " questions");
  }

  // --- TCP

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "id", "question", "questions", "zeros", "endless"})
  void answerOverTcpThatIsNone_isNoSuchName(String what) throws Exception {
    answers = q -> only(DnsMessage.to(q).flags(TRUNCATED));
    answerOverTcp =
        q -> {
          Buffer lie = lie(q).bytes();
          return switch (what) {
            case "truncated" -> framed(DnsMessage.to(q).flags(TRUNCATED).bytes());
            case "id" -> framed(lie.setUnsignedShort(0, q.id() ^ 1));
            case "question" -> framed(lie.setByte(13, (byte) 0x1b));
            case "questions" -> framed(lie.setUnsignedShort(4, 0));
            case "zeros" -> Buffer.buffer(new byte[2000]);
            case "endless" -> Buffer.buffer().appendUnsignedShort(65_535).appendBuffer(lie);
            default -> throw new AssertionError(what);
          };
        };
    String outcome = outcome("a.tunnel");
    assertTrue(List.of(NO_SUCH, NO_ANSWER).contains(outcome), outcome);
    assertTrue(
        logged.stream()
            .allMatch(line -> line.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t')),
        logged::toString);
  }

  @Test
  void anythingButDnsOverTcp_isNoAnswer() throws Exception {
    answers = q -> only(DnsMessage.to(q).flags(TRUNCATED));
    answerOverTcp = q -> Buffer.buffer("HTTP/1.1 400 Bad Request\r\n\r\n");
    assertEquals(NO_ANSWER, outcome("a.tunnel"));
    Await.until(vertx, () -> client.stats().map(now -> now.connections() == 0));
  }
}
