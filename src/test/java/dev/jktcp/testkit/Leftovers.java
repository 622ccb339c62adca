package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a Vert.x holds that someone has to give back: consumers, timers, names and claims. */
public final class Leftovers {
  private final Vertx vertx;
  private final Set<String> before;

  /** What is there now is nobody's fault. */
  public Leftovers(Vertx vertx) throws ReflectiveOperationException {
    this.vertx = vertx;
    this.before = held();
  }

  /** Waits for the last thing that was on its way out. */
  public void assertNone() throws Exception {
    try {
      Await.until(vertx, this::areNone);
    } catch (java.util.concurrent.TimeoutException late) {
      assertEquals(before, held());
    }
  }

  private Future<Boolean> areNone() {
    try {
      return Future.succeededFuture(before.equals(held()));
    } catch (ReflectiveOperationException e) {
      return Future.failedFuture(e);
    }
  }

  private Set<String> held() throws ReflectiveOperationException {
    Set<String> held = new TreeSet<>();
    map(vertx.eventBus(), "handlerMap").keySet().forEach(address -> held.add("at " + address));
    map(vertx, "timeouts").keySet().forEach(timer -> held.add("timer " + timer));
    for (String name : List.of("dev.jktcp.adapters", "dev.jktcp.claims")) {
      vertx.sharedData().getLocalMap(name).keySet().forEach(key -> held.add(name + " " + key));
    }
    return held;
  }

  private static Map<?, ?> map(Object owner, String name) throws ReflectiveOperationException {
    for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return (Map<?, ?>) field.get(owner);
        }
      }
    }
    throw new NoSuchFieldException(name);
  }
}
