//! From arguments, configuration and environment to what will be done, once.
//!
//! Nothing behind this looks at a flag again. The command line goes before the configuration, and
//! that before the defaults; lists add up.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::baseline::BaselineArgs;
use super::args::{
    CommonArgs, ExplainArgs, FileArgs, Global, OutputArgs, RuleArgs, ScanArgs, When,
};
use super::baseline::open;
use super::explain::unknown_rule;
use super::project::Project;
use crate::misuse::CHECKS;
use crate::model::{Anchor, Globs, Report, Severity};
use crate::report::{Format, Style};
use crate::rules::RuleSet;
use crate::scan::{Options, Scanner};
use crate::source::WalkOptions;

/// Where a report goes.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Standard output, where there is none.
    pub(super) path: Option<PathBuf>,
}

/// What is scanned.
#[derive(Debug)]
pub(super) enum Target {
    Paths(Vec<PathBuf>),
    Stdin(String),
}

/// What becomes of the fixes that findings have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fixing {
    /// They are reported with their findings.
    Report,
    /// They are shown as a diff.
    Show,
    /// They are applied.
    Apply,
}

/// Everything `credlint scan` has to know.
#[derive(Debug)]
pub(super) struct ScanSettings {
    pub(super) target: Target,
    pub(super) walk: WalkOptions,
    pub(super) fixing: Fixing,
    pub(super) common: Settings,
}

/// What every scan has to know, wherever its bytes come from.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) rules: RuleSet,
    pub(super) outputs: Vec<Output>,
    pub(super) style: Style,
    pub(super) fail_on: Severity,
    pub(super) exit_zero: bool,
    pub(super) show_progress: bool,
    /// How many threads there are to be; none stands for one a processor.
    pub(super) threads: usize,
    /// What is left out, seen from where the configuration's paths begin.
    pub(super) exclude: Globs,
    /// The configuration file in use.
    pub(super) config: Option<PathBuf>,
    /// The baseline in use.
    pub(super) baseline: Option<PathBuf>,
    pub(super) project: Project,
    /// Whether all of a project is looked at, so that it can be told what suppresses nothing.
    pub(super) is_whole: bool,
    filter: RuleArgs,
    baseline_args: BaselineArgs,
    no_archives: bool,
}

impl ScanSettings {
    /// Settles what `args` and the configuration they lead to ask for.
    pub(super) fn resolve(args: &ScanArgs, global: &Global) -> Result<Self> {
        let target = target(&args.paths, &args.files)?;
        let fixing = match (args.fix.fix, args.fix.diff) {
            (true, _) if matches!(target, Target::Stdin(_)) => bail!(
                "--fix cannot change what comes on standard input\n  help: --diff shows what it would change"
            ),
            (true, _) => Fixing::Apply,
            (false, true) => Fixing::Show,
            (false, false) => Fixing::Report,
        };
        let common = Settings::resolve(&args.common, global, target.start(), Path::new("."))?;
        let walk = WalkOptions {
            threads: common.threads,
            no_ignore: args.files.no_ignore,
            follow: args.files.follow,
            exclude: common.exclude.clone(),
            anchor: common.anchor().clone(),
        };
        Ok(Self {
            target,
            walk,
            fixing,
            common,
        })
    }

    /// What could be the matter when nothing was scanned.
    pub(super) fn why_nothing(&self, report: &Report) -> String {
        let skipped: Vec<String> = report
            .scanned
            .skipped
            .iter()
            .map(|(why, count)| format!("{count} {}", why.as_str()))
            .collect();
        match (&self.target, skipped.is_empty()) {
            (Target::Stdin(_), _) => "standard input could not be read".to_owned(),
            (Target::Paths(_), false) => {
                format!("all there is was skipped ({})", skipped.join(", "))
            }
            (Target::Paths(paths), true) => format!(
                "there is no file in {}, or ignore files leave all of them out\n  help: --no-ignore scans those too",
                paths
                    .iter()
                    .map(|p| p.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        }
    }
}

impl Settings {
    /// Settles what `args` and the configuration for `start` ask for. Paths in reports are relative to
    /// `here`.
    pub(super) fn resolve(
        args: &CommonArgs,
        global: &Global,
        start: &Path,
        here: &Path,
    ) -> Result<Self> {
        let (project, rules) = Project::open(start, here, &args.config, &args.rules.rules)?;
        let baseline = project.baseline_for(start, &args.baseline);
        check_ids(&rules, &args.rules)?;
        let outputs = outputs(&args.output)?;
        let config = &project.config;
        let exclude: Vec<&String> = config.exclude.iter().chain(&args.content.exclude).collect();
        let exclude = Globs::new(&exclude)
            .map_err(anyhow::Error::msg)
            .context("--exclude")?;
        let here = fs::canonicalize(here).ok();
        Ok(Self {
            rules,
            outputs,
            style: style(&args.output, global, here),
            fail_on: args
                .output
                .fail_on
                .or(config.fail_on)
                .unwrap_or(Severity::Low),
            exit_zero: args.output.exit_zero,
            show_progress: io::stderr().is_terminal() && !global.quiet,
            threads: args.content.threads.map_or(0, usize::from),
            exclude,
            config: project.file.clone(),
            baseline,
            project,
            is_whole: true,
            filter: args.rules.clone(),
            baseline_args: args.baseline.clone(),
            no_archives: args.content.no_archives,
        })
    }

    /// What the configuration's paths are relative to.
    pub(super) fn anchor(&self) -> &Anchor {
        &self.project.anchor
    }

    /// Whether the command line asks for this rule or check, for credentials of this provider.
    pub(super) fn wanted(&self, id: &str, of_provider: &str) -> bool {
        let RuleArgs {
            rule: only,
            exclude_rule,
            provider,
            ..
        } = &self.filter;
        (only.is_empty() || only.iter().any(|o| o == id))
            && (provider.is_empty() || provider.iter().any(|p| *p == of_provider))
            && !exclude_rule.iter().any(|e| e == id)
    }

    /// What the scanner is told.
    pub(super) fn options(&self) -> Result<Options> {
        let mut options = self.project.options()?;
        let policy = &mut options.policy;
        if let Some(path) = &self.baseline {
            policy.baseline = Some(open::open(path, &self.baseline_args.file, &self.project)?);
        }
        policy.min_severity = self.filter.min_severity.unwrap_or(policy.min_severity);
        policy.min_confidence = self.filter.min_confidence.unwrap_or(policy.min_confidence);
        options.archives &= !self.no_archives;
        options.config = options.config.filter(|_| self.is_whole);
        options.line_hashes = self
            .outputs
            .iter()
            .any(|output| output.format == Format::Sarif);
        Ok(options)
    }
}

impl Target {
    /// Where configuration and baseline are looked for from.
    pub(super) fn start(&self) -> &Path {
        match self {
            Self::Paths(paths) => &paths[0],
            Self::Stdin(name) => Path::new(name),
        }
    }
}

/// A scanner as `credlint scan` would make it for this file, with every rule that is on.
pub(super) fn scanner_for(path: &Path, args: &ExplainArgs) -> Result<Scanner> {
    let (project, rules) = Project::open(path, Path::new("."), &args.config, &args.rules)?;
    let mut options = project.options()?;
    if let Some(file) = project.baseline_for(path, &args.baseline) {
        let baseline = open::open(&file, &args.baseline.file, &project)?;
        options.policy.baseline = Some(baseline);
    }
    Ok(Scanner::new(rules, |_, _| true, options))
}

/// The built-in rules and those of `paths`.
pub(super) fn load_rules(paths: &[PathBuf]) -> Result<RuleSet> {
    let mut rules = RuleSet::builtin();
    add_rule_files(&mut rules, paths)?;
    Ok(rules)
}

/// Adds provider files, and all of a folder's.
pub(super) fn add_rule_files(rules: &mut RuleSet, paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        let mut files = Vec::new();
        if path.is_dir() {
            for entry in
                fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?
            {
                files.push(
                    entry
                        .with_context(|| format!("cannot read {}", path.display()))?
                        .path(),
                );
            }
            files.retain(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "toml")
            });
            files.sort();
            if files.is_empty() {
                bail!("{} holds no provider file (*.toml)", path.display());
            }
        } else {
            files.push(path.clone());
        }
        for file in files {
            let name = file.display().to_string();
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
            rules.add(&name, &text)?;
        }
    }
    Ok(())
}

/// The ids of every rule and check.
pub(super) fn rule_ids(rules: &RuleSet) -> impl Iterator<Item = &str> {
    let checks = CHECKS.iter().map(|check| check.id);
    rules.rules().map(|rule| &*rule.credential.id).chain(checks)
}

/// The time of the run; `SOURCE_DATE_EPOCH` sets it where reports have to be reproducible.
pub(super) fn now() -> Timestamp {
    env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| Timestamp::from_second(text.parse().ok()?).ok())
        .unwrap_or_else(Timestamp::now)
}

/// The day of the run.
pub(super) fn today() -> Date {
    now().to_zoned(TimeZone::system()).date()
}

fn target(paths: &[PathBuf], files: &FileArgs) -> Result<Target> {
    let dash = paths.iter().any(|path| path.as_os_str() == "-");
    match paths {
        [] => Ok(Target::Paths(vec![PathBuf::from(".")])),
        [_] if dash => Ok(Target::Stdin(files.stdin_filename.clone())),
        _ if dash => bail!("`-` stands alone: scan standard input and files in two runs"),
        _ => Ok(Target::Paths(paths.to_vec())),
    }
}

fn outputs(args: &OutputArgs) -> Result<Vec<Output>> {
    let mut outputs = vec![Output {
        format: args.format,
        path: None,
    }];
    for (format, path) in &args.output {
        if outputs
            .iter()
            .any(|output| output.path.as_ref() == Some(path))
        {
            bail!("two reports would be written to {}", path.display());
        }
        outputs.push(Output {
            format: *format,
            path: Some(path.clone()),
        });
    }
    Ok(outputs)
}

fn check_ids(rules: &RuleSet, args: &RuleArgs) -> Result<()> {
    for id in args.rule.iter().chain(&args.exclude_rule) {
        if !rule_ids(rules).any(|known| known == id) {
            return Err(unknown_rule(rules, id));
        }
    }
    for id in &args.provider {
        if !rules.providers().any(|p| p.identity.id == *id) {
            let known = rules.providers().map(|p| &*p.identity.id);
            bail!(
                "there is no provider `{id}`\n  help: {}",
                crate::rules::compile::suggestion(id, known)
            );
        }
    }
    Ok(())
}

fn style(args: &OutputArgs, global: &Global, here: Option<PathBuf>) -> Style {
    let color = match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            io::stdout().is_terminal()
                && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    colored::control::set_override(color);
    Style {
        color,
        hyperlinks: color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        width: env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .unwrap_or(0),
        verbose: global.verbose,
        quiet: global.quiet,
        show_secrets: args.show_secrets,
        category: args.category.clone(),
        now: now(),
        base: here.map(|folder| folder.display().to_string()),
        ..Style::default()
    }
}

/// The folder that a file is in.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A path as reports name it: relative to the working directory where it lies below.
pub(super) fn shown(file: &Path) -> String {
    let relative = env::current_dir()
        .ok()
        .and_then(|here| Some(file.strip_prefix(here).ok()?.to_owned()));
    let path = relative.unwrap_or_else(|| file.to_owned());
    path.display()
        .to_string()
        .replace(std::path::MAIN_SEPARATOR, "/")
}
