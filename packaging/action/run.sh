#!/usr/bin/env bash
# The script behind action.yml. Without an argument it gets the program, scans, and writes annotations,
# job summary and outputs; with `result` it ends with the status that the scan had.
#
# Everything comes in through the environment: INPUT_* from action.yml, the rest from the runner.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# GitHub takes no summary of more than 1 MiB.
summary_limit=1048576

# A message is one line of a workflow command: nothing in it may end that line.
annotate() {
    # The codes are variables because the bash of macOS would keep quotes around them.
    local text=$2 percent=%25 return=%0D newline=%0A
    text=${text//[%]/$percent}
    text=${text//$'\r'/$return}
    text=${text//$'\n'/$newline}
    printf '::%s title=credlint::%s\n' "$1" "$text"
}
output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }
summarize() { cat >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }
# Ends with the status of an error: something was not scanned.
die() {
    annotate error "$1"
    printf '## credlint: nothing was scanned\n\n%s\n' "$1" | summarize
    output exit-code 2
    exit 2
}

# The name of this machine in the names of release archives.
target() {
    local system=${RUNNER_OS:-$(uname -s)} processor=${RUNNER_ARCH:-$(uname -m)}
    case $system/$processor in
    Linux/X64 | Linux/x86_64) echo x86_64-unknown-linux-musl ;;
    Linux/ARM64 | Linux/aarch64) echo aarch64-unknown-linux-musl ;;
    macOS/X64 | Darwin/x86_64) echo x86_64-apple-darwin ;;
    macOS/ARM64 | Darwin/arm64) echo aarch64-apple-darwin ;;
    # Windows on ARM runs programs of the other processor.
    Windows/X64 | Windows/ARM64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Downloads a release into the folder $1, and holds it against the table before it is unpacked.
download() {
    local version=$INPUT_VERSION target archive expected actual
    target=$(target) || die "There is no release for ${RUNNER_OS:-this system} on ${RUNNER_ARCH:-this processor}. Set \`version: source\`, or \`binary\`."
    if [ "$version" = latest ]; then
        version=$(sed -n "s/^[0-9a-f]\{64\}  credlint-\([0-9].*\)-$target\.tar\.gz\$/\1/p" "$here/checksums.txt" | tail -n 1)
        [ -n "$version" ] || die "This revision of the action knows no release for $target. Set \`version: source\`, or \`binary\`."
    fi
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] ||
        die "\`version: $version\` is none of latest, source, and a version such as 1.2.3."
    archive=credlint-$version-$target.tar.gz
    expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$here/checksums.txt")
    [ -n "$expected" ] ||
        die "This revision of the action has no checksum of $archive, so it is not used. Take a newer revision, or a version that packaging/action/checksums.txt names."
    curl --fail --silent --show-error --location --retry 3 --max-time 300 \
        --proto '=https,file' --proto-redir '=https' \
        --output "$1/$archive" "${INPUT_DOWNLOAD_URL%/}/v$version/$archive" ||
        die "$archive could not be downloaded from ${INPUT_DOWNLOAD_URL%/}/v$version."
    actual=$(sha256 "$1/$archive")
    [ "$actual" = "$expected" ] ||
        die "$archive has the checksum $actual, and not $expected as released: it is not used."
    # From within, as a path such as C:/a is another machine's to tar.
    (cd "$1" && tar -xzf "$archive") || die "$archive could not be unpacked."
    program=$1/credlint
    [ "${RUNNER_OS:-}" != Windows ] || program=$program.exe
    [ -f "$program" ] || die "$archive holds no credlint."
}

# Builds the revision that this script belongs to.
build() {
    command -v cargo >/dev/null || die "\`version: source\` needs cargo."
    cargo install --quiet --locked --path "$here/../.." --root "$1" --bin credlint ||
        die "credlint could not be built."
    program=$1/bin/credlint
    [ "${RUNNER_OS:-}" != Windows ] || program=$program.exe
}

# Sets `program`. `binary` comes first, so that nothing is downloaded where one is at hand.
get_program() {
    if [ -n "$INPUT_BINARY" ]; then
        program=$(command -v -- "$INPUT_BINARY") || die "\`binary: $INPUT_BINARY\` is no program."
        # A relative path is one from the workspace, which is where this script begins.
        case $program in [/\\]* | ?:[/\\]*) ;; *) program=$PWD/$program ;; esac
    elif [ "$INPUT_VERSION" = source ]; then
        build "$1"
    else
        download "$1"
    fi
    "$program" --version || die "$program does not run here."
}

# Sets `mode` to tree, range or history.
settle_mode() {
    mode=$INPUT_MODE
    case $mode in
    auto)
        case ${GITHUB_EVENT_NAME:-} in
        push | pull_request | pull_request_target | merge_group) mode=range ;;
        *) mode=history ;;
        esac
        ;;
    tree | range | history) ;;
    *) die "\`mode: $mode\` is none of auto, tree, range and history." ;;
    esac
    [ "$mode" = tree ] || [ -z "$INPUT_PATHS" ] ||
        die "\`paths\` needs \`mode: tree\`; what commits bring is scanned whole."
}

is_shallow() { [ -f .git/shallow ]; }
depth_hint="The checkout is shallow: give actions/checkout \`fetch-depth: 0\`, so that the commits to scan are there."

# Sets `arguments`: what to scan, where reports go, and what decides the exit status.
settle_arguments() {
    local line
    case $mode in
    tree) arguments=(scan) ;;
    range) arguments=(git range --ci) ;;
    history) arguments=(git history) ;;
    esac
    sarif=$1/credlint.sarif
    arguments+=(--format github --category "${INPUT_CATEGORY:-$mode}")
    arguments+=(--output "markdown=$1/summary.md" --output "jsonl=$1/findings.jsonl" --output "sarif=$sarif")
    while IFS= read -r line; do
        line=${line%$'\r'}
        case $line in
        "") ;;
        [a-z]*=?*) arguments+=(--output "$line") ;;
        *) die "\`formats\` has the line \`$line\`; write FORMAT=PATH, as in \`json=credlint.json\`." ;;
        esac
    done <<<"$INPUT_FORMATS"
    case $INPUT_FAIL_ON in
    never) arguments+=(--exit-zero) ;;
    *) arguments+=("--fail-on=$INPUT_FAIL_ON") ;;
    esac
    [ -z "$INPUT_CONFIG" ] || arguments+=("--config=$INPUT_CONFIG")
    [ -z "$INPUT_BASELINE" ] || arguments+=("--baseline=$INPUT_BASELINE")
    # Last, and behind `--`: a path is no option, whatever it begins with.
    if [ "$mode" = tree ]; then
        arguments+=(--)
        while IFS= read -r line; do
            line=${line%$'\r'}
            [ -z "$line" ] || arguments+=("$line")
        done <<<"${INPUT_PATHS:-.}"
    fi
}

write_summary() {
    local size
    if [ ! -s "$1" ]; then
        printf '## credlint: the scan failed\n\nThe log of this step says why.\n' | summarize
        return
    fi
    size=$(wc -c <"$1")
    if [ "$size" -le "$summary_limit" ]; then
        summarize <"$1"
    else
        printf '## credlint\n\nThe report is too long for this page. The log and the SARIF report have it.\n' | summarize
    fi
}

scan() {
    local work status=0 findings=""
    work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/credlint.XXXXXX")
    # A Windows program takes no path of this shell's making.
    ! command -v cygpath >/dev/null || work=$(cygpath -m "$work")
    settle_mode
    get_program "$work"
    cd "$INPUT_WORKING_DIRECTORY" || die "There is no folder $INPUT_WORKING_DIRECTORY."
    [ "$mode" != history ] || ! is_shallow || die "$depth_hint"
    settle_arguments "$work"
    printf 'credlint'
    printf ' %q' "${arguments[@]}"
    printf '\n'
    "$program" "${arguments[@]}" || status=$?
    # 2 is for all that is neither clean nor a finding; a crash must not pass for findings.
    case $status in 0 | 1) ;; *) status=2 ;; esac
    if [ "$status" -eq 2 ] && [ "$mode" = range ] && is_shallow; then
        annotate error "$depth_hint"
    fi
    write_summary "$work/summary.md"
    if [ -f "$work/findings.jsonl" ]; then
        findings=$(grep -c '^{"type":"finding",' "$work/findings.jsonl") || true
    fi
    output findings "$findings"
    [ ! -f "$sarif" ] || output sarif "$sarif"
    output exit-code "$status"
}

result() {
    case ${CREDLINT_EXIT_CODE:-} in
    0) ;;
    1)
        annotate error "${CREDLINT_FINDINGS:-Some} finding(s); the summary of this job says what to do."
        exit 1
        ;;
    *)
        annotate error "The scan is incomplete, so it is not clean."
        exit 2
        ;;
    esac
}

case ${1:-scan} in
scan) scan ;;
result) result ;;
*) die "run.sh knows no \`$1\`." ;;
esac
