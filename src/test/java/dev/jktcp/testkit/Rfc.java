package dev.jktcp.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the requirements a test shows to be met, such as {@code "9293 MUST-6"}: the document's
 * number, a blank, the label. The requirement table and these labels are compared by a test.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Rfc {
  String[] value();
}
