/**
 * The public API as a user meets it: adapters, handles and verticles, with contracts that several
 * set-ups run ({@code TcpStreamContract}, {@code UdpSocketContract}). Beside them stand the tests
 * of the repository itself: its sources ({@code HouseTest}, {@code ArchitectureTest}), its comments
 * and its documents ({@code EnglishTest}, {@code GuideTest}, {@code ReadmeTest}).
 */
package dev.jktcp;
