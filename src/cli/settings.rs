//! From arguments, configuration and environment to what will be done, once.
//!
//! Nothing behind this looks at a flag again. The command line goes before the configuration, and
//! that before the defaults; lists add up.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::baseline::BaselineArgs;
use super::args::{ConfigArgs, ExplainArgs, FileArgs, Global, RuleArgs, ScanArgs, When};
use super::baseline::open;
use super::explain::unknown_rule;
use crate::config::{self, Config};
use crate::misuse::CHECKS;
use crate::model::{Anchor, Confidence, FingerprintKey, Globs, Origin, Report, Severity};
use crate::report::{Format, Style};
use crate::rules::RuleSet;
use crate::scan::{Options, Scanner};
use crate::source::WalkOptions;
use crate::suppress::{Allow, Allowed, PathRules, Policy, RuleSetting};

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
    pub(super) rules: RuleSet,
    pub(super) outputs: Vec<Output>,
    pub(super) style: Style,
    pub(super) fail_on: Severity,
    pub(super) exit_zero: bool,
    pub(super) show_progress: bool,
    pub(super) fixing: Fixing,
    /// The configuration file in use.
    pub(super) config: Option<PathBuf>,
    /// The baseline in use.
    pub(super) baseline: Option<PathBuf>,
    pub(super) project: Project,
    filter: RuleArgs,
    baseline_args: BaselineArgs,
    no_archives: bool,
}

/// A configuration, or the lack of one, and where its paths begin.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) file: Option<PathBuf>,
    pub(super) config: Config,
    anchor: Anchor,
    pub(super) key: FingerprintKey,
    /// Whether somebody set that key.
    pub(super) has_key: bool,
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
        let start = target.start();
        let (project, rules) = Project::open(start, &args.config, &args.rules.rules)?;
        let baseline = project.baseline_for(start, &args.baseline);
        check_ids(&rules, &args.rules)?;
        let outputs = outputs(args)?;
        let config = &project.config;
        let exclude: Vec<&String> = config.exclude.iter().chain(&args.files.exclude).collect();
        let walk = WalkOptions {
            threads: args.files.threads.map_or(0, usize::from),
            no_ignore: args.files.no_ignore,
            follow: args.files.follow,
            exclude: Globs::new(&exclude)
                .map_err(anyhow::Error::msg)
                .context("--exclude")?,
            anchor: project.anchor.clone(),
        };
        Ok(Self {
            target,
            walk,
            rules,
            outputs,
            style: style(args, global),
            fail_on: args
                .output
                .fail_on
                .or(config.fail_on)
                .unwrap_or(Severity::Low),
            exit_zero: args.output.exit_zero,
            fixing,
            show_progress: io::stderr().is_terminal() && !global.quiet,
            config: project.file.clone(),
            baseline,
            project,
            filter: args.rules.clone(),
            baseline_args: args.baseline.clone(),
            no_archives: args.files.no_archives,
        })
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
        options.line_hashes = self
            .outputs
            .iter()
            .any(|output| output.format == Format::Sarif);
        Ok(options)
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

impl Target {
    /// Where configuration and baseline are looked for from.
    pub(super) fn start(&self) -> &Path {
        match self {
            Self::Paths(paths) => &paths[0],
            Self::Stdin(name) => Path::new(name),
        }
    }
}

impl Project {
    /// The baseline to use for what is scanned from `start`.
    fn baseline_for(&self, start: &Path, args: &BaselineArgs) -> Option<PathBuf> {
        let wanted = !args.no_baseline;
        wanted
            .then(|| open::used(&args.file, self, start))
            .flatten()
    }

    /// The configuration for `start` and the rules it and `more` add to the built-in ones.
    fn open(start: &Path, args: &ConfigArgs, more: &[PathBuf]) -> Result<(Self, RuleSet)> {
        let file = match (&args.config, args.no_config) {
            (Some(file), _) => Some(file.clone()),
            (None, true) => None,
            (None, false) => config::discover(start),
        };
        let mut rules = RuleSet::builtin();
        let mut project = Self::default();
        if let Some(file) = file {
            project = Self::read(file, &mut rules)?;
        }
        add_rule_files(&mut rules, more)?;
        if let Some(text) = args
            .fingerprint_key
            .as_ref()
            .or(project.config.fingerprint_key.as_ref())
        {
            project.key = FingerprintKey::derive(text);
            project.has_key = !text.is_empty();
        }
        Ok((project, rules))
    }

    fn read(file: PathBuf, rules: &mut RuleSet) -> Result<Self> {
        let name = file.display().to_string();
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
        let config = Config::parse(&name, &text)?;
        let folder = folder_of(&file);
        let more: Vec<PathBuf> = config.rules.iter().map(|rule| folder.join(rule)).collect();
        add_rule_files(rules, &more)?;
        let ids: Vec<&str> = rule_ids(rules).collect();
        let providers: Vec<&str> = rules.providers().map(|p| &*p.identity.id).collect();
        config.check_ids(&name, &text, &ids, &providers)?;
        let absolute = |path: &Path| {
            fs::canonicalize(path).with_context(|| format!("cannot find {}", path.display()))
        };
        let anchor = Anchor::new(&absolute(folder)?, &absolute(Path::new("."))?);
        Ok(Self {
            file: Some(file),
            config,
            anchor,
            ..Self::default()
        })
    }

    fn options(&self) -> Result<Options> {
        let now = now();
        let config = &self.config;
        let mut policy = Policy::new(today);
        policy.rules = config
            .rule
            .iter()
            .map(|(id, rule)| (id.clone(), setting(*rule)))
            .collect();
        policy.providers = config
            .provider
            .iter()
            .filter_map(|(id, p)| Some((id.clone(), p.enabled?)))
            .collect();
        for path in &config.path {
            let rules: BTreeMap<String, RuleSetting> = path
                .rule
                .iter()
                .map(|(id, rule)| (id.clone(), setting(*rule)))
                .collect();
            policy
                .paths
                .push(PathRules::new(path.glob.as_slice(), rules).map_err(anyhow::Error::msg)?);
        }
        for allow in &config.allow {
            let what = match (&allow.fingerprint, &allow.value) {
                (Some(fingerprint), _) => Allowed::Fingerprint(fingerprint.clone()),
                (None, value) => Allowed::Value(value.clone().unwrap_or_default()),
            };
            let allow = Allow::new(what, allow.reason.clone(), allow.line)
                .rule(allow.rule.clone())
                .until(allow.until)
                .path(allow.path.as_deref())
                .map_err(anyhow::Error::msg)?;
            policy.allows.push(allow);
        }
        policy.anchor = self.anchor.clone();
        policy.min_severity = config.min_severity.unwrap_or(Severity::Note);
        policy.min_confidence = config.min_confidence.unwrap_or(Confidence::Medium);
        Ok(Options {
            policy,
            key: self.key.clone(),
            config: self.file.as_ref().map(|file| Origin::File(shown(file))),
            archives: config.archives.unwrap_or(true),
            ..Options::new(now.as_second())
        })
    }
}

/// A scanner as `credlint scan` would make it for this file, with every rule that is on.
pub(super) fn scanner_for(path: &Path, args: &ExplainArgs) -> Result<Scanner> {
    let (project, rules) = Project::open(path, &args.config, &args.rules)?;
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

fn outputs(args: &ScanArgs) -> Result<Vec<Output>> {
    let mut outputs = vec![Output {
        format: args.output.format,
        path: None,
    }];
    for (format, path) in &args.output.output {
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

fn style(args: &ScanArgs, global: &Global) -> Style {
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
        show_secrets: args.output.show_secrets,
        category: args.output.category.clone(),
        now: now(),
        base: env::current_dir()
            .ok()
            .map(|folder| folder.display().to_string()),
        ..Style::default()
    }
}

fn setting(rule: config::RuleConfig) -> RuleSetting {
    RuleSetting {
        enabled: rule.enabled,
        severity: rule.severity,
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
