#!/bin/sh
# What happens to a training whose file system is taken away in the middle: full,
# limited, read-only, deleted, cut short.  It must go on as before, and what was lost
# must be told.
#   full.sh short|long BUILD-FOLDER
# Needs root: it mounts.
set -e
name=full here=$(dirname "$0")
. "$here/fuse/ground.sh"

mode=$1 build=$2
need mountpoint timeout
own_mounts "$0" "$@"
log=$build/tests/torture/filesystem_log check=$build/tests/torture/filesystem_check
make_ground
mkdir "$ground/fs" "$ground/other"
mount -t tmpfs -o size=48m torture "$ground/fs" 2>/dev/null || skip 'no tmpfs'
umount "$ground/fs"

tried=0 failed=0 left_out=

# About 200 000 calls a second, until stopped.
PACE='count=0 burst=200 pause_us=1000'

# ---- one training

# begin SCENARIO ARGUMENTS...: in the background.
begin() {
  scenario=$1
  shift
  tried=$((tried + 1)) wrong=
  $log root="$ground/fs/outputs" state="$ground/state" "$@" >"$ground/said" 2>"$ground/complained" </dev/null &
  training=$! children="$children $!"
}

phase() { kill -USR1 "$training"; }

# finish SECONDS: asks it to stop, and gives it so long.
finish() {
  kill -TERM "$training" 2>/dev/null || true
  await "$1"
}

# await SECONDS: until it has ended by itself.
await() {
  ( sleep "$1"; kill -9 "$training" 2>/dev/null ) &
  watchdog=$!
  status=0
  wait "$training" 2>/dev/null || status=$?
  kill "$watchdog" 2>/dev/null || true
  wait "$watchdog" 2>/dev/null || true
  children=
  [ "$status" = 137 ] && is_wrong "hung for $1 s"
  [ "$status" -gt 1 ] && [ "$status" != 137 ] && is_wrong "died with status $status"
  found=
}

read_back() { found=$($check "${1:-$ground/fs/outputs}" 2>>"$ground/complained") || is_wrong 'what is read'; }

is_wrong() { wrong="$wrong; $*"; }

# What the training, or the reader, said of KEY.
# -1 where it came to no end.
said() { field "$1" <"$ground/said"; }
read_of() { echo "$found" | field "$1"; }
field() {
  value=$(sed -n "s/.*\<$1=\([^ ]*\).*/\1/p")
  echo "${value:--1}"
}

is() { [ "$1" "$2" "$3" ] 2>/dev/null || is_wrong "$4: $1 $2 $3 does not hold"; }

# Every call is found, or told as lost by a record or by the call itself.
is_counted() {
  is "$(($(read_of calls) + $(read_of lost) + $(said refused)))" "${1:--eq}" "$(said made)" \
    'found, lost and refused calls together'
}

# told STATUS [ERRNO...]: the first failure, for one of these reasons.
told() {
  is "$(said status)" -eq "$1" 'status told'
  shift
  case " ${*:-$(said errno)} " in
    *" $(said errno) "*) ;;
    *) is_wrong "errno $(said errno) told instead of $*" ;;
  esac
  grep -q 'message=.' "$ground/said" || is_wrong 'no message'
}

# How many calls have been made by now.
note_made() { made_before=$(od -An -tu8 -N8 "$ground/state" | tr -d ' '); }

# Whatever became of the log, calls were made until the end.
went_on() { is "$(said made)" -gt "$((made_before + 1000))" 'calls made'; }

not_told() { is "$(said status)" -eq 0 'status told'; }

verdict() {
  [ -z "$wrong" ] && return
  failed=$((failed + 1))
  {
    echo "full: $scenario${wrong}"
    sed 's/^/full:   training: /' "$ground/said" "$ground/complained"
    echo "full:   reader: $found"
  } >&2
}

# The numbers of epochlog.h and of the system.
OPEN=3 WRITE=4 ENOSPC=28 EMFILE=24 EROFS=30 EFBIG=27 ETIMEDOUT=110

on_tmpfs() { mount -t tmpfs -o "size=$1" torture "$ground/fs"; }
on_ext4() {
  loop_mount "$ground/fs" "$1" "$2"
}
off() { umount "$ground/fs"; rm -f "$ground/fs.image"; }

fill() { dd if=/dev/zero of="$ground/fs/filler" bs=64k 2>/dev/null || true; sync -f "$ground/fs"; }

# ---- no space

# Without a log at all the program trains on, and is told why.
full_at_start() {
  on_tmpfs 64k
  dd if=/dev/zero of="$ground/fs/filler" bs=4k 2>/dev/null || true
  begin "full at the start" count=100000
  await 20
  is "$(said made)" -eq 100000 'calls made'
  told $OPEN $ENOSPC
  verdict
  off
}

# Room for a log, but not for a live file of the usual size.
tight_at_start() {
  on_tmpfs 1m
  begin "tight at the start" count=20000 lists=0
  await 20
  is "$(said made)" -eq 20000 'calls made'
  if [ "$(said unstarted)" = 0 ]; then
    read_back
    is_counted
  else
    told $OPEN $ENOSPC
  fi
  verdict
  off
}

# fills_up MOUNT-COMMAND SIZE ARGUMENTS...
fills_up() {
  filesystem=$1 size=$2
  shift 2
  "$filesystem" "$size"
  begin "$filesystem fills up, $*" $PACE lists=0 "$@"
  sleep 0.5
  phase
  fill
  sleep 1.5
  phase
  rm "$ground/fs/filler"
  sleep 0.7
  finish 20
  read_back
  # Filling a disk also keeps it busy, for longer than a small ring can wait.
  told $WRITE $ENOSPC $ETIMEDOUT
  is_counted
  is "$(read_of lost)" -gt 0 'calls lost'
  is "$(read_of completed)" -eq 1 'runs completed'
  # Lower only by what the machine is busy with; the disk is never waited for.
  is "$(said rate1)" -gt "$(($(said rate0) / 4))" 'calls a second on the full disk'
  is "$(said longest_us)" -lt 2000000 'the slowest call, in us'
  is "$(said rss_end_kib)" -lt "$(($(said rss_kib) + 16384))" 'memory in the end, in KiB'
  verdict
  off
}

# ---- limits of the process

file_limit_at_start() {
  on_tmpfs 48m
  begin "file size limited at the start, $*" count=100000 file_limit=65536 lists=0 "$@"
  await 20
  is "$(said made)" -eq 100000 'calls made'
  told "$(said status)" $EFBIG
  if [ "$(said unstarted)" = 0 ]; then
    read_back
    is_counted -le
  fi
  verdict
  off
}

file_limit_in_the_middle() {
  on_tmpfs 48m
  begin "file size limited in the middle, $*" count=400000 file_limit=1000000 \
    file_limit_at=50000 lists=0 "$@"
  await 20
  is "$(said made)" -eq 400000 'calls made'
  told $WRITE $EFBIG
  read_back
  is "$(read_of calls)" -gt 50000 'calls found'
  # Room never returns, so there may be none for the record that counts them.
  is_counted -le
  verdict
  off
}

descriptors_at_start() {
  on_tmpfs 48m
  begin "no descriptor at the start" count=100000 descriptor_limit_at=0
  await 20
  is "$(said made)" -eq 100000 'calls made'
  is "$(said unstarted)" -eq 1 'runs not started'
  told $OPEN $EMFILE
  verdict
  off
}

# A run that has its files needs no more.
descriptors_in_the_middle() {
  on_tmpfs 48m
  begin "no descriptor in the middle" count=200000 descriptor_limit_at=100000
  await 20
  not_told
  read_back
  is "$(read_of first)" -eq 200000 'calls found'
  is "$(read_of completed)" -eq 1 'runs completed'
  verdict
  off
}

# ---- names

folder_deleted() {
  on_tmpfs 48m
  begin "folder deleted, $*" $PACE "$@"
  sleep 0.3
  rm -rf "$ground/fs/outputs"
  note_made
  sleep 0.5
  finish 20
  went_on
  verdict
  off
}

folder_renamed() {
  on_tmpfs 48m
  begin "folder renamed, $*" $PACE "$@"
  sleep 0.3
  mkdir "$ground/fs/elsewhere"
  mv "$ground/fs/outputs/run-00000" "$ground/fs/elsewhere/moved"
  sleep 0.5
  finish 20
  not_told
  read_back "$ground/fs/elsewhere"
  is "$(read_of first)" -eq "$(said made)" 'calls found'
  is "$(read_of completed)" -eq 1 'runs completed'
  verdict
  off
}

# By someone who should not: a store into a mapping of it, beyond that SIZE, is then
# SIGBUS, and what was stored is zeros up to the end of the page.  Slow enough that none
# of it has been sealed.
live_file_cut() {
  size=$1
  shift
  on_tmpfs 48m
  begin "live file cut to $size, $*" $PACE burst=20 "$@"
  sleep 0.3
  truncate -s "$size" "$ground"/fs/outputs/run-00000/*.live
  note_made
  sleep 0.7
  finish 20
  read_back
  went_on
  # Half of them at least: a moment passes until the loss is seen.
  is "$(read_of calls)" -gt "$((($(said made) - made_before) / 2))" 'calls found of those after the cut'
  verdict
  off
}

# ---- read-only

read_only_at_start() {
  on_tmpfs 1m
  mount -o remount,ro "$ground/fs"
  begin "read-only at the start" count=100000
  await 20
  is "$(said made)" -eq 100000 'calls made'
  told $OPEN $EROFS
  verdict
  off
}

# ext4 found itself damaged: from then on nothing can be written, and a store into a
# page that was written back since its last one is SIGBUS.
read_only_in_the_middle() {
  on_ext4 64 errors=remount-ro
  device=$(awk -v folder="$ground/fs" '$2 == folder { print $1 }' /proc/self/mounts)
  begin "read-only in the middle, $*" $PACE "$@"
  sleep 0.5
  sync -f "$ground/fs"
  phase
  echo broken >"/sys/fs/ext4/${device#/dev/}/trigger_fs_error"
  sleep 1
  phase
  finish 20
  read_back
  told "$(said status)"
  is "$(said status)" -ne 0 'status told'
  is "$(said rate1)" -gt "$(($(said rate0) / 4))" 'calls a second'
  is "$(read_of calls)" -gt 0 'calls found'
  verdict
  off
}

# ---- not safe to be mapped

# bindfs is a pass-through in user space.
through_fuse() {
  if ! command -v bindfs >/dev/null || [ ! -c /dev/fuse ]; then
    left_out="$left_out; skipped: no bindfs"
    return
  fi
  on_tmpfs 48m
  mkdir "$ground/fs/below" "$ground/fs/outputs"
  bindfs "$ground/fs/below" "$ground/fs/outputs"
  begin "through FUSE" count=200000
  await 60
  not_told
  read_back
  is "$(read_of first)" -eq 200000 'calls found'
  is "$(read_of completed)" -eq 1 'runs completed'
  case $(read_of live) in
    written*) ;;
    *) is_wrong "the log says of its live file: '$(read_of live)'" ;;
  esac
  verdict
  umount "$ground/fs/outputs"
  off
}

full_at_start
tight_at_start
fills_up on_tmpfs 48m
file_limit_at_start
file_limit_in_the_middle
descriptors_at_start
descriptors_in_the_middle
folder_deleted
folder_renamed
live_file_cut 0
read_only_at_start
if [ "$mode" = long ]; then
  for how in live=written no_thread=1 sync=interval 'live=written no_thread=1'; do
    fills_up on_tmpfs 48m $how
    fills_up on_ext4 64 $how
    file_limit_at_start $how
    file_limit_in_the_middle $how
    folder_deleted $how
    folder_renamed $how
    live_file_cut 0 $how
    live_file_cut 10000 $how
    read_only_in_the_middle $how
  done
  fills_up on_tmpfs 48m ring_kib=16
  fills_up on_ext4 64
  fills_up on_ext4 64 ring_kib=16
  read_only_in_the_middle
  read_only_in_the_middle sync=always
  live_file_cut 0 ring_kib=16
  through_fuse
fi
if [ $failed != 0 ]; then
  echo "full: $failed of $tried ways to lose a file system failed$left_out"
  exit 1
fi
echo "full: $tried ways to lose a file system, training went on and every call is accounted for$left_out"
