# Each fault is one line with its place, exit 1, and nothing left behind.
try() { printf "$1" >f.csv; shift; $EPOCHLOG import f.csv "$@"; echo "exit $?"; }
c='--type classification' r='--type regression' m='--type metrics'
try '' $c
try '\n\n' $c
try 'true,score\n' $c --positive a
try 'true,predicted\n' $r
try 'step,loss\n' $m
echo "--- columns"
try 'label,score\na,1\n' $c --positive a
try 'true\na\n' $c
try 'true,a\na,1\n' $c
try 'true,score,a\na,1,1\n' $c
try 'true,a,a\na,1,1\n' $c
try 'true,a,\na,1,1\n' $c
try 'predicted\n1\n' $r
try 'true\n1\n' $r
try 'true,predicted,lower\n1,1,1\n' $r
try 'loss\n1\n' $m
try 'step\n1\n' $m
echo "--- rows"
try 'true,predicted\n1,2\n1,2,3\n' $r
try 'true,predicted\n1\n' $r
try 'true,predicted\n1,2\n1,"2\n' $r
try 'true,predicted\n1,"2"x\n' $r
try 'true,predicted\n1,\000\n' $r
echo "--- numbers"
try 'true,score\na,0.5\nb,abc\n' $c --positive a
try 'true,predicted\n1,\n' $r
try 'true,predicted\n1,0x10\n' $r
try 'true;predicted\n1;0,5\n' $r
try 'true,predicted\n1,1e999\n' $r
try 'true,predicted,weight\n1,2,-1\n' $r
try 'true,predicted,weight\n1,2,nan\n' $r
try 'true,a,b,weight\na,1,0,-0.5\n' $c
try 'true,predicted,id\n1,2,3.5\n' $r
try 'true,predicted,id\n1,2,x\n' $r
try 'step,loss\none,1\n' $m
try 'step,loss\n1.5,1\n' $m
try 'step,loss\n99999999999999999999,1\n' $m
try 'step,loss\n1,\033[31mred\n' $m
echo "--- labels"
try 'true,a,b\nc,1,0\n' $c
try 'true,a,b\n,1,0\n' $c
try 'true,a,b\na,1,0\n' $c --positive c
try 'true,a,b,c\na,1,0,0\n' $c --positive a
try 'true,score\n0,0.1\n1,0.9\n' $c
try 'true,score\n0,0.1\n1,0.9\n2,0.5\n' $c --positive 1
try 'true,score\n0,0.1\n1,0.9\n' $c --positive yes
try 'true,score\n1,0.1\n1,0.9\n' $c --positive 1
try 'true,predicted\na,a\na,a\n' $c
try 'true,predicted\na,\n' $c
try 'true,score\na,1\n,1\n' $c --positive a
echo "--- files"
rm f.csv
$EPOCHLOG import missing.csv $c; echo "exit $?"
mkdir folder
$EPOCHLOG import folder $c; echo "exit $?"
ln -s loop.csv loop.csv
$EPOCHLOG import loop.csv $c; echo "exit $?"
printf '\377\376t\000' | $EPOCHLOG import - $c; echo "exit $?"
echo text >root
printf 'true,predicted\n1,2\n' | $EPOCHLOG import - $r --root root; echo "exit $?"
printf 'true,predicted\n1,2\n' | $EPOCHLOG import - $r --root root/below; echo "exit $?"
ls -A
