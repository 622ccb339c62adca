/**
 * TCP's rules as packet scripts and small worlds. An {@code Rfc…Test} has the rules of one RFC,
 * {@code CornerCasesTest} those that several RFCs make together. Begin with {@code
 * Rfc9293OpenTest}.
 */
package dev.jktcp.tcp;
