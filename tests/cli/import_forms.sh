# What spreadsheets and other tools make of CSV.
try() { run=$($EPOCHLOG import - --type classification --run r --eval t "$@") &&
  $EPOCHLOG show --json "$run" | sed -n '/"n":/p;/"classes"/p'; }
echo "--- BOM, CR LF, semicolons, quotes, separators and line ends inside"
printf '\357\273\277"true";"a;b";"c\nd"\r\n"a;b";0.5;0.5\r\n"c\nd";0.25;0.75\r\n' | try
echo "--- tabs, blanks around, blank lines, no last line end"
printf 'true\t a\tb \n\n b\t0.5\t 0.5\n' | try
echo "--- CR alone"
printf 'true,predicted\ra,b\rb,b\r' | try
echo "--- a separator that is told"
printf 'true;a,1,2,3;b\nb;0.5;0.5\n' | try --separator ';'
echo "--- UTF-8 and what is not"
printf 'true,predicted\nh\303\266ren,\377\n' | try
