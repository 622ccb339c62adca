/**
 * The instruments that prove the library as a whole, one package each: packet scripts in Java
 * ({@code script}) and in packetdrill's language ({@code pkt}), a model of RFC 9293 ({@code
 * model}), a simulator of hostile networks ({@code sim}), measured behaviour kept as text ({@code
 * golden}), fuzzing ({@code fuzz}), deliberate faults that tests must notice ({@code mutation}),
 * the Linux kernel ({@code interop}), floods ({@code attacks}), and the ledger of what all this
 * takes ({@code progress}). The tests of a package of main stand in the package of that name.
 */
package dev.jktcp.proof;
