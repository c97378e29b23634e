# For the scripts that mount file systems; sourced, after `name` was set to the
# script's.
#
# The scripts run in a mount namespace of their own: whatever becomes of them, what
# they have mounted is gone with the last of their processes, and with it the loop
# devices below.

skip() { echo "$name: skipped: $*"; exit 0; }

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || skip "no $program"
  done
}

# own_mounts SCRIPT ARGUMENTS...: the script again, where its mounts are its own.
own_mounts() {
  [ -n "$TORTURE_MOUNTS" ] && return
  [ "$(id -u)" = 0 ] || skip 'not root'
  need unshare mount mountpoint
  unshare -m true 2>/dev/null || skip 'mounting is not allowed here'
  TORTURE_MOUNTS=1 exec unshare -m --propagation private sh "$@"
}

# The folder all is done in; unmounted and removed at the end.
make_ground() {
  ground=$(mktemp -d)
  trap leave_ground EXIT
  trap 'exit 1' INT TERM HUP
}

# Only children of this shell, by their number.
leave_ground() {
  for job in $children; do kill -9 "$job" 2>/dev/null || true; done
  awk -v below="$ground/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r |
    while read -r mounted; do umount "$mounted" 2>/dev/null || umount -l "$mounted"; done
  rm -rf --one-file-system "$ground"
}

# A file system of a file: loop_mount FOLDER MEGABYTES OPTIONS
loop_mount() {
  truncate -s "$2M" "$1.image"
  mkfs.ext4 -q -F "$1.image"
  mkdir -p "$1"
  mount -o "loop${3:+,$3}" "$1.image" "$1"
}
