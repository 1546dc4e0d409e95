package main

import (
	"os"
	"path/filepath"
	"runtime"

	"certdesk/internal/install"
)

// stores is where the stores of programs are looked for.
type stores struct {
	install.Places
	installer install.Installer
	practice  bool // a profile to practise with is made there
}

// programs is where the programs of this account keep their certificates. Without a home there are none.
func programs() stores {
	home, err := os.UserHomeDir()
	if err != nil {
		return stores{}
	}
	return stores{Places: install.Places{Home: home, System: runtime.GOOS, Roaming: os.Getenv("APPDATA"), Account: true}}
}

// practice is where the demo keeps a profile of its own: what it issues is for no real program.
func practice(data string) stores {
	return stores{Places: install.Places{Home: filepath.Join(demoDir(data), "programs"), System: runtime.GOOS}, practice: true}
}
