package dev.jktcp.impl.frame;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;

/** {@link TcpInfo} in JSON: its components by their names. */
public final class TcpInfoJson {
  private static final RecordComponent[] COMPONENTS = TcpInfo.class.getRecordComponents();

  private TcpInfoJson() {}

  public static JsonObject write(TcpInfo info) {
    JsonObject json = new JsonObject();
    for (RecordComponent component : COMPONENTS) {
      Object value = value(component, info);
      json.put(component.getName(), value instanceof TcpState state ? state.name() : value);
    }
    return json;
  }

  private static Object value(RecordComponent component, TcpInfo info) {
    try {
      return component.getAccessor().invoke(info);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a public accessor", e);
    }
  }

  /**
   * @throws IllegalArgumentException if a component is missing or is none of its type
   */
  public static TcpInfo read(JsonObject json) {
    Object[] values = new Object[COMPONENTS.length];
    Class<?>[] types = new Class<?>[COMPONENTS.length];
    for (int i = 0; i < COMPONENTS.length; i++) {
      types[i] = COMPONENTS[i].getType();
      values[i] = read(json.getValue(COMPONENTS[i].getName()), types[i]);
    }
    try {
      return TcpInfo.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a public constructor", e);
    }
  }

  private static Object read(Object value, Class<?> type) {
    if (type == TcpState.class && value instanceof String name) return TcpState.valueOf(name);
    if (type == boolean.class && value instanceof Boolean) return value;
    if (type == int.class && value instanceof Number number) return number.intValue();
    if (type == long.class && value instanceof Number number) return number.longValue();
    throw new IllegalArgumentException("no info: " + value);
  }
}
