#!/usr/bin/env bash
# Makes the archive of a release from the program in a wheel, so that every channel ships the same bytes:
#
#   packaging/archive.sh TARGET WHEEL OUT
#
# writes OUT/credlint-VERSION-TARGET.tar.gz, and the program to OUT/TARGET/.
set -euo pipefail
[ $# -eq 3 ] || {
    echo "usage: packaging/archive.sh TARGET WHEEL OUT" >&2
    exit 2
}
target=$1 wheel=$2 out=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)

mkdir -p "$out/$target"
# Without a folder: `-j` drops the wheel's own.
unzip -q -o -j "$wheel" '*.data/scripts/credlint*' -d "$out/$target"
cp "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$root/CHANGELOG.md" "$out/$target/"
program=credlint
[ ! -f "$out/$target/credlint.exe" ] || program=credlint.exe
chmod 755 "$out/$target/$program"
tar -czf "$out/credlint-$version-$target.tar.gz" -C "$out/$target" \
    "$program" LICENSE-MIT LICENSE-APACHE CHANGELOG.md
rm "$out/$target/LICENSE-MIT" "$out/$target/LICENSE-APACHE" "$out/$target/CHANGELOG.md"
