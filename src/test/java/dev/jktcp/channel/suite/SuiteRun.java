package dev.jktcp.channel.suite;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs JUnit classes of any age, or some methods of them, and prints a line for each test. */
public final class SuiteRun {
  static final String LINE = "RESULT ";

  /** Of a test of Vert.x, in seconds: a little more than most of them give themselves. */
  private static final int VERTX_LIMIT_S = 150;

  /** Of a test of Netty, likewise. */
  private static final int NETTY_LIMIT_S = 35;

  private static final String NETTY = "io.netty.";

  /** {@code METHOD(CLASS)}, the last part of an id. */
  private static final Pattern JUNIT4 = Pattern.compile("(\\w+)\\((io\\.vertx[\\w.$]+)\\)");

  private SuiteRun() {}

  /**
   * @param args each {@code PACKAGE}, {@code CLASS} or {@code CLASS#METHOD,METHOD…}
   */
  public static void main(String[] args) throws Exception {
    LauncherConfig config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    Launcher launcher = LauncherFactory.create(config);
    for (String what : args) {
      boolean netty = what.startsWith(NETTY);
      if (netty) NettyChannels.install();
      launcher.execute(request(what), new Printer(netty ? NETTY_LIMIT_S : VERTX_LIMIT_S));
    }
    System.exit(0); // whatever threads a suite has left
  }

  private static LauncherDiscoveryRequest request(String what) {
    String[] parts = what.split("#");
    boolean isClass = Character.isUpperCase(parts[0].charAt(parts[0].lastIndexOf('.') + 1));
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(isClass ? selectClass(parts[0]) : selectPackage(parts[0]));
    if (parts.length > 1) request.filters(new Named(Set.of(parts[1].split(","))));
    return request.build();
  }

  /**
   * {@code CLASS#METHOD}; null for what is no test. Of a JUnit 4 test whose method has a namesake
   * the engine knows no method, only the name.
   */
  private static String name(UniqueId id, Optional<TestSource> source) {
    if (source.orElse(null) instanceof MethodSource method) {
      return method.getClassName() + "#" + method.getMethodName();
    }
    Matcher test = JUNIT4.matcher(id.getLastSegment().getValue());
    return test.lookingAt() ? test.group(2) + "#" + test.group(1) : null;
  }

  private record Named(Set<String> names) implements PostDiscoveryFilter {
    @Override
    public FilterResult apply(TestDescriptor test) {
      String name = name(test.getUniqueId(), test.getSource());
      boolean other = name != null && !names.contains(name.substring(name.indexOf('#') + 1));
      return FilterResult.includedIf(!other);
    }
  }

  /** A test that waits for ever is interrupted, so that the others have their turn. */
  private static final class Printer implements TestExecutionListener {
    private final Thread runner = Thread.currentThread();
    private final Timer timer = new Timer(true);
    private final int limitS;
    private TimerTask limit;

    Printer(int limitS) {
      this.limitS = limitS;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      if (!test.isTest()) return;
      limit =
          new TimerTask() {
            @Override
            public void run() {
              runner.interrupt();
            }
          };
      timer.schedule(limit, TimeUnit.SECONDS.toMillis(limitS));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      print("skipped", test);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) limit.cancel();
      result.getThrowable().ifPresent(thrown -> tell(test, thrown));
      boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
      if (failed || test.isTest()) print(verdict(result), test);
    }

    private static String verdict(TestExecutionResult result) {
      return switch (result.getStatus()) {
        case SUCCESSFUL -> "ok";
        case ABORTED -> "skipped";
        case FAILED -> "failed";
      };
    }

    private static void tell(TestIdentifier test, Throwable thrown) {
      System.err.println(test.getUniqueId() + " failed:");
      thrown.printStackTrace();
    }

    private static void print(String verdict, TestIdentifier test) {
      String name = name(test.getUniqueIdObject(), test.getSource());
      if (name != null) System.out.println("\n" + LINE + verdict + " " + name);
    }
  }
}
