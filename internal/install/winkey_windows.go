package install

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	ncrypt             = windows.NewLazySystemDLL("ncrypt.dll")
	ncryptOpenProvider = ncrypt.NewProc("NCryptOpenStorageProvider")
	ncryptOpenKey      = ncrypt.NewProc("NCryptOpenKey")
	ncryptDeleteKey    = ncrypt.NewProc("NCryptDeleteKey")
	ncryptFree         = ncrypt.NewProc("NCryptFreeObject")
)

const (
	machineKey   = 0x20 // CRYPT_MACHINE_KEYSET, NCRYPT_MACHINE_KEY_FLAG
	deleteKeyset = 0x10 // CRYPT_DELETEKEYSET
	silent       = 0x40 // NCRYPT_SILENT_FLAG, CRYPT_SILENT
)

func (account) deleteKey(k Container) error {
	name, err := windows.UTF16PtrFromString(k.Name)
	if err != nil {
		return err
	}
	provider, err := windows.UTF16PtrFromString(k.Provider)
	if err != nil {
		return err
	}
	if k.Type == 0 {
		err = deleteCNG(name, provider, k.Flags&machineKey)
	} else {
		var none windows.Handle // nothing is opened, so that nothing is to be released
		err = told(windows.CryptAcquireContext(&none, name, provider, k.Type, deleteKeyset|k.Flags&machineKey))
	}
	if is(err, winNoKeyset, winKeysetUndefined, winKeyNotFound) {
		return nil
	}
	return err
}

func deleteCNG(name, provider *uint16, flags uint32) error {
	var store, key windows.Handle
	if status, _, _ := ncryptOpenProvider.Call(uintptr(unsafe.Pointer(&store)), uintptr(unsafe.Pointer(provider)), 0); status != 0 {
		return winCode(status)
	}
	defer func() { _, _, _ = ncryptFree.Call(uintptr(store)) }()
	status, _, _ := ncryptOpenKey.Call(uintptr(store), uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(name)), 0, uintptr(flags|silent))
	if status != 0 {
		return winCode(status)
	}
	if status, _, _ := ncryptDeleteKey.Call(uintptr(key), 0); status != 0 { // frees the key, if it succeeds
		_, _, _ = ncryptFree.Call(uintptr(key))
		return winCode(status)
	}
	return nil
}
