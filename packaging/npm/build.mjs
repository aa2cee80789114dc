// Puts the npm packages together: `credlint`, which holds the start script, and one with the program for
// each system, of which npm installs the one that fits.
//
//   node packaging/npm/build.mjs OUT [TARGET=PROGRAM ...]
//
// The version is Cargo.toml's. A system without a PROGRAM gets no package, but is asked for all the same:
// npm passes over optional packages that it cannot have.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const platforms = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");

/** What `[package]` of Cargo.toml says of a key: a string, or an array of strings. */
function cargo(key) {
  const found = manifest.match(new RegExp(`^${key} = (.+)$`, "m"));
  if (!found) throw new Error(`Cargo.toml has no ${key}`);
  return JSON.parse(found[1]);
}

const [out, ...given] = process.argv.slice(2);
if (!out) throw new Error("usage: build.mjs OUT [TARGET=PROGRAM ...]");
const programs = new Map(
  given.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
);
for (const target of programs.keys()) {
  if (!platforms.some((platform) => platform.target === target)) {
    throw new Error(`platforms.json has no ${target}`);
  }
}

const version = cargo("version");
const common = {
  version,
  description: cargo("description"),
  license: cargo("license"),
  homepage: "https://github.com/credlint/credlint",
  repository: { type: "git", url: "git+https://github.com/credlint/credlint.git" },
  publishConfig: { access: "public", provenance: true },
};

/** Writes a package: its folder anew, its package.json, and `files` by their place in it. */
function write(folder, description, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(source, join(folder, name));
    if (name.startsWith("bin/")) chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(description, null, 2) + "\n");
}

const licenses = Object.fromEntries(
  ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => [name, join(root, name)]),
);

for (const { package: name, target, os, cpu, libc } of platforms) {
  if (!programs.has(target)) continue;
  const program = os.includes("win32") ? "bin/credlint.exe" : "bin/credlint";
  write(
    join(out, name),
    { name, ...common, os, cpu, ...(libc && { libc }), files: ["bin"], preferUnplugged: true },
    { [program]: programs.get(target), ...licenses },
  );
}

write(
  join(out, "credlint"),
  {
    name: "credlint",
    ...common,
    keywords: cargo("keywords"),
    bin: { credlint: "bin/credlint.js" },
    engines: { node: ">=18" },
    files: ["bin", "platforms.json"],
    optionalDependencies: Object.fromEntries(platforms.map((p) => [p.package, version])),
  },
  {
    "bin/credlint.js": join(here, "bin", "credlint.js"),
    "platforms.json": join(here, "platforms.json"),
    "README.md": join(here, "README.md"),
    ...licenses,
  },
);
