# What Tab offers in bash.
command -v bash >/dev/null || { echo "there is no bash"; exit 77; }
mkdir bin outputs outputs/20260101-000000-ridge-000001
ln -s "$EPOCHLOG" bin/epochlog
cat >try <<'END'
PATH=$PWD/bin:$PATH
. "$FIXTURES/../../report/completion/epochlog.bash"
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _epochlog; echo "${COMPREPLY[*]}"; }
try epochlog m
try epochlog help re
try epochlog import --type ""
try epochlog import f.csv --s
try epochlog ls --
try epochlog show 2026
END
bash try
