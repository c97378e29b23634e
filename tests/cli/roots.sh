# Which folder is the root, and what is said of one that is missing or empty.
try() { "$EPOCHLOG" "$@"; echo "exit $?"; }
try ls
try ls nowhere
try ls nowhere --json
mkdir outputs
try ls
try ls --json
EPOCHLOG_DIR=elsewhere try ls
echo text >file
try ls file
ln -s loop loop
try ls loop
