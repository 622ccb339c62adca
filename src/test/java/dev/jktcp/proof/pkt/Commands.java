package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpTuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shell commands of scripts. None is run: those whose effect on a kernel is known have the same
 * effect on {@link Settings}, and any other skips the script.
 */
final class Commands {
  private static final long MAX_INCLUDE = 65_536;
  private static final int MAX_DEPTH = 8;
  private static final Pattern PRODUCT = Pattern.compile("\\$\\(\\(\\s*([0-9*\\s]+?)\\s*\\)\\)");
  private static final Pattern SOCKSTAT =
      Pattern.compile(
          "sockstat -([46]) -P tcp(?: -s)?(?: -p ([0-9]{1,5}))?(?: -s)?"
              + "(?: *\\| *grep packetdril)? *\\| *grep -c ([A-Z_0-9]+) *\\| *grep ([0-9]{1,6})");
  private static final Pattern LISTENERS =
      Pattern.compile("grep \" 0A \" /proc/net/tcp /proc/net/tcp6 *\\| *grep \":([0-9A-F]{4})\"");
  private static final Pattern SYSTEM =
      Pattern.compile("(if|elif) \\[ \"\\$UNAME\" = \"(\\w+)\" ] *; *then");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

  private static final Set<String> SYSCTL_OPTIONS = Set.of("-q", "-w", "-e", "-n", "-qw", "-wq");

  /**
   * A queue that paces what a kernel's socket sends, and the details of its slow start's end. Ours
   * has them in another form: where they show, a script lists packets or windows, and fails.
   */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "tc qdisc replace dev tun0 root fq",
          "echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect");

  /** What frees kernel memory when a script is done. */
  private static final Set<String> CLEANUP =
      Set.of("tcpdrop -s TIME_WAIT", "setkey -F", "setkey -c");

  /** Questions about the stack's connections and the script's listeners. */
  interface Census {
    /** How many connections are in a state, by FreeBSD's name for it; -1 = not known. */
    int count(String state);

    boolean listens(int port);
  }

  private final Path directory;
  private final Settings settings;
  private final Census census;
  private final BooleanSupplier socketsOpen;
  private int depth;

  Commands(Path directory, Settings settings, Census census, BooleanSupplier socketsOpen) {
    this.directory = directory;
    this.settings = settings;
    this.census = census;
    this.socketsOpen = socketsOpen;
  }

  /**
   * @param last whether no packet and call follows: then it cleans up what is not there
   */
  void run(String text, int line, boolean last) {
    String joined = chosen(text.replaceAll("\\\\\n", " "), line);
    for (String part : joined.split("\n|;|&&")) {
      String command = part.replaceAll("(^|\\s)#.*", " ").trim();
      if (!command.isEmpty()) {
        runOne(command, line, last);
      }
    }
  }

  /**
   * Of a file that asks {@code uname} first, the lines for our personality: {@code UNAME=$(uname)},
   * then an if over it, without another one within.
   */
  private String chosen(String text, int line) {
    if (!text.contains("UNAME=$(uname)")) {
      return text;
    }
    String system = settings.linux() ? "Linux" : "FreeBSD";
    StringBuilder out = new StringBuilder();
    boolean within = false;
    boolean done = false;
    boolean on = true;
    for (String row : text.split("\n")) {
      Matcher matcher = SYSTEM.matcher(row.trim());
      String bare = row.trim();
      if (bare.equals("UNAME=$(uname)")) {
        continue;
      } else if (matcher.matches() && matcher.group(1).equals("elif") == within) {
        within = true;
        on = !done && matcher.group(2).equals(system);
        done |= on;
      } else if (within && bare.equals("else")) {
        on = !done;
        done = true;
      } else if (within && bare.equals("fi")) {
        within = false;
        on = true;
        done = false;
      } else if (bare.matches("(if|elif|else|fi|case|while|for)\\b.*")) {
        throw new SkippedException(SkipReason.COMMAND, line, bare);
      } else if (on) {
        out.append(row).append('\n');
      }
    }
    return out.toString();
  }

  private void runOne(String command, int line, boolean last) {
    String bare = command.replaceAll("\\s*(&>|[0-9]?>)\\s*(/dev/null|&1)", "").trim();
    if (bare.contains("|")) {
      count(bare, line);
      return;
    }
    List<String> words;
    try {
      words = words(bare);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new SkippedException(SkipReason.COMMAND, line, bare);
    }
    if (words.isEmpty()) {
      throw new SkippedException(SkipReason.COMMAND, line, bare);
    }
    String name = words.get(0);
    String file = name.substring(name.lastIndexOf('/') + 1);
    if (name.equals("sysctl")) {
      sysctl(words, line, last);
    } else if (file.equals("set_sysctls.py")) {
      procSysctl(words, line, last);
    } else if (name.startsWith("/tmp/sysctl_restore_") || bare.startsWith("ip tcp_metrics flush")) {
      return; // every script has a stack of its own
    } else if (bare.equals("ethtool -K tun0 tso off gso off")) {
      settings.strictSegments = true; // no bursts are told as one packet
    } else if (bare.equals("tc qdisc add dev tun0 root pfifo") || bare.equals("nstat")) {
      return; // a queue that does nothing; counters that nobody looks at
    } else if (settings.linux() && WITHOUT_MEANING.contains(bare)) {
      return;
    } else if (file.endsWith(".sh") && words.size() == 1) {
      include(name, line);
    } else if (name.equals(".") && words.size() == 2) {
      include(words.get(1), line);
    } else if (name.equals("echo") && !bare.contains(">")) {
      return; // says something to whoever watches
    } else if (!last || !CLEANUP.contains(String.join(" ", words))) {
      throw new SkippedException(SkipReason.COMMAND, line, bare);
    }
  }

  private void include(String name, int line) {
    Path file = found(name);
    String text;
    try {
      if (file == null || Files.size(file) > MAX_INCLUDE) {
        throw new SkippedException(SkipReason.INCLUDE, line, name);
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw new SkippedException(SkipReason.INCLUDE, line, name + ": " + e.getMessage());
    }
    if (++depth > MAX_DEPTH) {
      throw new SkippedException(SkipReason.INCLUDE, line, name + " includes itself");
    }
    run(text, line, false);
    depth--;
  }

  /** As it is named from the script's directory, or from one above: suites are run from there. */
  private Path found(String name) {
    if (Path.of(name).isAbsolute()) {
      return null;
    }
    for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve(name).normalize();
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }

  private void sysctl(List<String> words, int line, boolean last) {
    boolean any = false;
    for (String word : words.subList(1, words.size())) {
      int sign = word.indexOf('=');
      if (sign > 0) {
        any = true;
        set(word.substring(0, sign), word.substring(sign + 1), line, last);
      } else if (!SYSCTL_OPTIONS.contains(word)) {
        throw new SkippedException(SkipReason.COMMAND, line, String.join(" ", words));
      }
    }
    if (!any) {
      throw new SkippedException(SkipReason.COMMAND, line, String.join(" ", words));
    }
  }

  private void procSysctl(List<String> words, int line, boolean last) {
    if (words.size() == 1) {
      throw new SkippedException(SkipReason.COMMAND, line, words.get(0));
    }
    for (String word : words.subList(1, words.size())) {
      int sign = word.indexOf('=');
      if (sign < 0 || !word.startsWith("/proc/sys/")) {
        throw new SkippedException(SkipReason.COMMAND, line, word);
      }
      set(word.substring("/proc/sys/".length(), sign), word.substring(sign + 1), line, last);
    }
  }

  private void set(String name, String value, int line, boolean last) {
    if (settings.fixed && last && Sysctls.isKnown(name)) {
      return; // it restores what the next script's stack starts with anyway
    }
    TcpTuning tuning = settings.tuning;
    boolean changed = settings.changedBy(s -> Sysctls.apply(s, name, value, line));
    // A kernel's socket reads some of these when asked, and not when it was made.
    changed |= !tuning.equals(settings.tuning) && socketsOpen.getAsBoolean();
    if (changed && settings.fixed) {
      throw new SkippedException(SkipReason.SYSCTL, line, name + " while connections are open");
    }
  }

  /** {@code sockstat … | grep -c STATE | grep N} is an assertion, and so is one of a listener. */
  private void count(String command, int line) {
    Matcher listeners = LISTENERS.matcher(command);
    if (settings.linux() && listeners.matches()) {
      if (!census.listens(Integer.parseInt(listeners.group(1), 16))) {
        throw new FailedException(line, "a listener at port " + listeners.group(1), "none");
      }
      return;
    }
    Matcher matcher = SOCKSTAT.matcher(command);
    boolean ours =
        matcher.matches()
            && (settings.ownScripts() || matcher.group(1).equals(settings.family.v6() ? "6" : "4"))
            && (matcher.group(2) == null
                || Integer.parseInt(matcher.group(2)) == settings.bindPort);
    int actual = ours ? census.count(matcher.group(3)) : -1;
    if (actual < 0) {
      throw new SkippedException(SkipReason.COMMAND, line, command);
    }
    if (actual != Integer.parseInt(matcher.group(4))) {
      throw new FailedException(
          line, matcher.group(4) + " connections in " + matcher.group(3), "" + actual);
    }
  }

  private static List<String> words(String command) {
    String calculated =
        PRODUCT
            .matcher(command)
            .replaceAll(
                match -> {
                  long product = 1;
                  for (String factor : match.group(1).split("\\*")) {
                    product = Math.multiplyExact(product, Long.parseLong(factor.trim()));
                  }
                  return Long.toString(product);
                });
    List<String> words = new ArrayList<>();
    for (Matcher m = WORD.matcher(calculated); m.find(); ) {
      words.add(m.group().replaceAll("[\"']", ""));
    }
    return words;
  }
}
