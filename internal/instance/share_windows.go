package instance

import "golang.org/x/sys/windows"

func onNetworkShare(dir string) bool {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return false
	}
	volume := make([]uint16, windows.MAX_LONG_PATH)
	if windows.GetVolumePathName(path, &volume[0], windows.MAX_LONG_PATH) != nil {
		return false
	}
	return windows.GetDriveType(&volume[0]) == windows.DRIVE_REMOTE
}
