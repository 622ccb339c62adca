package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpProfile;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;

/** Profiles made from another one by naming what differs. */
final class Profiles {
  private Profiles() {}

  /**
   * @throws IllegalArgumentException when the profile has no such component
   */
  static TcpProfile with(TcpProfile base, Map<String, Object> changes) {
    Map<String, Object> left = new HashMap<>(changes);
    RecordComponent[] components = TcpProfile.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        Object changed = left.remove(components[i].getName());
        values[i] = changed != null ? changed : components[i].getAccessor().invoke(base);
        types[i] = components[i].getType();
      }
      if (!left.isEmpty()) {
        throw new IllegalArgumentException("a profile has no " + left.keySet());
      }
      return TcpProfile.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
