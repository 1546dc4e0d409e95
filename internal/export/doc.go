// Package export makes the file that a program opens, and proves it before anybody is told "Done".
//
// [Maker.Make] encodes, writes (never over a file unasked, see package atomicfile), reads the file back
// from the disk and opens it with the password: private key, certificate and chain must be the ones that
// were put in, byte for byte. A file that doesn't pass is removed and the fault is ExportUnproven.
//
// Nothing here keeps a password, and no private key is on the disk outside the encrypted file at any
// moment.
package export
