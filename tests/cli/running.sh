# A run that is being written while it is read, one whose writer went on in a second
# log, and losses: in words, wherever a user looks.
command -v python3 >/dev/null || { echo "there is no python3 to make the logs with"; exit 77; }

# make FOLDER: a run of this shell, which lives, with 4 + 3 points and half a frame;
# make FOLDER gone: the same of a process that is no more, and whose points were not
# mapped; make FOLDER continued: in two logs that have four points both.
make() {
  mkdir "$1" && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$FIXTURES/../format python3 - "$@" <<'END'
import os, pathlib, sys, time
import elog_maker as m
from vector_parts import LOSS, rows

folder, kind = pathlib.Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else "alive"
pid = os.getppid()
start = int(open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[19])
here = dict(boot_id=open("/proc/sys/kernel/random/boot_id").read().strip(), pid=pid,
            process_start=start + (kind != "alive"), continues_seq=0,
            pid_namespace=os.stat("/proc/self/ns/pid").st_ino)

def log(**fields):
    made = m.Log(fields.get("uuid", m.UUID))
    made.run(**{**here, "continues": bytes(16), **fields})
    return made

old = log()
old.block([LOSS], rows(4), [m.Chunk(1, [0.5, 0.25, 0.125, 1.0])])
old.records(m.loss(m.T0, 12, m.T0 + 11 * 10**9, m.T0 + 40 * 10**9, 28, "calls"))
data = old.bytes()
if kind == "continued":
    new = log(uuid=m.OTHER_UUID, continues=m.UUID, continues_seq=0)
    new.records(m.loss(m.T0, 3, m.T0, m.T0 + 10**9, 5, "records that may be missing"))
    new.block([LOSS], rows(6), [m.Chunk(1, [0.5, 0.25, 0.125, 1.0, 2.0, 3.0])],
              records=[m.status(m.T0 + 60 * 10**9)])
    (folder / "00000-0badcafe.elog").write_bytes(new.bytes())
else:
    if kind == "gone":
        old.records(m.environment(m.T0, "epochlog.live", "a test says so"))
    cut = len(old.data) + 50
    old.block([LOSS], rows(9), [m.Chunk(1, [0.5] * 9)])
    data = old.bytes()[:cut]
    segment = m.Segment(1, 5, [m.live_scalar(1, i, 4 + i, 0.75) for i in range(3)])
    (folder / "00000-c0ffee00.live").write_bytes(m.live_file([segment]))
(folder / "00000-c0ffee00.elog").write_bytes(data)
END
}

tell() { sed -n '/warning/p;/status/p;/last record/p;/^  end/p;/^metrics/,$p'; }
logs='s/ +[0-9]+ bytes at [0-9]+/ N bytes at N/; s/(cut) [0-9]+-[0-9]+/\1 N-N/'
for kind in alive gone continued; do
  echo "=== $kind"
  make $kind $kind
  $EPOCHLOG show $kind | tell | sed -E "$logs"
  echo "--- JSON"
  $EPOCHLOG show --json $kind | grep -E '"(status|alive|possible|continues|damaged|left_out|live_records)":'
  $EPOCHLOG metrics $kind --steps
done
echo "=== ls"
$EPOCHLOG ls . | sed -E 's/ +/ /g' | cut -d' ' -f1-4 | sort
echo "=== a report of each"
for kind in alive gone; do
  $EPOCHLOG report $kind -o out-$kind >/dev/null
  grep '^- ' out-$kind/*.md
  grep -c 'were not recorded: No space left' out-$kind/*.html
  sed -n '/"warnings": \[/,/\]/p' out-$kind/*.json
done
echo "=== dump: both logs have all they have"
for log in continued/*.elog; do $EPOCHLOG dump "$log" | grep -E '^  (run|block)' | sed 's/pid=[0-9]*/pid=PID/'; done
