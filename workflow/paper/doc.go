// Package paper prints the two papers of a filing as PDF, each page with a
// fingerprint in a QR code, and reads the fingerprint back from scans.
//
// The fingerprint names the filing, the paper, the revision and the page, and signs
// all values on the paper with a keyed hash. It holds no personal value. With it a
// scan finds its slot by itself, and a paper that was printed before a change, or
// belongs to somebody else, is recognised.
package paper
