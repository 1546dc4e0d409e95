// Package export makes the file that a program opens, and proves it before anybody is told "Done".
//
// [Maker.Make] encodes, writes (never over a file unasked, see package atomicfile), reads the file back
// from the disk and opens it with the password: private key, certificate and chain must be the ones that
// were put in, byte for byte. A file that doesn't pass is removed and the fault is ExportUnproven.
//
// Nothing here keeps a password. A private key is on the disk inside the encrypted file alone, at any moment,
// unless the destination is a web server, which reads its key without a password: that file is 0600, and the
// screen says what it is.
package export
