/** The page of a campaign's results. */
package dev.jktcp.bench.page;
