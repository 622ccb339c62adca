package dev.jktcp.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.jktcp.impl.TuningJson;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.time.Clock;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every options class of an exported package goes to JSON and back, each of its properties under a
 * key, and refuses what is wrong in one line. A new class is found by its name, a new property by
 * its setter.
 */
class OptionsJsonTest {
  /** Properties of these types belong to the process and have no JSON. */
  private static final Set<Class<?>> NOT_IN_JSON =
      Set.of(Clock.class, Supplier.class, Buffer.class);

  private static List<Class<?>> found; // null: not looked for yet; a look takes seconds

  static List<Class<?>> optionsClasses() throws IOException {
    if (found == null) {
      found = find();
    }
    return found;
  }

  private static List<Class<?>> find() throws IOException {
    Set<String> exported =
        Pattern.compile("exports ([\\w.]+);")
            .matcher(Files.readString(Path.of("src/main/java/module-info.java")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toSet());
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.jktcp")
            .stream()
            .filter(type -> type.getSimpleName().endsWith("Options"))
            .filter(type -> exported.contains(type.getPackageName()))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.isRecord()) // what TCP options were agreed upon
            .<Class<?>>map(JavaClass::reflect)
            .sorted((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()))
            .toList();
  }

  @Test
  void classes_areFound() throws IOException {
    List<String> names = optionsClasses().stream().map(Class::getSimpleName).toList();
    assertTrue(
        names.containsAll(List.of("AdapterOptions", "TcpConnectOptions", "BusOptions")),
        names::toString);
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void class_isADataObject(Class<?> type) {
    assertNotNull(type.getAnnotation(DataObject.class), "@DataObject");
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void everyProperty_hasAKey(Class<?> type) throws Exception {
    assertEquals(expectedKeys(type), new TreeSet<>(json(filled(type)).fieldNames()));
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void everyProperty_survivesTheWayThroughJson(Class<?> type) throws Exception {
    Object filled = filled(type);
    JsonObject json = json(filled);
    JsonObject defaults = json(make(type));
    json.forEach(key -> assertNotEquals(defaults.getValue(key.getKey()), key.getValue()));
    assertEquals(json, json(read(type, new JsonObject(json.encode()))));
    assertEquals(json, json(type.getConstructor(type).newInstance(filled)), "the copy");
    assertEquals(defaults, json(read(type, new JsonObject())));
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void wrongType_isRefusedByTheKey(Class<?> type) throws Exception {
    for (String key : json(filled(type)).fieldNames()) {
      assertRefused(type, key, new JsonArray().add(new JsonArray()));
      assertRefused(type, key, null);
    }
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void misspeltKey_isRefusedWithTheRightOne(Class<?> type) throws Exception {
    for (String key : json(filled(type)).fieldNames()) {
      assertEquals(
          "unknown key '" + key + "x'; did you mean '" + key + "'?",
          refusal(type, new JsonObject().put(key + "x", 1)));
    }
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void numberOutOfRange_isRefusedByTheKey(Class<?> type) throws Exception {
    for (Map.Entry<String, Object> entry : json(filled(type))) {
      if (!(entry.getValue() instanceof Number)) continue;
      assertRefused(type, entry.getKey(), Long.MIN_VALUE);
      if (entry.getKey().endsWith("Ms")) assertRefused(type, entry.getKey(), Long.MAX_VALUE);
    }
  }

  /**
   * A setter and the key of its JSON take the same values: at 0, at the bounds that their refusals
   * name, one below and one above each, and at the bounds of the type.
   */
  @ParameterizedTest
  @MethodSource("optionsClasses")
  void setterAndJson_takeTheSameNumbers(Class<?> type) throws Exception {
    for (Method setter : setters(type)) {
      if (setter.getParameterCount() > 1 || !isNumeric(setter.getParameterTypes()[0])) continue;
      Set<Long> tried = new TreeSet<>(NUMBERS);
      for (long number : NUMBERS) {
        for (long bound : bounds(refusalOfJson(type, key(setter), number))) {
          tried.addAll(List.of(bound - 1, bound, bound + 1));
        }
      }
      assertTrue(tried.size() > NUMBERS.size(), () -> setter + ": no refusal names a bound");
      for (long number : tried) {
        if (setter.getParameterTypes()[0] == int.class && number != (int) number) {
          assertNotNull(refusalOfJson(type, key(setter), number), () -> setter + " " + number);
          continue;
        }
        assertSame(type, setter, number, given(setter, number));
      }
    }
  }

  /** Fractions of a millisecond, and times that milliseconds cannot express, are the setter's. */
  @ParameterizedTest
  @MethodSource("optionsClasses")
  void timeBetweenMilliseconds_orBeyondThem_isRefusedByTheSetter_unlessItsJsonTakesIt(Class<?> type)
      throws Exception {
    for (Method setter : setters(type)) {
      if (!holds(setter, Duration.class)) continue;
      for (Duration wrong :
          List.of(
              Duration.ofNanos(-1),
              Duration.ofDays(100_000),
              Duration.ofSeconds(Long.MIN_VALUE),
              Duration.ofSeconds(Long.MAX_VALUE))) {
        String refusal = refusalOfSetter(type, setter, wrong);
        assertNotNull(refusal, () -> setter + " takes " + wrong);
        assertTrue(refusal.startsWith(key(setter) + ": "), () -> wrong + ": " + refusal);
        assertTrue(refusal.contains(" is not from "), refusal);
      }
      String none = refusalOfSetter(type, setter, null);
      assertEquals(key(setter) + ": is missing", none);
    }
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void setterAndJson_takeTheSameTextsAndFractions(Class<?> type) throws Exception {
    for (Method setter : setters(type)) {
      if (setter.getParameterCount() > 1) continue;
      if (holds(setter, String.class)) {
        for (String text : List.of("", "qubic", "bbr", "10.0.0.7", "fd00::7", "a b", "ä", "a:b")) {
          assertSame(type, setter, text, text);
        }
      } else if (holds(setter, double.class)) {
        for (double fraction : new double[] {-1, -Double.MIN_VALUE, 0, 0.5, 1, 1.0000001}) {
          assertSame(type, setter, fraction, fraction);
        }
      }
    }
  }

  /** The range of a tuning is that of its JSON, which is an object within the object. */
  @Test
  void tuningAndItsJson_takeTheSameNumbers() throws Exception {
    JsonObject defaults = TuningJson.write(TcpTuning.DEFAULT);
    int compared = 0;
    for (Method setter : TcpTuning.Builder.class.getDeclaredMethods()) {
      if (!Modifier.isPublic(setter.getModifiers()) || setter.getParameterCount() != 1) continue;
      if (!isNumeric(setter.getParameterTypes()[0])) continue;
      String key = tuningKey(setter, defaults);
      Set<Long> tried = new TreeSet<>(NUMBERS);
      for (long number : NUMBERS) {
        for (long bound : bounds(refusalOfTuning(key, number))) {
          tried.addAll(List.of(bound - 1, bound, bound + 1));
        }
      }
      for (long number : tried) {
        boolean isTime = holds(setter, Duration.class);
        if (!isTime && number != (int) number) continue;
        if (key.equals("lingerMs") && number == TcpTuning.NO_LINGER) continue; // noLinger()
        String refusal = refusalOfTuning(key, number);
        assertEquals(refusal == null, takes(setter, given(setter, number)), setter + " " + number);
        compared++;
      }
    }
    assertTrue(compared > 80, "compared " + compared);
  }

  private static String tuningKey(Method setter, JsonObject keys) {
    String name = setter.getName().equals("keepAliveAfter") ? "keepAlive" : setter.getName();
    String key = holds(setter, Duration.class) ? name + "Ms" : name;
    assertTrue(keys.containsKey(key), key);
    return key;
  }

  private static String refusalOfTuning(String key, long number) {
    try {
      TuningJson.read(new JsonObject().put(key, number));
      return null;
    } catch (IllegalArgumentException refused) {
      return refused.getMessage();
    }
  }

  private static boolean takes(Method setter, Object value) {
    try {
      TcpTuning.DEFAULT.with(
          builder -> {
            try {
              setter.invoke(builder, value);
            } catch (ReflectiveOperationException e) {
              throw new AssertionError(e);
            }
          });
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private static final Set<Long> NUMBERS =
      Set.of(
          Long.MIN_VALUE,
          (long) Integer.MIN_VALUE,
          -1L,
          0L,
          1L,
          (long) Integer.MAX_VALUE,
          Integer.MAX_VALUE + 1L,
          Long.MAX_VALUE);

  private static boolean isNumeric(Class<?> type) {
    return type == int.class || type == long.class || type == Duration.class;
  }

  private static Object given(Method setter, long number) {
    if (holds(setter, Duration.class)) return Duration.ofMillis(number);
    return holds(setter, int.class) ? (Object) (int) number : (Object) number;
  }

  /** The numbers of the range that a refusal names behind the value that it refuses. */
  private static List<Long> bounds(String refusal) {
    if (refusal == null) return List.of();
    return Pattern.compile("(?:from|to|than) (-?\\d{1,18})\\b")
        .matcher(refusal)
        .results()
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }

  private static void assertSame(Class<?> type, Method setter, Object json, Object given)
      throws Exception {
    String ofJson = refusalOfJson(type, key(setter), json);
    String ofSetter = refusalOfSetter(type, setter, given);
    assertEquals(inShort(ofJson), inShort(ofSetter), () -> setter.getName() + " " + json);
  }

  /** A time of many years is shown in another form than its number of milliseconds. */
  private static String inShort(String refusal) {
    return refusal == null ? null : refusal.replaceAll("(PT|-|9)\\S{12,} is not", "- is not");
  }

  private static String refusalOfJson(Class<?> type, String key, Object value) throws Exception {
    try {
      read(type, new JsonObject().put(key, value));
      return null;
    } catch (InvocationTargetException refused) {
      return refused.getCause().getMessage();
    }
  }

  private static String refusalOfSetter(Class<?> type, Method setter, Object value)
      throws Exception {
    Object changed = make(type);
    try {
      setter.invoke(changed, value);
      read(type, json(changed)); // its JSON is taken back
      return null;
    } catch (InvocationTargetException refused) {
      return refused.getCause().getMessage();
    }
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void missingJson_isNamed(Class<?> type) {
    InvocationTargetException refused =
        assertThrows(InvocationTargetException.class, () -> read(type, null));
    assertEquals("json", refused.getCause().getMessage());
  }

  @ParameterizedTest
  @MethodSource("optionsClasses")
  void wrongKeyOfAnObjectWithin_isRefusedByItsPath(Class<?> type) throws Exception {
    JsonObject filled = json(filled(type));
    for (Method setter : setters(type)) {
      String key = key(setter);
      if (!(filled.getValue(key) instanceof JsonObject) || holds(setter, Map.class)) continue;
      JsonObject within = new JsonObject().put("nope", 1);
      String refusal = refusal(type, filled.copy().put(key, within));
      assertTrue(refusal.startsWith(key + ": unknown key 'nope'; "), refusal);
      filled.getJsonObject(key).fieldNames().stream()
          .map(inner -> new JsonObject().put(inner, new JsonArray()))
          .map(wrong -> refusal(type, filled.copy().put(key, wrong)))
          .forEach(line -> assertTrue(line.startsWith(key + "."), line));
    }
  }

  private static void assertRefused(Class<?> type, String key, Object value) throws Exception {
    String refusal = refusal(type, json(filled(type)).put(key, value));
    assertTrue(refusal.startsWith(key + ": ") || refusal.startsWith(key + "["), refusal);
    assertFalse(refusal.contains("\n"), refusal);
  }

  private static String refusal(Class<?> type, JsonObject json) {
    try {
      throw new AssertionError(json(read(type, json)) + " was read from " + json);
    } catch (InvocationTargetException refused) {
      assertTrue(
          refused.getCause() instanceof IllegalArgumentException, refused.getCause().toString());
      return refused.getCause().getMessage();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Options of which each property differs from its default. */
  private static Object filled(Class<?> type) throws ReflectiveOperationException {
    Object filled = make(type);
    for (Method setter : setters(type)) {
      if (setter.getParameterCount() > 1) {
        Object[] words = new Object[setter.getParameterCount()];
        Arrays.fill(words, "word");
        setter.invoke(filled, words);
      } else {
        setter.invoke(filled, otherValue(type, setter));
      }
    }
    return filled;
  }

  private static Object otherValue(Class<?> type, Method setter)
      throws ReflectiveOperationException {
    JsonObject defaults = json(make(type));
    for (Object candidate : candidates(setter, defaults.getValue(key(setter)))) {
      Object changed = make(type);
      try {
        setter.invoke(changed, candidate);
        if (!json(read(type, json(changed))).equals(defaults)) return candidate;
      } catch (InvocationTargetException refused) {
        continue; // not a value of this property
      }
    }
    throw new AssertionError(setter + ": no value goes to JSON and back; give one to candidates()");
  }

  private static List<?> candidates(Method setter, Object usual)
      throws ReflectiveOperationException {
    if (holds(setter, boolean.class)) return List.of(true, false);
    if (holds(setter, int.class)) {
      int now = usual == null ? 0 : (Integer) usual;
      return List.of(now + 1, Math.max(0, now - 1), 1400);
    }
    if (holds(setter, long.class)) return List.of((Long) usual + 1, 1L << 20);
    if (holds(setter, double.class)) return List.of(0.25, 0.75);
    if (holds(setter, Duration.class)) {
      return List.of(Duration.ofMillis(((Number) usual).longValue() + 1));
    }
    if (holds(setter, String.class)) return List.of("fd66::7", "10.0.0.7", "new-reno");
    if (holds(setter, List.class)) return List.of(List.of("10.0.0.7", "fd00::7"));
    if (holds(setter, Map.class)) return List.of(Map.of("a.example", List.of("10.0.0.7")));
    if (holds(setter, TcpProfile.class)) return List.of(TcpProfile.STOP_AND_WAIT);
    if (holds(setter, TcpTuning.class)) return List.of(TcpTuning.DEFAULT.withTtl(9));
    return List.of(filled(setter.getParameterTypes()[0]));
  }

  private static boolean holds(Method setter, Class<?> type) {
    return setter.getParameterTypes()[0] == type;
  }

  private static Set<String> expectedKeys(Class<?> type) {
    Set<String> keys = new TreeSet<>();
    setters(type).stream()
        .filter(setter -> setter.getParameterCount() == 1)
        .forEach(setter -> keys.add(key(setter)));
    methods(type, "get|is")
        .filter(getter -> getter.getParameterCount() == 0)
        .filter(getter -> !NOT_IN_JSON.contains(getter.getReturnType()))
        .forEach(getter -> keys.add(key(getter)));
    return keys;
  }

  private static List<Method> setters(Class<?> type) {
    return methods(type, "set")
        .filter(setter -> !NOT_IN_JSON.contains(setter.getParameterTypes()[0]))
        .toList();
  }

  private static Stream<Method> methods(Class<?> type, String prefixes) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getName().matches("(" + prefixes + ")[A-Z].*"));
  }

  /** Times are milliseconds in JSON, and say so. */
  private static String key(Method accessor) {
    String name = accessor.getName().replaceFirst("^(set|get|is)", "");
    Class<?> type =
        accessor.getParameterCount() == 1
            ? accessor.getParameterTypes()[0]
            : accessor.getReturnType();
    String property = Character.toLowerCase(name.charAt(0)) + name.substring(1);
    return type == Duration.class ? property + "Ms" : property;
  }

  private static Object make(Class<?> type) throws ReflectiveOperationException {
    return type.getConstructor().newInstance();
  }

  private static Object read(Class<?> type, JsonObject json) throws ReflectiveOperationException {
    return type.getConstructor(JsonObject.class).newInstance(json);
  }

  private static JsonObject json(Object options) throws ReflectiveOperationException {
    return (JsonObject) options.getClass().getMethod("toJson").invoke(options);
  }
}
