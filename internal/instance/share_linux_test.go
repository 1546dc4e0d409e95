package instance

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestKindsOfFileSystem(t *testing.T) {
	for kind, want := range map[uint32]bool{
		unix.NFS_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true, unix.V9FS_MAGIC: true,
		unix.EXT4_SUPER_MAGIC: false, unix.BTRFS_SUPER_MAGIC: false, unix.XFS_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false,
		unix.OVERLAYFS_SUPER_MAGIC: false,
	} {
		if got := isRemote(kind); got != want {
			t.Errorf("%x: %v", kind, got)
		}
	}
	const mounts = `22 28 0:21 / /proc rw,nosuid - proc proc rw
98 28 0:52 / /home/a/server rw,nosuid,nodev shared:61 master:2 - fuse.sshfs a@server:/ rw,user_id=1000
99 28 8:17 / /media/disk rw - fuseblk /dev/sdb1 rw
100 28 0:53 / /home/a/private rw - fuse.gocryptfs /home/a/.private rw
broken
`
	for device, want := range map[string]bool{"0:52": true, "8:17": false, "0:53": false, "0:21": false, "0:5": false, "9:9": false} {
		if got := throughNetwork[fuseKind(mounts, device)]; got != want {
			t.Errorf("%s: %q, %v", device, fuseKind(mounts, device), got)
		}
	}
}
