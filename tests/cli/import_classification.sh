# The three forms of predictions, told apart by their columns.
try() { run=$($EPOCHLOG import "$@" --run r --eval test) && echo "$run" | $mask &&
  $EPOCHLOG show --json "$run" | sed -n '/"evaluations"/,/"files"/p' | $mask; }
echo "--- a score per class; the columns name the classes, in their order"
printf 'true,dog,cat,fish,weight,id\ncat,.1,.8,.1,1,7\nfish,0.2,0.3,0.5,0.5,8\ndog,1e-1,nan,0.9,2,9\n' >c.csv
try c.csv --type classification
$EPOCHLOG dump --decoded "$run"/*.elog | grep -o '"columns".*' | sed 's/}\].*/}]/'
echo "--- one score of the positive label"
printf 'true,score\nno,0.2\nyes,0.9\nno,0.5\n' >b.csv
try b.csv --type classification --positive yes
$EPOCHLOG dump --decoded "$run"/*.elog | grep -o '"columns".*' | sed 's/}\].*/}]/'
try - --type classification --positive no <b.csv
cat b.csv | try - --type classification --positive no
echo "--- labels only; classes are sorted, by value when all are numbers"
printf 'true,predicted\n10,9\n9,9\n2,10\n' >l.csv
try l.csv --type classification
printf 'true,predicted\nb,a\nc,b\n' | try - --type classification
echo "--- scores and predicted labels"
printf 'true,a,b,predicted\nb,0.6,0.4,b\n' | try - --type classification --positive b
