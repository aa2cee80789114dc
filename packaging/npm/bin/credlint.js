#!/usr/bin/env node
// Runs the program of this system's package with the arguments and streams that this script has.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");
const platforms = require("../platforms.json");

/** The C library of a Linux system. Node names the version of glibc it runs with; musl has none. */
function libc() {
  return process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
}

/** The path of the program, from `CREDLINT_BINARY` or the package that fits. */
function program() {
  if (process.env.CREDLINT_BINARY) return process.env.CREDLINT_BINARY;
  const fits = platforms.filter(
    ({ os, cpu }) => os.includes(process.platform) && cpu.includes(process.arch),
  );
  if (fits.length === 0) {
    throw new Error(
      `there is no package for ${process.platform} on ${process.arch}\n` +
        "  help: `cargo install credlint` builds the program; CREDLINT_BINARY names it to this script",
    );
  }
  // What npm has put here fits, even if what it took for the system's C library was wrong.
  const own = process.platform === "linux" ? libc() : undefined;
  fits.sort((a, b) => Number(!a.libc?.includes(own)) - Number(!b.libc?.includes(own)));
  for (const { package: name, os } of fits) {
    try {
      return require.resolve(`${name}/bin/credlint${os.includes("win32") ? ".exe" : ""}`);
    } catch {
      // Not installed: perhaps the next one is.
    }
  }
  throw new Error(
    `the package ${fits[0].package} is not installed\n` +
      "  help: install without --omit=optional, and on the system that you run it on",
  );
}

function run() {
  const { status, signal, error } = spawnSync(program(), process.argv.slice(2), {
    stdio: "inherit",
    windowsHide: true,
  });
  if (error) throw error;
  // A program that was ended by a signal has no status of its own; a shell would say this.
  return status ?? 128 + (constants.signals[signal] ?? 0);
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
