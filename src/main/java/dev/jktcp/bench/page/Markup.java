package dev.jktcp.bench.page;

import java.util.Locale;

/** Elements of HTML or SVG, one after the other; text and values are escaped. */
final class Markup {
  private final StringBuilder text = new StringBuilder();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String element, Object... attributes) {
    begin(element, attributes);
    text.append('>');
    return this;
  }

  Markup close(String element) {
    text.append("</").append(element).append(">\n");
    return this;
  }

  /** An element with text in it. */
  Markup say(String words, String element, Object... attributes) {
    open(element, attributes);
    text.append(escaped(words));
    return close(element);
  }

  /** An empty element. */
  Markup draw(String element, Object... attributes) {
    begin(element, attributes);
    text.append("/>\n");
    return this;
  }

  /** Appends text that is markup already. */
  Markup add(String markup) {
    text.append(markup).append('\n');
    return this;
  }

  private void begin(String element, Object... attributes) {
    text.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      text.append(escaped(value(attributes[i + 1]))).append('"');
    }
  }

  private static String value(Object value) {
    return value instanceof Double number ? format("%.1f", number) : value.toString();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
