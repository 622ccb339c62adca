package dev.jktcp.proof.pkt;

import java.util.List;
import java.util.stream.Collectors;

/** An argument or result of a call, as written. */
sealed interface Expr {
  record Num(long value) implements Expr {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  record Word(String name) implements Expr {
    @Override
    public String toString() {
      return name;
    }
  }

  record Text(String value) implements Expr {
    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }

  /** {@code ...}: whatever the runner chooses. */
  record Any() implements Expr {
    @Override
    public String toString() {
      return "...";
    }
  }

  /** {@code a|b}. */
  record Or(Expr left, Expr right) implements Expr {
    @Override
    public String toString() {
      return left + "|" + right;
    }
  }

  /** {@code name=value} on its own. */
  record Assigned(String name, Expr value) implements Expr {
    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  /** {@code name(arguments)}: htons, inet_addr and the like. */
  record Of(String name, List<Expr> arguments) implements Expr {
    @Override
    public String toString() {
      return name + "(" + join(arguments) + ")";
    }
  }

  /** {@code [a, b]}. */
  record Array(List<Expr> items) implements Expr {
    @Override
    public String toString() {
      return "[" + join(items) + "]";
    }
  }

  /** <code>{a, b}</code>. */
  record Group(List<Expr> items) implements Expr {
    @Override
    public String toString() {
      return "{" + join(items) + "}";
    }
  }

  /** One field of a struct; some have an argument: {@code msg_iov(1)=[…]}. */
  record Field(String name, Expr argumentOrNull, Expr value) {}

  /** <code>{name=value, …}</code>. */
  record Struct(List<Field> fields) implements Expr {
    /** Null when it has no such field. */
    Expr get(String name) {
      for (Field field : fields) {
        if (field.name.equals(name)) {
          return field.value;
        }
      }
      return null;
    }

    @Override
    public String toString() {
      return fields.stream()
          .map(f -> f.name + "=" + f.value)
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  private static String join(List<Expr> items) {
    return items.stream().map(Expr::toString).collect(Collectors.joining(", "));
  }
}
