package dev.jktcp.proof.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Its own copy of every class of this project, some of them mutated; all else is the parent's. */
final class MutantLoader extends ClassLoader {
  private static final String OURS = "dev.jktcp.";

  private final Map<String, byte[]> mutated;

  MutantLoader(ClassLoader parent, Map<String, byte[]> mutated) {
    super(parent);
    this.mutated = mutated;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      byte[] bytes = mutated.containsKey(name) ? mutated.get(name) : original(name);
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] original(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
