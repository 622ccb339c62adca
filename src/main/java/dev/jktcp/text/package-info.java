/** Words for users: the nearest of the known names, fields of an answer. Not exported. */
package dev.jktcp.text;
