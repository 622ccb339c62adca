package dev.jktcp.cli;

import picocli.CommandLine.Help.Ansi.Style;

/** The colour of a line's first word, where a person reads it. */
enum Tint {
  PLAIN,
  GOOD(Style.bold, Style.fg_green),
  WARNING(Style.bold, Style.fg_yellow),
  ERROR(Style.bold, Style.fg_red);

  private final Style[] styles;

  Tint(Style... styles) {
    this.styles = styles;
  }

  String of(String text, Terminal terminal) {
    return styles.length == 0 || !terminal.isColoured()
        ? text
        : Style.on(styles) + text + Style.reset.on();
  }
}
