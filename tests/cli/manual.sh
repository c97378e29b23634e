# The manual page and zsh's completion know every command and option of the help.
manual="$FIXTURES/../../report/epochlog.1"
zsh="$FIXTURES/../../report/completion/epochlog.zsh"
commands=$($EPOCHLOG --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for command in $commands; do
  grep -q "^\.Cm $command" "$manual" || echo "the manual lacks $command"
  grep -q "'$command:" "$zsh" || echo "zsh lacks $command"
  [ "$command" = help ] && continue
  for option in $($EPOCHLOG help "$command" |
    sed -n '/^options:/,/^$/s/^ *\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p'); do
    sed -n "/^\.Ss $command/,/^\.S[sh] /p" "$manual" | grep -q -e "Fl -$option" -e "-$option" ||
      [ "$option" = help ] || echo "the manual lacks $command --$option"
    grep -q -e "--$option" "$zsh" || echo "zsh lacks $command --$option"
  done
done
echo "compared"
