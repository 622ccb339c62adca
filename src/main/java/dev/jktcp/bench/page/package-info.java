/** The results of a campaign of the bench, as one page of HTML with curves in SVG. */
package dev.jktcp.bench.page;
