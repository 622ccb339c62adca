package dev.jktcp.transport;

import java.util.Locale;

/** The state of an adapter's transport; in text by {@link #text}. */
public enum TransportState {
  /** It is opened for the first time; requests to the adapter wait. */
  OPENING,
  /** Packets go both ways. */
  UP,
  /** It is away and is tried again; connections live on for the gap. */
  WAITING,
  /** It ended or could not be opened, and the adapter has ended with it. */
  ENDED;

  /** As JSON and the bus have it: {@code opening}, {@code up}, {@code waiting}, {@code ended}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
