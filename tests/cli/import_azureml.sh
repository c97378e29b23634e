# Evaluations that were aggregated elsewhere; the report reads them leniently, so
# here they must only be JSON of a schema it knows.
try() { $EPOCHLOG import "$@" --type azureml --run r --eval cm | $mask; }
cat >cm.json <<'END'
{"schema_type": "confusion_matrix", "schema_version": "v1",
 "data": {"class_labels": ["0", "1"], "matrix": [[3, 0], [1, 4]]}}
END
try cm.json
$EPOCHLOG show --json outputs/* | sed -n '/"documents"/,/\]/p' | head -5
echo '{"data": {"bin_edges": [1, 2, 3], "bin_counts": [1, 2, 3, 4]}}' | try - --schema residuals
rm -r outputs
echo '{"data": {}}' | try -
echo '{"schema_type": "roc_curve", "data": {}}' | try -
echo '[1, 2]' | try -
printf '{"schema_type": "residuals",\n"data": }\n' | try -
printf '' | try -
try missing.json
(echo '{"schema_type": "residuals", "data": "'; head -c 16777216 /dev/zero | tr '\0' x; echo '"}') | try -
ls
