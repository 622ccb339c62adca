/** Values that users of a connection meet, and the one policy they may write themselves. */
package dev.jktcp.tcp;
