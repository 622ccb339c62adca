package dev.jktcp.impl.frame;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;

/** {@link TcpInfo} in JSON: its components by their names, those of its groups included. */
public final class TcpInfoJson {
  private TcpInfoJson() {}

  public static JsonObject write(TcpInfo info) {
    return json(info);
  }

  private static JsonObject json(Record record) {
    JsonObject json = new JsonObject();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      json.put(component.getName(), plain(value(component, record)));
    }
    return json;
  }

  private static Object plain(Object value) {
    if (value instanceof Record group) {
      return json(group);
    }
    return value instanceof TcpState state ? state.name() : value;
  }

  private static Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.getName() + " is a public accessor", e);
    }
  }

  /**
   * @throws IllegalArgumentException if a component is missing or of another type
   */
  public static TcpInfo read(JsonObject json) {
    return read(json, TcpInfo.class);
  }

  private static <R> R read(JsonObject json, Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = component(json.getValue(components[i].getName()), types[i]);
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a public constructor", e);
    }
  }

  private static Object component(Object value, Class<?> type) {
    if (type.isRecord() && value instanceof JsonObject group) {
      return read(group, type);
    }
    if (type == TcpState.class && value instanceof String name) {
      return TcpState.valueOf(name);
    }
    if (type == String.class && value instanceof String) {
      return value;
    }
    if (type == boolean.class && value instanceof Boolean) {
      return value;
    }
    if (type == int.class && value instanceof Number number) {
      return number.intValue();
    }
    if (type == long.class && value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("no info: " + value);
  }
}
