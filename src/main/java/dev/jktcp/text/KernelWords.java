package dev.jktcp.text;

import java.util.Map;

/** The kernel's words for a socket that it refuses, with advice behind those that are known. */
public final class KernelWords {
  private static final String IN_USE = "Address already in use";
  private static final String NO_FILE = "No such file or directory";
  private static final String NO_RIGHT = "Permission denied";
  private static final String NO_PROCESS =
      "no process listens there: start it, or wait until its peer has left";
  private static final String NO_ROUTE =
      "this machine has no route there: check the address and the network";

  private static final Map<String, String> LISTENING =
      Map.of(
          IN_USE,
          "end the program that listens there, or choose another port",
          "Cannot assign requested address",
          "no interface of this machine has the address: choose one that it has",
          NO_RIGHT,
          "this user may not use the port: choose one from 1024 on");

  private static final Map<String, String> LISTENING_AT_PATH =
      Map.of(
          NO_FILE, "make its directory first, or choose another path",
          NO_RIGHT, "this user may not write there: choose another path");

  private static final Map<String, String> CONNECTING =
      Map.of(
          "Connection refused", NO_PROCESS,
          "Network is unreachable", NO_ROUTE,
          "No route to host", NO_ROUTE);

  private static final Map<String, String> CONNECTING_TO_PATH =
      Map.of(
          NO_FILE,
          NO_PROCESS,
          NO_RIGHT,
          "this user may not connect there: change the rights of the path");

  private KernelWords() {}

  /**
   * @param isPath whether the address is the path of a Unix socket
   */
  public static String ofListening(String words, boolean isPath) {
    return advised(words, isPath ? LISTENING_AT_PATH : LISTENING);
  }

  /**
   * @param isPath whether the address is the path of a Unix socket
   */
  public static String ofConnecting(String words, boolean isPath) {
    return advised(words, isPath ? CONNECTING_TO_PATH : CONNECTING);
  }

  private static String advised(String words, Map<String, String> advice) {
    for (Map.Entry<String, String> known : advice.entrySet()) {
      if (words.startsWith(known.getKey())) {
        return words + "; " + known.getValue();
      }
    }
    return words;
  }
}
