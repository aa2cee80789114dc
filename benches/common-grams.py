#!/usr/bin/env python3
"""Prints the commonest grams of source code, for src/detect/prefilter/common.txt.

    benches/common-grams.py KERNEL-TREE RUST-SOURCES PYTHON-LIBRARY NODE-PACKAGES > src/detect/prefilter/common.txt

Each folder counts for the share that a gram has in it, and the greatest share of a gram counts: what is
common in one language is common. Grams are folded as the prefilter folds them, and `_`, which folds to
DEL, is written as it is.
"""

import collections
import pathlib
import sys

GRAMS = 12_288
A_LINE = 24
MAX_BYTES = 48 << 20
MAX_FILE = 500_000

fold = bytes(b | 0x20 for b in range(256))


def count(folder):
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(min(path.stat().st_size, MAX_FILE) for path in files)
    step = max(1, size // MAX_BYTES)
    grams = collections.Counter()
    total = 0
    for path in files[::step]:
        text = path.read_bytes()
        if len(text) > MAX_FILE or b"\0" in text:
            continue
        text = text.translate(fold)
        grams.update(text[at : at + 4] for at in range(len(text) - 3))
        total += len(text)
    return {gram: number / total for gram, number in grams.items()}


def main():
    share = collections.Counter()
    for folder in sys.argv[1:]:
        for gram, part in count(folder).items():
            share[gram] = max(share[gram], part)
    readable = (gram for gram in share if all(0x20 <= b < 0x80 for b in gram))
    ranked = sorted(readable, key=lambda gram: (-share[gram], gram))[:GRAMS]
    for at in range(0, GRAMS, A_LINE):
        line = b"".join(ranked[at : at + A_LINE]).replace(b"\x7f", b"_")
        print("|" + line.decode("ascii") + "|")


if __name__ == "__main__":
    main()
