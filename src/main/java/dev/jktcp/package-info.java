/** Userspace TCP for Vert.x: the public API. */
@ModuleGen(name = "vertx-jktcp", groupPackage = "dev.jktcp")
package dev.jktcp;

import io.vertx.codegen.annotations.ModuleGen;
