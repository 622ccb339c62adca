/** Time limits that count only time in which this side ran. Not exported. */
package dev.jktcp.time;
