package dev.jktcp.proof.pkt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of one call: whatever is asked of them is looked at, and what is not known skips.
 */
final class Arguments {
  private static final Map<String, Long> WORDS = new HashMap<>();

  static {
    WORDS.put("O_RDWR", 2L);
    WORDS.put("O_NONBLOCK", 0x800L);
    WORDS.put("MSG_DONTWAIT", 0x40L);
    WORDS.put("MSG_NOSIGNAL", 0x4000L);
    WORDS.put("MSG_MORE", 0x8000L);
    WORDS.put("MSG_PEEK", 0x2L);
    WORDS.put("MSG_WAITALL", 0x100L);
    WORDS.put("MSG_OOB", 0x1L);
    WORDS.put("MSG_TRUNC", 0x20L);
    WORDS.put("SHUT_RD", 0L);
    WORDS.put("SHUT_WR", 1L);
    WORDS.put("SHUT_RDWR", 2L);
    WORDS.put("POLLIN", 1L);
    WORDS.put("POLLOUT", 4L);
    WORDS.put("POLLERR", 8L);
    WORDS.put("POLLHUP", 16L);
    WORDS.put("POLLRDNORM", 0x40L);
    WORDS.put("POLLWRNORM", 0x100L);
    WORDS.put("POLLRDHUP", 0x2000L);
    WORDS.put("EPOLLIN", 1L);
    WORDS.put("EPOLLOUT", 4L);
    WORDS.put("EPOLLERR", 8L);
    WORDS.put("EPOLLHUP", 16L);
    WORDS.put("EPOLLRDNORM", 0x40L);
    WORDS.put("EPOLLWRNORM", 0x100L);
    WORDS.put("EPOLLRDHUP", 0x2000L);
    WORDS.put("EPOLLET", 1L << 31);
    WORDS.put("EPOLLONESHOT", 1L << 30);
    WORDS.put("EPOLL_CTL_ADD", 1L);
    WORDS.put("EPOLL_CTL_DEL", 2L);
    WORDS.put("EPOLL_CTL_MOD", 3L);
    WORDS.put("SOCK_STREAM", 1L);
    WORDS.put("SOCK_NONBLOCK", 0x800L);
    WORDS.put("SOCK_CLOEXEC", 0x80000L);
    WORDS.put("MSG_ZEROCOPY", 0x4000000L);
    WORDS.put("IP_PMTUDISC_DONT", 0L);
    WORDS.put("IP_PMTUDISC_WANT", 1L);
    WORDS.put("NULL", 0L);
    for (long dscp = 0; dscp < 8; dscp++) {
      WORDS.put("IPTOS_DSCP_CS" + dscp, dscp << 5);
    }
  }

  private final String call;
  private final List<Expr> values;
  private final int line;

  Arguments(Action.Call call, int line) {
    this.call = call.name();
    this.values = call.arguments();
    this.line = line;
  }

  int line() {
    return line;
  }

  /** Packetdrill refuses a call with another number of arguments. */
  Arguments count(int least, int most) {
    if (values.size() < least || values.size() > most) {
      throw unknown(call + " with " + values.size() + " arguments");
    }
    return this;
  }

  int size() {
    return values.size();
  }

  Expr at(int index) {
    return values.get(index);
  }

  String word(int index) {
    return at(index).toString();
  }

  /** A number of 32 bits with its sign, as the calls take it. */
  long number(int index) {
    long value = number(at(index));
    if (value < Integer.MIN_VALUE || value > 0xffff_ffffL) {
      throw unknown(call + " with " + value);
    }
    return value;
  }

  /** A length. */
  int length(int index) {
    long value = number(index);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw unknown(call + " with the length " + value);
    }
    return (int) value;
  }

  /** Flags of which no other than these are played. */
  long flags(int index, long known) {
    long value = number(index);
    if ((value & ~known) != 0) {
      throw unknown(call + " flags " + at(index));
    }
    return value;
  }

  /** What only is played as {@code ...}. */
  void any(int index) {
    if (!(at(index) instanceof Expr.Any)) {
      throw unknown(call + " " + at(index));
    }
  }

  /**
   * A buffer, whose bytes the runner chooses.
   *
   * @return false for a null pointer
   */
  boolean buffer(int index) {
    if (at(index) instanceof Expr.Word word && word.name().equals("NULL")) {
      return false;
    }
    any(index);
    return true;
  }

  /** The one number of an array, or a number without its brackets. */
  long inArray(int index) {
    return at(index) instanceof Expr.Array array && array.items().size() == 1
        ? number(array.items().get(0))
        : number(at(index));
  }

  long number(Expr value) {
    if (value instanceof Expr.Num num) {
      return num.value();
    }
    if (value instanceof Expr.Or or) {
      return number(or.left()) | number(or.right());
    }
    if (value instanceof Expr.Word word && WORDS.containsKey(word.name())) {
      return WORDS.get(word.name());
    }
    throw unknown(call + " " + value);
  }

  Expr.Struct struct(Expr value, Set<String> fields) {
    if (!(value instanceof Expr.Struct struct)) {
      throw unknown(call + " " + value);
    }
    for (Expr.Field field : struct.fields()) {
      if (!fields.contains(field.name())) {
        throw unknown(call + " {" + field.name() + "}");
      }
    }
    return struct;
  }

  /** A field that must be there. */
  Expr field(Expr.Struct struct, String name) {
    Expr value = struct.get(name);
    if (value == null) {
      throw unknown(call + " without " + name);
    }
    return value;
  }

  /** Bytes of an iovec, which has as many buffers as the script says. */
  int vector(Expr vector, long count) {
    if (!(vector instanceof Expr.Array array) || array.items().size() != count) {
      throw unknown(call + " " + vector + " of " + count);
    }
    long total = 0;
    for (Expr item : array.items()) {
      if (!(item instanceof Expr.Group group)
          || group.items().size() != 2
          || !(group.items().get(0) instanceof Expr.Any)
          || number(group.items().get(1)) < 0) {
        throw unknown(call + " " + item);
      }
      total += number(group.items().get(1));
    }
    if (total > Integer.MAX_VALUE) {
      throw unknown(call + " of " + total + " bytes");
    }
    return (int) total;
  }

  /** Bytes of a msghdr that names no peer and carries nothing but data. */
  int message(int index) {
    Expr.Struct struct = struct(at(index), Set.of("msg_name", "msg_iov", "msg_flags"));
    Expr name = field(struct, "msg_name");
    Expr flags = field(struct, "msg_flags");
    if (!(name instanceof Expr.Any) || number(flags) != 0) {
      throw unknown(call + " " + at(index));
    }
    for (Expr.Field field : struct.fields()) {
      if (field.name().equals("msg_iov") && field.argumentOrNull() != null) {
        return vector(field.value(), number(field.argumentOrNull()));
      }
    }
    throw unknown(call + " without the number of its buffers");
  }

  SkippedException unknown(String what) {
    return unknown(SkipReason.ARGUMENT, what);
  }

  SkippedException unknown(SkipReason reason, String what) {
    return new SkippedException(reason, line, what);
  }
}
