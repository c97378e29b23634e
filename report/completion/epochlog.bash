# Completion of epochlog for bash: commands, options, words that options take, runs
# by id, and the metrics of a run.  Options come from the help, so they cannot lag.

_epochlog_options()
{
  epochlog help "$1" 2>/dev/null |
    sed -n '/^options:/,/^$/s/^ *\(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

_epochlog_runs()
{
  local root=${EPOCHLOG_DIR:-outputs} run
  for run in "$root"/*/; do
    run=${run%/}
    [ -d "$run" ] && printf '%s\n' "${run##*/}"
  done
}

_epochlog()
{
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words=
  local commands='report ls show metrics import dump recover help'

  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$commands --help --version" -- "$current"))
    return
  fi
  case $previous in
  -t | --type) words='classification regression metrics azureml' ;;
  --schema) words='confusion_matrix accuracy_table residuals predictions' ;;
  --status) words='Running Completed Failed Canceled NotResponding' ;;
  --theme) words='light dark' ;;
  --confusion) words='cells circles' ;;
  --font) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
  --x) words='step epoch elapsed time' ;;
  --log) words='auto on off' ;;
  --format) words='png pdf svg png,pdf,svg' ;;
  --sort) words='start id name experiment status duration' ;;
  esac
  if [ "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case $current in
  -*)
    COMPREPLY=($(compgen -W "$(_epochlog_options "$command")" -- "$current"))
    return
    ;;
  esac
  case $command in
  help) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  report | show | metrics | recover)
    COMPREPLY=($(compgen -W "$(_epochlog_runs)" -- "$current") $(compgen -f -- "$current"))
    ;;
  *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}

complete -o filenames -F _epochlog epochlog
