#!/usr/bin/env bash
# Fuzzes each target: fuzz.sh SECONDS [TARGET...]. Begins with what the presets' runs sent, and goes on with what it has learned before.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list --fuzz-dir tests/fuzz)

tools/step.sh "writing the seeds"
SEEDS=$PWD/tests/fuzz/corpus cargo test --quiet --locked --test attacks write_seeds >/dev/null
tools/step.sh "building the targets"
# The coverage that libFuzzer needs is an unstable option of the compiler, which is the stable one here.
export RUSTC_BOOTSTRAP=1
cargo fuzz build --fuzz-dir tests/fuzz

printf '%-12s %12s %10s  %s\n' target executions seconds result
failed=0
for target in "${targets[@]}"; do
  log=target/fuzz-$target.log
  result="nothing found"
  # An input that takes 10 s, or 2 GiB, is a finding too.
  cargo fuzz run --fuzz-dir tests/fuzz "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    >"$log" 2>&1 || { result="FOUND: $log"; failed=1; }
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%-12s %12s %10s  %s\n' "$target" "$executions" "$seconds" "$result"
done
exit $failed
