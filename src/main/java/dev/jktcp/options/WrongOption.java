package dev.jktcp.options;

/** A value that an option cannot have: one line, {@code path: what is wrong}. */
public final class WrongOption extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String path; // empty for the object itself
  private final String problem;

  public WrongOption(String path, String problem) {
    this(path, problem, null);
  }

  public WrongOption(String path, String problem, Throwable cause) {
    super(path.isEmpty() ? problem : path + ": " + problem, cause);
    this.path = path;
    this.problem = problem;
  }

  /** The problem, without the path. */
  public String problem() {
    return problem;
  }

  /** The same error, seen from the object that has this key. */
  public static WrongOption within(String key, IllegalArgumentException e) {
    if (!(e instanceof WrongOption wrong)) {
      return new WrongOption(key, e.getMessage(), e);
    }
    String path = wrong.path.isEmpty() ? key : key + "." + wrong.path;
    return new WrongOption(path, wrong.problem, wrong);
  }
}
