"""Runs action.yml and the GitLab job as the services would, on real repositories, with a real credlint.

    python3 packaging/check_ci.py PROGRAM

A small runner: it takes inputs and steps from action.yml itself, gives each event the environment and the
payload that GitHub documents, and compares how the job ends. Needs git, bash and PyYAML.
"""

import json
import os
import re
import secrets
import string
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.argv[1]).resolve()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "packaging/gitlab/credlint.yml").read_text(encoding="utf-8"))
ZEROS = "0" * 40


def leak():
    """A key of random characters, so that no file holds one."""
    key = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(40))
    return f"OCTOPOST_API_KEY=oct_{'live'}_{key}\n"


class Repository:
    """main: start, then a leak in old.ini that is removed again. topic: start, clean, a leak in new.ini."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.start = self.commit("start", README="A project.\n")
        self.git("switch", "--quiet", "--create", "topic")
        self.clean = self.commit("clean", **{"app.ini": "port = 8080\n"})
        self.leaky = self.commit("a leak", **{"new.ini": leak()})
        self.git("switch", "--quiet", "main")
        self.commit("an old leak", **{"old.ini": leak()})
        self.git("rm", "--quiet", "old.ini")
        self.main = self.commit("and gone")
        self.git("switch", "--quiet", "--detach")
        self.git("merge", "--quiet", "--no-edit", "topic")
        self.merged = self.git("rev-parse", "HEAD")

    def git(self, *args):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *args]
        done = subprocess.run(command, cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message, **files):
        for name, text in files.items():
            (self.path / name).write_text(text, encoding="utf-8")
            self.git("add", name)
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def clone(self, path, commit, *options):
        """What actions/checkout leaves: a clone, with `commit` checked out."""
        url = self.path.as_uri()
        subprocess.run(["git", "-c", "init.defaultBranch=main", "clone", "--quiet", "--no-checkout", *options, url, path], check=True)
        clone = object.__new__(Repository)
        clone.path = path
        clone.git("fetch", "--quiet", *options, "origin", commit)
        clone.git("checkout", "--quiet", "--detach", commit)
        return clone


def environment(home):
    """No more of this machine than a job needs, and what cargo does."""
    kept = ("PATH", "CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_HOME")
    kept = {name: os.environ[name] for name in kept if name in os.environ}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8"}


class Job:
    """One run of the action."""

    def __init__(self, folder, checkout, event, payload, sha, **inputs):
        folder.mkdir()
        self.outputs, self.log, self.uploaded, self.failed = {}, "", None, False
        self.inputs = {name: str(of.get("default", "")) for name, of in ACTION["inputs"].items()}
        self.inputs.update({"binary": str(PROGRAM), "upload-sarif": "true", **inputs})
        (folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        self.summary_file = folder / "summary"
        self.workspace = checkout.path
        self.environment = environment(folder) | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_SHA": sha,
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            "GITHUB_WORKSPACE": str(checkout.path),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_TEMP": str(folder),
        }
        for step in ACTION["runs"]["steps"]:
            self.step(step)

    def value(self, expression):
        """An expression of the kinds that action.yml uses."""
        kind, _, name = expression.strip().partition(".")
        if kind == "inputs":
            return self.inputs[name]
        if expression.strip() == "github.workspace":
            return str(self.workspace)
        if kind == "steps" and name.startswith("scan.outputs."):
            return self.outputs.get(name.removeprefix("scan.outputs."), "")
        raise ValueError(f"this runner does not know {expression}")

    def filled(self, text):
        return re.sub(r"\$\{\{(.+?)\}\}", lambda found: self.value(found[1]), text)

    def holds(self, condition):
        terms = condition.removeprefix("${{").removesuffix("}}").split("&&")
        if self.failed and not any(term.strip() == "always()" for term in terms):
            return False
        for term in terms:
            if term.strip() == "always()":
                continue
            left, operator, right = re.fullmatch(r"\s*(\S+) (==|!=) '(.*)'\s*", term).groups()
            if (self.value(left) == right) != (operator == "=="):
                return False
        return True

    def step(self, step):
        if "if" in step and not self.holds(step["if"]):
            return
        if "uses" in step:
            given = {name: self.filled(value) for name, value in step["with"].items()}
            self.uploaded = json.loads(Path(given["sarif_file"]).read_text(encoding="utf-8"))
            return
        variables = {name: self.filled(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log += done.stdout
        self.failed = self.failed or done.returncode != 0
        output = Path(self.environment["GITHUB_OUTPUT"])
        if step.get("id") == "scan" and output.exists():
            lines = output.read_text(encoding="utf-8").splitlines()
            self.outputs = dict(line.split("=", 1) for line in lines)

    def summary(self):
        return self.summary_file.read_text(encoding="utf-8")


def check(what, holds, log):
    if not holds:
        sys.exit(f"{log}\nerror: {what}")


def check_job(name, job, status, files):
    """That a job ended with `status`, with findings in `files` and no others."""
    log = f"{job.log}{job.outputs}"
    check(f"{name}: status", job.outputs.get("exit-code") == str(status), log)
    check(f"{name}: the job fails", job.failed == (status != 0), log)
    found = sorted(re.findall(r"^::error file=([^,]+),line=\d+", job.log, re.MULTILINE))
    check(f"{name}: annotations of {files}", found == files, log)
    if status == 2:
        return
    check(f"{name}: how many", job.outputs["findings"] == str(len(files)), log)
    results = job.uploaded["runs"][0]["results"]
    check(f"{name}: what is uploaded", len(results) == len(files), results)
    heading = f"## credlint: {len(files) or 'no'} finding"
    check(f"{name}: summary", job.summary().startswith(heading), job.summary())
    print(f"ok -- {name}")


def check_action(work):
    repository = Repository(work / "repository")
    r = repository
    full = repository.clone(work / "full", r.merged)
    request = {"pull_request": {"base": {"sha": r.main}, "head": {"sha": r.leaky}}}
    events = [
        ("a push with a leak", "push", {"before": r.clean, "after": r.leaky}, r.leaky, 1, ["new.ini"]),
        ("a clean push", "push", {"before": r.start, "after": r.clean}, r.clean, 0, []),
        ("a push by force", "push", {"before": "12" * 20, "after": r.leaky}, r.leaky, 1, ["new.ini"]),
        ("a pull request", "pull_request", request, r.merged, 1, ["new.ini"]),
        (
            "a merge group",
            "merge_group",
            {"merge_group": {"base_sha": r.main, "head_sha": r.merged}},
            r.merged,
            1,
            ["new.ini"],
        ),
        ("a schedule", "schedule", {}, r.merged, 1, ["new.ini", "old.ini"]),
    ]
    for at, (name, event, payload, sha, status, files) in enumerate(events):
        full.git("checkout", "--quiet", "--detach", sha)
        job = Job(work / f"job{at}", full, event, payload, sha)
        check_job(name, job, status, files)

    # A new branch: only what no other has.
    fresh = repository.clone(work / "fresh", r.leaky)
    fresh.git("branch", "--remotes", "--delete", "origin/topic")
    job = Job(work / "new", fresh, "push", {"before": ZEROS, "after": r.leaky}, r.leaky)
    check_job("a new branch", job, 1, ["new.ini"])

    job = Job(work / "tree", full, "push", {}, r.merged, mode="tree", paths="README\nnew.ini")
    check_job("files", job, 1, ["new.ini"])
    source = {"binary": "", "version": "source"}
    job = Job(work / "source", full, "push", {}, r.merged, mode="tree", paths="app.ini", **source)
    check_job("a program built from source", job, 0, [])
    baseline = ["baseline", "create", "--key-in-file", "--reason", "old", "--baseline", work / "accepted.json"]
    subprocess.run([PROGRAM, *baseline], cwd=full.path, check=True, capture_output=True)
    accepted = {"baseline": str(work / "accepted.json")}
    job = Job(work / "baseline", full, "push", {}, r.merged, mode="tree", **accepted)
    check("what a baseline accepts", not job.failed and job.outputs["findings"] == "0", job.log)
    print("ok -- what a baseline accepts")
    job = Job(work / "never", full, "push", {}, r.merged, mode="tree", **{"fail-on": "never"})
    check("fail-on never", not job.failed and job.outputs["findings"] == "1", job.log)

    # What actions/checkout does without `fetch-depth: 0` is never clean.
    shallow = repository.clone(work / "shallow", r.clean, "--depth=1")
    for event, payload in (("pull_request", request), ("schedule", {})):
        job = Job(work / f"shallow-{event}", shallow, event, payload, r.clean)
        check_job(f"a shallow {event}", job, 2, [])
        check("fetch-depth is told", "fetch-depth: 0" in job.log, job.log)
        print(f"ok -- a shallow {event} says what to do")


def check_gitlab(work):
    r = Repository(work / "gitlab")
    bin_folder = work / "bin"
    bin_folder.mkdir()
    (bin_folder / "credlint").symlink_to(PROGRAM)
    job = GITLAB["credlint"]
    full = r.clone(work / "gitlab-clone", r.merged)
    pipelines = [
        ("a merge request", "merge_request_event", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": r.main}, 1, 1),
        ("a push", "push", {"CI_COMMIT_BEFORE_SHA": r.main}, 1, 1),
        ("a schedule", "schedule", {}, 1, 2),
        ("a tree", "push", {"CREDLINT_MODE": "tree"}, 1, 1),
        ("without failing", "push", {"CREDLINT_MODE": "tree", "CREDLINT_OPTIONS": "--exit-zero --quiet"}, 0, 1),
        ("a wrong mode", "push", {"CREDLINT_MODE": "all"}, 2, None),
    ]
    for name, source, variables, status, findings in pipelines:
        report = full.path / "gl-secret-detection-report.json"
        report.unlink(missing_ok=True)
        given = environment(work) | job["variables"]
        given |= {"CI_PIPELINE_SOURCE": source, "GITLAB_CI": "true", "CI_COMMIT_SHA": r.merged} | variables
        given["PATH"] = f"{bin_folder}:{given['PATH']}"
        script = "set -e\n" + "\n".join(job["script"])
        done = subprocess.run(
            ["sh", "-c", script], cwd=full.path, env=given, capture_output=True, text=True
        )
        log = done.stdout + done.stderr
        check(f"GitLab, {name}: status {done.returncode}", done.returncode == status, log)
        if findings is not None:
            found = json.loads(report.read_text(encoding="utf-8"))["vulnerabilities"]
            check(f"GitLab, {name}: findings", len(found) == findings, log)
        print(f"ok -- GitLab, {name}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        check_action(work)
        check_gitlab(work)


if __name__ == "__main__":
    main()
