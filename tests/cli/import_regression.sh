# Predictions of a regression, with what is optional and without.
try() { run=$($EPOCHLOG import "$@" --run r --eval test) && echo "$run" | $mask &&
  $EPOCHLOG show --json "$run" | sed -n '/"evaluations"/,/"files"/p' | $mask &&
  $EPOCHLOG dump --decoded "$run"/*.elog | grep -o '"attributes".*' | sed 's/}\].*/}]/'; }
printf 'true,predicted\n1,1.5\n-2e3,inf\n' | try - --type regression
printf 'id,predicted,true,lower,upper,weight,note\n3,2,1,0,4,1,"a, b"\n4.0,3,3,1,5,0,c\n' |
  try - --type regression --level 0.9 --target 'price (EUR)'
echo "--- the index that pandas writes without a name"
printf ',true,predicted\n0,1,2\n1,3,4\n' | try - --type regression
