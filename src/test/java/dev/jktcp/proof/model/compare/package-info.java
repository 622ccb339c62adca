/** What sets the independent model beside the core, and finds where they differ. */
package dev.jktcp.proof.model.compare;
