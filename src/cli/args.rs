//! The command line, as typed: clap's part and nothing else. What it means is settled in `settings`.

pub(super) mod baseline;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::{Confidence, Severity};
use crate::report::Format;
use baseline::{BaselineArgs, BaselineCommand};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  credlint scan                          the folder you stand in
  credlint scan src .env                 a folder and a file
  credlint scan --output sarif=out.sarif also write SARIF for code scanning
  credlint scan --diff                   what --fix would change
  credlint baseline create               accept what there is, report only what is new
  git show HEAD:.env | credlint scan - --stdin-filename .env
  credlint git staged                    what the next commit would add
  credlint git history                   every commit of every branch
  credlint explain octopost-live-key     what a rule finds, and what to do
  credlint explain --why src/app.js:12   which rules looked at a line, and what they thought

Exit status: 0 clean, 1 findings at or above --fail-on, 2 error.";

/// A linter for API credentials: finds leaked keys and tokens, and says what to do about them.
#[derive(Debug, Parser)]
#[command(name = "credlint", version, styles = STYLES, after_help = EXAMPLES, max_term_width = 100)]
#[command(
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Global {
    /// When to use colours and links
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: When,
    /// One line a finding, nothing else
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Also what was suppressed, skipped and read from where
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look for credentials in files and folders
    Scan(ScanArgs),
    /// Look for credentials in what git keeps: staged changes, commits, all of history
    ///
    /// Objects are read as they are kept: no hook, filter, textconv or fsmonitor of the repository is run,
    /// no process is started, and it does not matter who owns the repository.
    #[command(subcommand)]
    Git(GitCommand),
    /// Have git ask credlint before it commits or pushes
    #[command(subcommand)]
    Hook(HookCommand),
    /// Accept the findings that there are, and report only new ones
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Show a rule's documentation, or why a line is or is not reported
    Explain(ExplainArgs),
    /// List, show and check rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Write a commented .credlint.toml
    Init(InitArgs),
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    /// Files and folders to scan, `-` for standard input [default: .]
    ///
    /// What is named here is always scanned, whatever ignore files say. Below a folder, what
    /// .gitignore, .ignore and .credlintignore name is left out; hidden files are scanned.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) files: FileArgs,
    #[command(flatten)]
    pub(super) common: CommonArgs,
    #[command(flatten)]
    pub(super) fix: FixArgs,
}

/// What every scan takes, wherever its bytes come from.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    #[command(flatten)]
    pub(super) content: ContentArgs,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) baseline: BaselineArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Which files")]
pub(super) struct FileArgs {
    /// Scan what .gitignore, .ignore and .credlintignore leave out, too
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// Follow symbolic links
    #[arg(long)]
    pub(super) follow: bool,
    /// The name of what comes on standard input, which decides how it is read
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(super) stdin_filename: String,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Which files")]
pub(super) struct ContentArgs {
    /// Leave out what this glob names (as a .gitignore line does); repeatable
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Do not look inside of archives, documents and databases
    ///
    /// By default the members of zip (jar, whl, docx, xlsx, apk …), tar, gzip, xz, zstd, bzip2 and 7z
    /// archives, the text of PDF documents and the rows of SQLite databases are scanned too, those of
    /// nested ones as well; a path inside is shown as `outer.zip!inner/file`.
    #[arg(long)]
    pub(super) no_archives: bool,
    /// How many threads to use [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which rules")]
pub(super) struct RuleArgs {
    /// Apply only this rule; repeatable
    #[arg(long, value_name = "ID")]
    pub(super) rule: Vec<String>,
    /// Do not apply this rule; repeatable
    #[arg(long, value_name = "ID")]
    pub(super) exclude_rule: Vec<String>,
    /// Apply only this provider's rules; repeatable
    #[arg(long, value_name = "ID")]
    pub(super) provider: Vec<String>,
    /// Add the providers in this file or folder; repeatable
    #[arg(long, value_name = "PATH")]
    pub(super) rules: Vec<PathBuf>,
    /// Report nothing below this severity: note, low, medium, high, critical
    #[arg(long, value_name = "SEVERITY")]
    pub(super) min_severity: Option<Severity>,
    /// Report nothing below this confidence: low, medium (the default), high
    #[arg(long, value_name = "CONFIDENCE")]
    pub(super) min_confidence: Option<Confidence>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What comes out")]
pub(super) struct OutputArgs {
    /// The report on standard output: terminal, json, jsonl, sarif, github, gitlab, junit, csv, markdown
    #[arg(short, long, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: Format,
    /// Also write a report to a file: --output sarif=credlint.sarif; repeatable
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = parse_output)]
    pub(super) output: Vec<(Format, PathBuf)>,
    /// Exit with 1 if a finding has at least this severity [default: low]
    #[arg(long, value_name = "SEVERITY")]
    pub(super) fail_on: Option<Severity>,
    /// Exit with 0 even if there are findings; errors still exit with 2
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Show secrets in full in terminal, json, jsonl and csv reports, and in --diff
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// Tells SARIF uploads of one commit apart
    #[arg(long, value_name = "NAME", default_value = "scan")]
    pub(super) category: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum GitCommand {
    /// What the next commit would add: the index beside HEAD
    ///
    /// The staged content counts, whatever stands in the work tree. Findings are those on added lines; a
    /// line that is only moved, indented or renamed with its file is not added.
    Staged(StagedArgs),
    /// What a range of commits adds
    ///
    /// Each commit's own content is looked at beside all of its parents, merges and messages too. Zeros for
    /// BASE, as servers give for a new branch, stand for all that no other reference has.
    Range(RangeArgs),
    /// Everything that a repository has ever had
    ///
    /// Every content that a branch, tag, stash or note leads to is looked at once, and every message.
    /// Findings tell the commit that brought them and whether they are still there; the checks look at the
    /// state that is checked out. Submodules that are here are looked at as well.
    History(HistoryArgs),
    /// For a server's pre-receive hook: reads the references to be moved on standard input
    PreReceive(GitArgs),
    /// For a pre-push hook: reads what is to be pushed on standard input
    PrePush(PrePushArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Put a hook where git looks for it (core.hooksPath counts)
    ///
    /// A hook that is there already is kept and run afterwards.
    Install(HookInstallArgs),
    /// Take the hook away, and put back the one that was there before
    Uninstall(HookArgs),
}

#[derive(Debug, Args)]
pub(super) struct HookArgs {
    /// Which hook
    #[arg(long = "type", value_name = "TYPE", default_value = "pre-commit")]
    pub(super) kind: HookKind,
    /// The repository, or a folder in it
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(super) repository: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct HookInstallArgs {
    #[command(flatten)]
    pub(super) hook: HookArgs,
    /// What the hook's credlint is told besides, as in `-- --min-severity high`
    #[arg(last = true, value_name = "OPTION")]
    pub(super) options: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum HookKind {
    /// Looks at what is staged
    PreCommit,
    /// Looks at what is to be pushed
    PrePush,
    /// On a server: looks at what was pushed, before it is let in
    PreReceive,
}

/// What every look at a repository takes.
#[derive(Debug, Args)]
pub(super) struct GitArgs {
    /// The repository, or a folder in it [default: .]
    #[arg(long, value_name = "PATH", help_heading = "Which files")]
    pub(super) repository: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct StagedArgs {
    /// Report all of a changed file, not only added lines
    #[arg(long)]
    pub(super) whole_files: bool,
    #[command(flatten)]
    pub(super) git: GitArgs,
}

#[derive(Debug, Args)]
pub(super) struct RangeArgs {
    /// The commits: BASE..TIP, or BASE.. up to HEAD
    #[arg(value_name = "RANGE", required_unless_present_any = ["since_merge_base", "ci"])]
    pub(super) range: Option<String>,
    /// The commits since HEAD and this branch parted
    #[arg(long, value_name = "BRANCH", conflicts_with = "range")]
    pub(super) since_merge_base: Option<String>,
    /// The commits that a run of GitHub Actions or GitLab CI is about
    ///
    /// From GITHUB_EVENT_NAME, GITHUB_EVENT_PATH and GITHUB_SHA, or CI_PIPELINE_SOURCE,
    /// CI_COMMIT_BEFORE_SHA, CI_MERGE_REQUEST_DIFF_BASE_SHA and CI_COMMIT_SHA. Of a branch that is new, or
    /// was pushed by force, it is what no other reference has.
    #[arg(long, conflicts_with_all = ["range", "since_merge_base"])]
    pub(super) ci: bool,
    /// Report all of a changed file, not only added lines
    #[arg(long)]
    pub(super) whole_files: bool,
    #[command(flatten)]
    pub(super) git: GitArgs,
}

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// The repository, or a folder in it
    #[arg(value_name = "REPOSITORY", default_value = ".")]
    pub(super) repository: PathBuf,
    /// Also what references led to before
    #[arg(long)]
    pub(super) reflog: bool,
    /// Also what nothing leads to any more
    #[arg(long)]
    pub(super) unreachable: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct PrePushArgs {
    /// The remote's name and address, as git gives them to the hook
    #[arg(value_name = "REMOTE", num_args = 0..=2)]
    pub(super) remote: Vec<String>,
    #[command(flatten)]
    pub(super) git: GitArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Fixing")]
pub(super) struct FixArgs {
    /// Change the files where a finding has a fix, and report what is left
    ///
    /// A fix is left out if the file would no longer parse, if the finding would still be there, or if
    /// another one would come up; --verbose tells which were, and why. Suppressed findings and files
    /// that are not plain UTF-8 stay as they are.
    #[arg(long)]
    pub(super) fix: bool,
    /// Print what --fix would change, and exit with 1 if that is anything
    ///
    /// Nothing is changed, and there is no report. Secrets are masked: with --show-secrets they are not,
    /// and `git apply` can take the output.
    #[arg(long, conflicts_with_all = ["fix", "format", "output"])]
    pub(super) diff: bool,
}

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// Use this file instead of the .credlint.toml found upwards from the first path
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long)]
    pub(super) no_config: bool,
    /// The key of fingerprints, where it is kept out of the repository
    #[arg(
        long,
        value_name = "TEXT",
        env = "CREDLINT_FINGERPRINT_KEY",
        hide_env_values = true
    )]
    pub(super) fingerprint_key: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The rule's id
    #[arg(value_name = "RULE", required_unless_present = "why")]
    pub(super) rule: Option<String>,
    /// Say which rules looked at this line and why each kept or dropped what it saw
    #[arg(long, value_name = "PATH:LINE", conflicts_with = "rule")]
    pub(super) why: Option<String>,
    /// Add the providers in this file or folder; repeatable
    #[arg(long, value_name = "PATH")]
    pub(super) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) baseline: BaselineArgs,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// The catalogue, by provider
    List {
        /// Add the providers in this file or folder; repeatable
        #[arg(long, value_name = "PATH")]
        rules: Vec<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Everything that is known about a provider
    Show {
        /// The provider's id, or one of its rules'
        #[arg(value_name = "PROVIDER|RULE")]
        id: String,
        /// Add the providers in this file or folder; repeatable
        #[arg(long, value_name = "PATH")]
        rules: Vec<PathBuf>,
    },
    /// Read provider files and run their examples
    Check {
        /// Files and folders; the built-in rules where there are none
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Print the JSON Schema of provider files, of .credlint.toml, of a baseline, or of the JSON report
    Schema {
        #[arg(default_value = "provider")]
        of: SchemaOf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    Provider,
    Config,
    Baseline,
    Report,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder to write it to
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(super) folder: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(super) force: bool,
}

fn parse_output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write FORMAT=PATH, for example sarif=credlint.sarif")?;
    Ok((format.parse()?, PathBuf::from(path)))
}
