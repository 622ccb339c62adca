package dev.jktcp.channel.suite;

import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.manipulation.Filter;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/** Runs JUnit 4 classes, or some methods of them, and prints a line for each test. */
public final class SuiteRun {
  static final String LINE = "RESULT ";

  /** Of a test, in seconds: a little more than most of Vert.x's give themselves. */
  private static final int LIMIT_S = 150;

  private SuiteRun() {}

  /**
   * @param args each {@code CLASS} or {@code CLASS#METHOD,METHOD…}
   */
  public static void main(String[] args) throws ClassNotFoundException {
    JUnitCore core = new JUnitCore();
    core.addListener(new Printer());
    for (String what : args) core.run(request(what));
    System.exit(0); // whatever threads a suite has left
  }

  private static Request request(String what) throws ClassNotFoundException {
    String[] parts = what.split("#");
    Request suite = Request.aClass(Class.forName(parts[0]));
    return parts.length > 1 ? suite.filterWith(new Named(Set.of(parts[1].split(",")))) : suite;
  }

  private static final class Named extends Filter {
    private final Set<String> names;

    Named(Set<String> names) {
      this.names = names;
    }

    @Override
    public boolean shouldRun(Description description) {
      if (description.isTest()) return names.contains(description.getMethodName());
      return description.getChildren().stream().anyMatch(this::shouldRun);
    }

    @Override
    public String describe() {
      return "named " + names;
    }
  }

  /** A test that waits for ever is interrupted, so that the others have their turn. */
  private static final class Printer extends RunListener {
    private final Thread runner = Thread.currentThread();
    private final Timer timer = new Timer(true);
    private TimerTask limit;
    private String verdict;

    @Override
    public void testStarted(Description test) {
      verdict = "ok";
      limit =
          new TimerTask() {
            @Override
            public void run() {
              runner.interrupt();
            }
          };
      timer.schedule(limit, TimeUnit.SECONDS.toMillis(LIMIT_S));
    }

    @Override
    public void testFailure(Failure failure) {
      verdict = "failed";
      System.err.println(failure.getDescription() + " failed:");
      failure.getException().printStackTrace();
    }

    @Override
    public void testAssumptionFailure(Failure failure) {
      verdict = "skipped";
    }

    @Override
    public void testFinished(Description test) {
      limit.cancel();
      String name = test.getTestClass().getName() + "#" + test.getMethodName();
      System.out.println("\n" + LINE + verdict + " " + name);
    }
  }
}
