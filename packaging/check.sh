#!/usr/bin/env bash
# Builds what credlint is shipped as, installs it here, and uses it as its users do. `.ci/run` calls this;
# alone it is
#
#   cargo build --release && packaging/check.sh
#
# Needs Rust, git, npm and python3 with venv, and fetches tools from PyPI and npm. The program is the one
# in target/release: nothing is built twice.
set -euo pipefail
cd "$(dirname "$0")/.."

maturin=1.16.0
pre_commit=4.7.0
prek=0.5.11
zizmor=1.32.0
check_jsonschema=0.39.0
lefthook=2.2.2
husky=9.1.7
lint_staged=17.6.1

root=$PWD
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
CARGO_TARGET_DIR=$(realpath "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR
program=$CARGO_TARGET_DIR/release/credlint
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n==> packaging: %s  (%d s)\n' "$*" "$SECONDS"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
# Runs a command whose status has to be $1. Its output is shown if it is not, and kept in $work/log.
expect() {
    local wanted=$1 status=0
    shift
    "$@" >"$work/log" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] && return
    cat "$work/log" >&2
    fail "\`$*\` ended with $status, not $wanted"
}
says() { grep -q -- "$1" "$work/log" || { cat "$work/log" >&2 && fail "nothing says: $1"; }; }
# A key of random characters, so that no file holds one.
leak() {
    printf 'OCTOPOST_API_KEY=oct_%s_%s\n' live "$(head -c 65536 /dev/urandom | LC_ALL=C tr -dc a-z0-9 | cut -c 1-40)"
}
# A new repository with one clean commit, and the shell in it.
repository() {
    git init --quiet --initial-branch main "$1"
    cd "$1"
    echo 'A project.' >README
    git add README
    git commit --quiet --message start
}
# Commits what is staged, which a hook has to let through.
passes() { expect 0 git commit --message "$1"; }
# The same, if the hook has to stop it.
stops() {
    expect 1 git commit --message "$1"
    says octopost-live-key
}

step "what others say of the files"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "maturin==$maturin" "pre-commit==$pre_commit" \
    "prek==$prek" "zizmor==$zizmor" "check-jsonschema==$check_jsonschema" pyyaml ||
    fail "pip could not install the tools that packages are checked with"
export PATH=$work/venv/bin:$PATH
conforms() { check-jsonschema --builtin-schema "vendor.$1" "${@:2}"; }
conforms github-workflows .github/workflows/*.yml packaging/examples/github/*.yml
conforms github-actions action.yml
conforms dependabot .github/dependabot.yml
conforms gitlab-ci packaging/gitlab/credlint.yml
pre-commit validate-manifest .pre-commit-hooks.yaml
pre-commit validate-config packaging/examples/hooks/pre-commit-config.yaml
zizmor --offline --no-progress --quiet --config .github/zizmor.yml action.yml .github/workflows packaging/examples/github/*.yml
if command -v shellcheck >/dev/null; then
    shellcheck .ci/run packaging/*.sh packaging/action/run.sh
else
    echo "note: shellcheck is not installed, so scripts are not judged"
fi

step "the wheel"
[ -x "$program" ] || fail "there is no $program: run cargo build --release first"
mkdir "$work/wheels"
(cd packaging/python && maturin build --release --locked --auditwheel skip --out "$work/wheels") || fail "no wheel"
wheel=$(echo "$work"/wheels/*.whl)
python3 -m venv "$work/installed"
"$work/installed/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel"
expect 0 "$work/installed/bin/credlint" --version
says "credlint $version"
mkdir "$work/leaky"
leak >"$work/leaky/.env"
expect 1 "$work/installed/bin/credlint" scan "$work/leaky"
says octopost-live-key
"$work/installed/bin/python" -c "from importlib.metadata import version; assert version('credlint') == '$version'"

step "the archive, as the action gets it"
target=$(rustc -vV | sed -n 's/^host: //p')
packaging/archive.sh "$target" "$wheel" "$work/dist"
archive=$work/dist/credlint-$version-$target.tar.gz
tar -tzf "$archive" | sort | tr '\n' ' ' >"$work/log"
says '^CHANGELOG.md LICENSE-APACHE LICENSE-MIT credlint $'
cmp "$work/installed/bin/credlint" "$work/dist/$target/credlint"

step "what the image is built from"
# There is no Docker everywhere; that its context is complete is known without.
context=$work/context
mkdir "$context"
sed -n 's/^!//p' packaging/docker/Dockerfile.dockerignore | while IFS= read -r name; do
    # shellcheck disable=SC2086 # LICENSE-* are several.
    cp -r $name "$context"
done
expect 0 cargo metadata --manifest-path "$context/Cargo.toml" --locked --offline --no-deps --format-version 1
says '"name":"credlint"'

# From here on, nothing of the user's own settings but where cargo is, and a name for commits.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export HOME=$work/home PRE_COMMIT_HOME=$work/pre-commit PREK_HOME=$work/prek
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
mkdir "$HOME" "$PRE_COMMIT_HOME" "$PREK_HOME"

step "the npm packages"
node packaging/npm/build.mjs "$work/npm" "$target=$work/dist/$target/credlint"
name=$(node -p "require('./packaging/npm/platforms.json').find((p) => p.target === '$target').package")
mkdir "$work/packed"
(cd "$work/packed" && npm pack --silent "$work/npm/$name" "$work/npm/credlint" >/dev/null)
mkdir "$work/project"
cd "$work/project"
echo '{ "private": true }' >package.json
# The packages of other systems are no files here, and none of this name is asked for at the registry.
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional "$work"/packed/credlint-[0-9]*.tgz
expect 2 npx --no-install credlint scan .
says "the package $name is not installed"
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional "$work"/packed/*.tgz
expect 0 npx --no-install credlint --version
says "credlint $version"
expect 1 npx --no-install credlint scan "$work/leaky"
says octopost-live-key
expect 2 npx --no-install credlint scan no-such-file
cd "$root"

step "pre-commit and prek"
hooks=$work/hooks
git init --quiet "$hooks"
cp .pre-commit-hooks.yaml pyproject.toml README.md "$hooks"
git -C "$hooks" add .
git -C "$hooks" commit --quiet --message hooks
git -C "$hooks" tag "v$version"
export PIP_FIND_LINKS="$work/wheels ${PIP_FIND_LINKS:-}" UV_FIND_LINKS=$work/wheels PIP_DISABLE_PIP_VERSION_CHECK=1
for tool in pre-commit prek; do (
    repository "$work/with-$tool"
    sed "s|https://github.com/credlint/credlint|$hooks|" \
        "$root/packaging/examples/hooks/pre-commit-config.yaml" >.pre-commit-config.yaml
    git add .
    git commit --quiet --message configuration
    expect 0 "$tool" install --install-hooks
    # The wheel from here was installed, not another from somewhere.
    home=$PREK_HOME
    [ "$tool" = prek ] || home=$PRE_COMMIT_HOME
    found=$(find "$home" -path '*/bin/credlint' -type f | tail -n 1)
    cmp "$found" "$work/dist/$target/credlint"

    echo 'port = 8080' >app.ini
    git add app.ini
    passes "clean"
    leak >.env
    git add .env
    stops "a leak"
    # What is staged counts, not what stands in the folder.
    echo PORT=8080 >.env
    stops "still a leak"
    git add .env
    passes "the leak is gone"

    # An old leak is none of the next commit's business, but one of --all-files and --files.
    leak >old.env
    git add old.env
    git commit --quiet --no-verify --message "around the hook"
    echo 'A change.' >>README
    git add README
    passes "beside an old leak"
    git update-index --chmod=+x app.ini
    passes "without new content"
    # Where nothing is staged, the hook of commits looks at all there is.
    expect 1 "$tool" run credlint --all-files
    says old.env
    expect 1 "$tool" run credlint-files --hook-stage manual --all-files
    says old.env
    expect 1 "$tool" run credlint-files --hook-stage manual --files old.env
    expect 0 "$tool" run credlint-files --hook-stage manual --files README app.ini
); done

step "lefthook, husky, lint-staged"
cd "$work/project"
npm install --silent --no-audit --no-fund --ignore-scripts --omit=peer \
    "lefthook@$lefthook" "husky@$husky" "lint-staged@$lint_staged" "$work"/packed/*.tgz ||
    fail "npm could not install the tools that run hooks"
modules=$work/project/node_modules
cd "$root"
for tool in lefthook husky lint-staged; do (
    repository "$work/with-$tool"
    ln -s "$modules" node_modules
    echo node_modules >.gitignore
    export PATH=$modules/.bin:$PATH
    case $tool in
    lefthook)
        cp "$root/packaging/examples/hooks/lefthook.yml" .
        expect 0 lefthook install
        ;;
    husky)
        expect 0 husky
        cp "$root/packaging/examples/hooks/husky/pre-commit" .husky/
        ;;
    lint-staged)
        cp "$root/packaging/examples/hooks/lint-staged.config.mjs" .
        printf '#!/bin/sh\nexec lint-staged\n' >.git/hooks/pre-commit
        chmod +x .git/hooks/pre-commit
        ;;
    esac
    git add .
    passes "clean"
    leak >.env
    git add .env
    stops "a leak"
); done

step "the action and the GitLab job"
"$work/venv/bin/python" packaging/check_ci.py "$program"

step "all is well"
