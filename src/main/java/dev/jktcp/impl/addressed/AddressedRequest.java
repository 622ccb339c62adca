package dev.jktcp.impl.addressed;

import dev.jktcp.impl.TuningJson;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.JsonValues;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.text.Nearest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A request in JSON. If it is wrong, its methods throw an {@link IllegalArgumentException} of one
 * line that names the key.
 */
public final class AddressedRequest {
  static final String DO = "do";
  static final String REPLY_TO = "replyTo";

  private final JsonObject json;

  AddressedRequest(JsonObject json) {
    this.json = json;
  }

  /** The request in a message's body. */
  static AddressedRequest of(Object body) {
    if (body instanceof JsonObject json) {
      return new AddressedRequest(json);
    }
    throw new IllegalArgumentException("JSON with a \"do\" is taken here, got " + kind(body));
  }

  static String kind(Object body) {
    if (body == null) {
      return "nothing";
    }
    return body instanceof Buffer ? "a Buffer" : "a " + body.getClass().getSimpleName();
  }

  /** The value of {@code do}, one of these. */
  String what(List<String> known) {
    String what = text(DO);
    if (what == null) {
      throw missing(DO);
    }
    if (!known.contains(what)) {
      throw unknown("do: ", what, known);
    }
    return what;
  }

  /** Refuses keys other than these, {@code do} and {@code replyTo}. */
  void hasOnly(String... keys) {
    List<String> known = new ArrayList<>(List.of(keys));
    known.add(DO);
    known.add(REPLY_TO);
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        throw JsonKeys.unknown(key, known);
      }
    }
  }

  /** The text of the key; null if it is absent. */
  String text(String key) {
    Object value = json.getValue(key);
    return value == null ? null : JsonValues.string(key, value);
  }

  String requiredText(String key) {
    String text = text(key);
    if (text == null) {
      throw missing(key);
    }
    return text;
  }

  /** The tuning; null if it is absent. */
  TcpTuning tuning() {
    Object value = json.getValue("tuning");
    if (value == null) {
      return null;
    }
    JsonObject tuning = JsonValues.object("tuning", value);
    return JsonKeys.within("tuning", () -> TuningJson.read(tuning));
  }

  long requiredNumber(String key, long min, long max) {
    if (json.getValue(key) == null) {
      throw missing(key);
    }
    return number(key, min, max, 0);
  }

  long number(String key, long min, long max, long absent) {
    Object value = json.getValue(key);
    if (value == null) {
      return absent;
    }
    long number = JsonValues.wholeNumber(key, value);
    if (max < Long.MAX_VALUE) {
      return Limits.range(key, number, min, max);
    }
    return Limits.atLeast(key, number, min);
  }

  public static IllegalArgumentException unknown(String what, String name, List<String> known) {
    String shown = JsonValues.shown(name);
    return new IllegalArgumentException(what + "'" + shown + "'; " + Nearest.hint(shown, known));
  }

  private static IllegalArgumentException missing(String key) {
    return new IllegalArgumentException(key + ": is missing");
  }
}
