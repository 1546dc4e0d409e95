//go:build !unix

package main

func restrictUmask() {}

func noCoreDumps() {}
