//go:build !linux

package opener

// cleanEnvironment has nothing to do: only AppImages change the environment of what they start.
func cleanEnvironment() {}
