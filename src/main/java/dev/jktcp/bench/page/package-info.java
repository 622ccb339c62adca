/** What a campaign of the bench found, as one page of HTML with curves in SVG. */
package dev.jktcp.bench.page;
