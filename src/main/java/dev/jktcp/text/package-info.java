/** Words for users, wherever they err. Not exported. */
package dev.jktcp.text;
