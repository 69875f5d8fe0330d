# A trainer for one task that does what its first argument says.
task=$(cat)
case "$1" in
  result) echo "loading"; echo '{"samples": 5, "metrics": {"loss": 0.5}}' ;;
  no-line-end) printf 'loading\n{"samples": 5}' ;;
  blank-end) printf '{"samples": 5}\n\n  \n' ;;
  silent) ;;
  echo) echo "{\"output\": $task}" ;;
  attempt) echo "{\"output\": {\"attempt\": \"$TOPO_ATTEMPT\", \"roots\": \"$TOPO_ROOTS\"}}" ;;
  environment) exec python3 -S -E -c 'import json, os; print(json.dumps({"output": dict(os.environ)}))' ;;
  text) echo "done." ;;
  unknown-field) echo '{"loss": 1}' ;;
  long) head -c 3000000 /dev/zero | tr '\0' x ;;
  much) yes "a line of noise" | head -c 3000000; echo '{"samples": 5}' ;;
  exit) echo "no such column" >&2; exit "$2" ;;
  killed) kill -9 $$ ;;
  children) sleep 1000 & sleep 1000 & echo '{"samples": 5}' ;;
  hang) sleep 1000 & echo hangs; wait ;;
  ignore-term) trap '' TERM; sleep 1000 & echo hangs; while :; do sleep 1; done ;;
esac
