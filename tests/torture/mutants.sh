#!/bin/sh
# Breaks the code on purpose, one guarantee at a time, and asks whether the killing
# tests notice.  Each mutation is a sed expression on a file of a copy of the tree; one
# that changes nothing any more fails loudly, so that it is kept up with the code.
#   mutants.sh short|long BUILD-FOLDER
# Only in `long`: every mutant is compiled.
set -e
[ "$1" = long ] || { echo "mutants: skipped: only in the long run"; exit 0; }
command -v git >/dev/null && git rev-parse --git-dir >/dev/null 2>&1 ||
  { echo "mutants: skipped: not a git repository"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
# What mutants leave behind when they fail, as they should.
mkdir "$tree" "$scratch/runs"
git ls-files -z | tar cf - --null --ignore-failed-read -T - 2>/dev/null | tar xf - -C "$tree"
noticed=0 asked=0 status=0

build() {
  make -C "$tree" --no-print-directory B=build CFLAGS='-O1' \
    build/tests/torture/step build/tests/torture/storm >"$scratch/make" 2>&1 ||
    { cat "$scratch/make"; echo "mutants: $1 does not compile"; exit 1; }
}

# break_file FILE SED: changes a file, which `mend` brings back.
break_file() {
  if [ ! -f "$scratch/kept/$1" ]; then
    mkdir -p "$scratch/kept/$(dirname "$1")"
    cp "$tree/$1" "$scratch/kept/$1"
  fi
  sed -i "$2" "$tree/$1"
  ! cmp -s "$tree/$1" "$scratch/kept/$1" ||
    { echo "mutants: '$2' changes nothing in $1: bring it up to date"; exit 1; }
}
mend() {
  for file in $(cd "$scratch/kept" 2>/dev/null && find . -type f); do
    cp "$scratch/kept/$file" "$tree/$file"
  done
  rm -rf "$scratch/kept"
}

run() {
  program=$1; shift
  env -u V TMPDIR="$scratch/runs" timeout 120 "$tree/build/tests/torture/$program" "$@" \
    >"$scratch/said" 2>&1
}
# notices NAME PROGRAM ARGUMENTS: must fail.  harmless NAME PROGRAM ARGUMENTS: must not.
notices() {
  name=$1; shift
  asked=$((asked + 1))
  build "$name"
  # Their own word for it: a program that only hangs or crashes has noticed nothing.
  if ! run "$@" && grep -q ' NOT all ' "$scratch/said"; then
    noticed=$((noticed + 1))
  else
    cat "$scratch/said"
    echo "mutants: $name: not noticed by $*"
    status=1
  fi
  [ -z "$V" ] || { echo "mutants: $name:"; head -2 "$scratch/said"; }
  rm -rf "$scratch/runs"; mkdir "$scratch/runs"
  mend
}
harmless() {
  name=$1; shift
  build "$name"
  run "$@" || { cat "$scratch/said"; echo "mutants: $name: is said to be harmless"; status=1; }
  mend
}

harmless "the code as it is" step short
harmless "the code as it is" storm 100 2

# What is said of a record is stored before the record: its checksum alone keeps readers
# from half of it.
head_first() {
  break_file logger/hot.h '/atomic_store_explicit.*)at, word/{
    i\  uint8_t *late = at + 8, kept[16];\n  memcpy(kept, late, 16);\n  memset(late, 0xA5, 16);
    a\  atomic_signal_fence(memory_order_seq_cst);\n  memcpy(late, kept, 16);
  }'
}
unchecked() {
  break_file report/reader/live.c 's/return checksum_fits(crc, epochlog__get_u32(at)) ? length : 0;/(void)crc; return length;/'
}
head_first
harmless "a head before its payload, readers that check" step short "a scalar"
unchecked
harmless "readers that do not check" step short "a scalar"
head_first
unchecked
notices "a head before its payload" step short "a scalar"

# Freed for others while its records are still being compressed.
break_file logger/seal.c 's/^    error = seal_segment(run, segment);/    epochlog__lock(\&run->hot->lock); segment->state = EPOCHLOG__FREE; epochlog__unlock(\&run->hot->lock);\n&/'
notices "a segment freed before its block is written" storm 300 2

# Records of an earlier lap, whole as they are, taken for ones of this.
break_file logger/ring.c 's/hot->generation_crc = generation_crc(segment);/hot->generation_crc = 0;/'
break_file report/reader/live.c 's/crc = epochlog__crc32c(0, lap, sizeof lap);/crc = 0;/; s/at\[7\] != (unsigned char)generation/false/'
notices "a checksum without the generation" step short

# The header tells of nothing from here until the block is written.
break_file logger/seal.c 's/^    error = seal_segment(run, segment);/    epochlog__put_u32(segment->image + 32, 0);\n&/'
notices "a header changed before its content is sealed" step short "a scalar that seals"

# A full segment is taken for a free one.
break_file logger/ring.c 's/if (ring->segments\[i\].state == EPOCHLOG__FREE) segment/if (ring->segments[i].state != EPOCHLOG__ACTIVE) segment/'
notices "a segment used again before it is sealed" storm 100 2

# Numbers are what tells a record in the live file from the same in a block.
break_file logger/ring.c 's/epochlog__put_u64(header + 8, segment->first_seq);/epochlog__put_u64(header + 8, segment->first_seq + 1);/'
notices "records numbered differently here and there" step short "a scalar into the next segment"

# The end of the run takes the live file away before the main log has everything.
break_file logger/finish.c 's/^    error = seal_all(run);/    epochlog__unlink(run->folder_fd, run->live_name);\n&/'
notices "a live file removed before the end is written" step short "the end of the run"

[ "$status" = 0 ] && echo "mutants: $noticed of $asked ways to break the code were noticed"
exit $status
