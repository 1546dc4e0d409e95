package instance

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ceph is CEPH_SUPER_MAGIC of the kernel's fs/ceph/super.h.
const ceph = 0x00c36400

// throughNetwork are file systems by what fuse calls them. Others, such as ntfs-3g and encrypted folders,
// are on this computer.
var throughNetwork = map[string]bool{
	"sshfs": true, "rclone": true, "gvfsd-fuse": true, "s3fs": true, "goofys": true, "davfs": true,
	"davfs2": true, "glusterfs": true, "ceph-fuse": true, "curlftpfs": true, "smbnetfs": true,
	"google-drive-ocamlfuse": true, "onedriver": true, "vmhgfs-fuse": true, "kio-fuse": true,
}

func onNetworkShare(dir string) bool {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return false
	}
	if uint32(fs.Type) != unix.FUSE_SUPER_MAGIC { //nolint:gosec // the numbers of file systems have 32 bits
		return isRemote(uint32(fs.Type)) //nolint:gosec // as above
	}
	var stat unix.Stat_t
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || unix.Stat(dir, &stat) != nil {
		return false
	}
	device := strconv.Itoa(int(unix.Major(stat.Dev))) + ":" + strconv.Itoa(int(unix.Minor(stat.Dev)))
	return throughNetwork[fuseKind(string(mounts), device)]
}

// isRemote knows file systems by their numbers, statfs(2). 9P is how WSL shows the disks of Windows, and
// virtual machines those of their host.
func isRemote(kind uint32) bool {
	switch kind {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC,
		unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.V9FS_MAGIC, ceph:
		return true
	}
	return false
}

// fuseKind finds in /proc/self/mountinfo (proc(5)) what kind of fuse file system a device is: "sshfs" for
// the type "fuse.sshfs".
func fuseKind(mounts, device string) string {
	for _, line := range strings.Split(mounts, "\n") {
		mount, about, ok := strings.Cut(line, " - ")
		fields := strings.Fields(mount)
		if !ok || len(fields) < 3 || fields[2] != device {
			continue
		}
		kind, _, _ := strings.Cut(about, " ")
		_, kind, _ = strings.Cut(kind, ".")
		return kind
	}
	return ""
}
