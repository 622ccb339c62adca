package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads when there is no device to be had. */
class TunDeviceTest {
  @Test
  void nameOfSixteenBytes_isRefusedWithTheLimit() {
    IOException e = assertThrows(IOException.class, () -> TunDevice.open("sixteenbyteslong"));
    assertEquals(
        "tun:sixteenbyteslong: the name has 16 bytes, the kernel takes 15", e.getMessage());
  }

  @Test
  void nameMissing_isRefused() {
    IOException e = assertThrows(IOException.class, () -> TunDevice.open(""));
    assertEquals("tun:: a device name is missing", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "a:b", ".", "..", "jk%d", "a\u0000"})
  void nameTheKernelRefuses_isRefusedBeforeIt(String name) {
    IOException e = assertThrows(IOException.class, () -> TunDevice.open(name));
    assertEquals("tun:" + name + ": the kernel takes no such device name", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "2, modprobe tun",
    "19, --device /dev/net/tun",
    "6, modprobe tun",
    "13, run as root",
    "1, run as root",
    "24, ulimit -n",
    "99, errno 99"
  })
  void deviceFileUnusable_namesTheRemedy(int errno, String remedy) {
    assertOneLineWith(remedy, TunDevice.openFailure("jk0", errno));
  }

  @ParameterizedTest
  @CsvSource({
    "1, ip tuntap add dev jk0 mode tun user $USER",
    "13, run as root",
    "16, the device is in use",
    "22, device of another kind",
    "99, errno 99"
  })
  void attachRefused_namesTheRemedy(int errno, String remedy) {
    assertOneLineWith(remedy, TunDevice.attachFailure("jk0", errno));
  }

  private static void assertOneLineWith(String remedy, IOException e) {
    assertTrue(e.getMessage().startsWith("tun:jk0: "), e.getMessage());
    assertTrue(e.getMessage().contains(remedy), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void jnaMissing_isNamed_everyTime() throws Exception {
    try (URLClassLoader loader = classPathWithoutJna()) {
      Class<?> device = loader.loadClass("dev.jktcp.transport.TunDevice");
      Method open = device.getDeclaredMethod("open", String.class);
      open.setAccessible(true);
      for (int attempt = 0; attempt < 2; attempt++) {
        InvocationTargetException e =
            assertThrows(InvocationTargetException.class, () -> open.invoke(null, "jk0"));
        String expected =
            System.getProperty("os.name").equals("Linux")
                ? "tun:jk0: JNA is missing; add net.java.dev.jna:jna to the class path (as a module"
                    + " also --add-modules com.sun.jna)"
                : "tun:jk0: TUN devices are supported on Linux only";
        assertEquals(expected, e.getCause().getMessage());
      }
    }
  }

  private static URLClassLoader classPathWithoutJna() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("jna")) urls.add(new File(entry).toURI().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
