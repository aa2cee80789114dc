//! `credlint git`.

use std::env;
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::{CommonArgs, GitCommand, Global, RangeArgs};
use super::ci::{Base, CiRange};
use super::progress;
use super::scan::{finish, tell_config, workers};
use super::settings::Settings;
use crate::model::{Anchor, Globs, Report};
use crate::report;
use crate::scan::{GitOptions, Progress, Scanner};
use crate::source::git::{Environment, GitError, Known, Range, Repository, Update};

/// What is left out of every scan of a project, one glob a line.
const IGNORE: &str = ".credlintignore";

/// No hook is told of more.
const MAX_UPDATES: u64 = 64 * 1024 * 1024;

/// Runs the command and gives its exit status.
pub(super) fn run(
    command: &GitCommand,
    global: &Global,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8> {
    let (path, common) = match command {
        GitCommand::Staged(args) => (args.git.repository.as_deref(), &args.git.common),
        GitCommand::Range(args) => (args.git.repository.as_deref(), &args.git.common),
        GitCommand::PreReceive(args) => (args.repository.as_deref(), &args.common),
        GitCommand::PrePush(args) => (args.git.repository.as_deref(), &args.git.common),
        GitCommand::History(args) => (Some(args.repository.as_path()), &args.common),
    };
    // What git tells its hooks is about the repository they run in.
    let is_here = path.is_none_or(|path| path == Path::new("."));
    let environment = if is_here {
        environment()
    } else {
        Environment::default()
    };
    let repository = Repository::open(path.unwrap_or(Path::new(".")), &environment)?;
    let (mut settings, mut options) = settle(&repository, common, global)?;
    settings.is_whole = matches!(command, GitCommand::History(_));
    tell_config(&settings, err)?;
    let work = Work {
        repository: &repository,
        settings: &settings,
    };
    let (report, nothing) = match command {
        GitCommand::Staged(args) => {
            options.whole_files = args.whole_files;
            let scan = |scanner: &Scanner, progress: &Progress| {
                scanner.scan_staged(&repository, &options, progress)
            };
            (work.scan(scan)?, "nothing is staged that has content")
        }
        GitCommand::Range(args) => {
            options.whole_files = args.whole_files;
            let range = range(&repository, args, err)?;
            (work.range(&range, &options)?, "the range has no commits")
        }
        GitCommand::PreReceive(_) => {
            let range = repository.pushed(&updates(input()?, false)?, Known::Here)?;
            (work.range(&range, &options)?, "nothing new is pushed")
        }
        GitCommand::PrePush(args) => {
            let remote = args.remote.first().map(String::as_str);
            let range = repository.pushed(&updates(input()?, true)?, Known::Remote(remote))?;
            (work.range(&range, &options)?, "nothing new is pushed")
        }
        GitCommand::History(args) => {
            options.reflog = args.reflog;
            options.unreachable = args.unreachable;
            let scan = |scanner: &Scanner, progress: &Progress| {
                scanner.scan_history(&repository, &options, progress)
            };
            (work.scan(scan)?, "the repository has no commits")
        }
    };
    let scanned = &report.scanned;
    if scanned.files == 0 && scanned.commits == 0 && report.errors.is_empty() {
        writeln!(err, "note: {nothing}")?;
    }
    finish(&report, &settings, out, err, || Ok(()))
}

/// A repository, and how it is to be scanned.
struct Work<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
}

impl Work<'_> {
    fn scan(
        &self,
        scan: impl FnOnce(&Scanner, &Progress) -> Result<Report, GitError> + Send,
    ) -> Result<Report> {
        let (scanner, pool) = workers(self.settings)?;
        let progress = Progress::default();
        let line = progress::Line::show(self.settings.show_progress);
        let report = line.watch(&progress, || pool.install(|| scan(&scanner, &progress)));
        Ok(report?)
    }

    fn range(&self, range: &Range, options: &GitOptions) -> Result<Report> {
        self.scan(|scanner, progress| scanner.scan_range(self.repository, range, options, progress))
    }
}

/// What the arguments and the project's own files ask for.
fn settle(
    repository: &Repository,
    common: &CommonArgs,
    global: &Global,
) -> Result<(Settings, GitOptions)> {
    let top = repository.work_tree();
    let top = top.as_deref();
    let here = top.map_or_else(|| repository.git_dir(), Path::to_owned);
    let settings = Settings::resolve(common, global, &here, &here)?;
    let mut exclude = vec![(settings.exclude.clone(), settings.anchor().clone())];
    if let Some(file) = top.map(|top| top.join(IGNORE))
        && let Ok(text) = fs::read_to_string(&file)
    {
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .collect();
        let globs = Globs::new(&lines).map_err(anyhow::Error::msg);
        let globs = globs.with_context(|| format!("cannot read {}", file.display()))?;
        exclude.push((globs, Anchor::default()));
    }
    let options = GitOptions {
        exclude,
        ..GitOptions::default()
    };
    Ok((settings, options))
}

/// What git tells the hooks that it runs.
fn environment() -> Environment {
    let path = |name: &str| env::var_os(name).map(PathBuf::from);
    let alternates = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES");
    Environment {
        git_dir: path("GIT_DIR"),
        index_file: path("GIT_INDEX_FILE"),
        object_directory: path("GIT_OBJECT_DIRECTORY"),
        alternates: alternates.map_or_else(Vec::new, |paths| env::split_paths(&paths).collect()),
    }
}

fn range(repository: &Repository, args: &RangeArgs, err: &mut dyn Write) -> Result<Range> {
    if let Some(branch) = &args.since_merge_base {
        return Ok(repository.range(&format!("{branch}..HEAD"))?);
    }
    let Some(spec) = &args.range else {
        let ci = CiRange::of(&|name| env::var(name).ok())?;
        return match &ci.base {
            Base::New => Ok(repository.new_at(&ci.tip)?),
            Base::Commit(base) => match repository.range(&format!("{base}..{}", ci.tip)) {
                // A push by force leaves the old commit behind, and a clone does not get it.
                Err(GitError::Missing { what, .. }) if what.contains(base.as_str()) => {
                    writeln!(
                        err,
                        "note: {base}, where the branch was, is not in this clone; looking at all that no other reference has"
                    )?;
                    Ok(repository.new_at(&ci.tip)?)
                }
                range => Ok(range?),
            },
        };
    };
    Ok(repository.range(spec)?)
}

fn input() -> Result<String> {
    let mut text = String::new();
    let read = io::stdin()
        .lock()
        .take(MAX_UPDATES)
        .read_to_string(&mut text);
    read.context("cannot read the references on standard input")?;
    Ok(text)
}

/// The lines that git gives: `OLD NEW NAME` before it takes a push, `NAME NEW REMOTE-NAME OLD` before it
/// pushes.
fn updates(text: String, pushes: bool) -> Result<Vec<Update>> {
    let update = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (old, new, name) = match (&*words, pushes) {
            ([old, new, name], false) => (old, new, name),
            ([_, new, name, old], true) => (old, new, name),
            _ => bail!(
                "`{}` is no line that git gives such a hook",
                report::visible(line)
            ),
        };
        Ok(Update {
            old: (*old).to_owned(),
            new: (*new).to_owned(),
            name: (*name).to_owned(),
        })
    };
    text.lines()
        .filter(|line| !line.is_empty())
        .map(update)
        .collect()
}
