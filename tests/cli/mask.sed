# What differs from run to run.
s/[0-9]{8}-[0-9]{6}-([^ /"]*)-[0-9a-f]{6}/ID-\1/g
s/[0-9]{5}-[0-9a-f]{8}\.elog/LOG.elog/g
s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g
s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}/TIME/g
s/("duration_s": )[0-9.e-]+/\1SECONDS/
s/[0-9.]+ (ms|s)\b/DURATION/g
s/ +[0-9]+ bytes/  N bytes/g
# Padding that follows from the above.
s/ID-([a-z]+) +/ID-\1  /
s/^(id|  file) {5,}/\1  /
s/ {2,}DURATION/  DURATION/
