#compdef epochlog
# Completion of epochlog for zsh; install as _epochlog in a folder of $fpath.

_epochlog_runs() {
  local -a runs
  runs=(${EPOCHLOG_DIR:-outputs}/*(N/:t))
  _alternative 'runs:run:compadd -a runs' 'files:file:_files'
}

_epochlog() {
  local -a commands
  local root='--root[where runs are looked for]:folder:_files -/'
  commands=(
    'report:charts and a page of one run, or a comparison of several'
    'ls:the runs below a folder, newest first'
    'show:everything about one run'
    'metrics:the values of a run'\''s metrics, as JSON'
    'import:a run from a CSV file of predictions or metrics'
    'dump:the frames and records of one log'
    'recover:a clean copy of a damaged log or run'
    'help:what a command does'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
  report)
    _arguments '(-o --output)'{-o,--output}'[write to DIR]:folder:_files -/' $root \
      '--x[what metrics are drawn over]:axis:(step epoch elapsed time)' \
      '--log[logarithmic y axes]:when:(auto on off)' \
      '--smooth[weight of the average]:weight:(auto 0 0.6 0.9 0.99)' \
      '--mean[draw all runs as their mean]' '*--together[metrics that share a chart]:metrics:' \
      '--confusion[look of confusion matrices]:look:(cells circles)' \
      '--cost[of a false positive and a false negative]:FP\:FN:' \
      '--theme[colours of PNG and PDF charts]:theme:(light dark)' \
      '--top[features to draw of an importance]:number' \
      '--strict[fail when anything is wrong with the data]' \
      '*--format[formats of the chart files]:formats:_values -s , format png pdf svg' \
      '*--font[a font for characters the typeface lacks]:font:_files' \
      '--no-system-fonts[use no other font of the machine]' '--help[show help]' \
      '*:run:_epochlog_runs' ;;
  ls)
    _arguments '*'{-m,--metric}'[show a metric]:metric\:last|min|max:' \
      '*--status[only runs of this status]:status:(Running Completed Failed Canceled NotResponding)' \
      '*--tag[only runs with this tag]:key=value:' '*--param[only runs with this parameter]:key=value:' \
      '*--where[only runs whose metric fulfils it]:condition:' \
      '--experiment[only runs of this experiment]:name:' \
      '--sort[order]:key:(start id name experiment status duration)' \
      '(-n --limit)'{-n,--limit}'[the first N]:number:' '--json[print JSON]' '--help[show help]' \
      ':root:_files -/' ;;
  show) _arguments '--json[print JSON]' $root '--help[show help]' ':run:_epochlog_runs' ;;
  metrics)
    _arguments '(-r --recursive)'{-r,--recursive}'[with descendants]' '--steps[with steps and times]' \
      '--json[on one line]' $root '--help[show help]' ':run:_epochlog_runs' ':metric:' ;;
  import)
    _arguments '(-t --type)'{-t,--type}'[what the file holds]:type:(classification regression metrics azureml)' \
      '--run[name of the run]:name:' '--eval[name of the evaluation]:name:' \
      '--experiment[experiment]:name:' $root '--positive[label of the score]:label:' \
      '--target[what is predicted]:name:' '--level[level of the interval]:number:' \
      '--schema[schema of the JSON]:schema:(confusion_matrix accuracy_table residuals predictions)' \
      '--separator[between fields]:separator:(, \; tab)' '--help[show help]' ':file:_files' ;;
  dump)
    _arguments '--json[JSON lines]' '--decoded[one JSON object]' '--scan[do not believe the index]' \
      '--help[show help]' ':log:_files -g "*.elog"' ;;
  recover)
    _arguments '(-o --output)'{-o,--output}'[the copy]:path:_files' $root '--help[show help]' \
      ':run:_epochlog_runs' ;;
  help) _describe command commands ;;
  esac
}

_epochlog "$@"
