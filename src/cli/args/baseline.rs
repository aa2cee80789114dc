//! What can be typed about baselines.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{ConfigArgs, ContentArgs, FileArgs, RuleArgs};
use crate::suppress::import::Tool;

const EXAMPLES: &str = "\
Examples:
  credlint baseline create --reason 'before we had a linter' --until 2030-06-30
  credlint scan                        reports only what is not in it
  credlint baseline update             drops what is gone, lists what is new
  credlint baseline update --add --reason 'false positive: an id'
  credlint baseline check              exit status 1 if an entry needs a look
  credlint baseline import .secrets.baseline

Entries: a keyed hash of rule, secret and kind of file (test, docs, development, other). So an entry \
stays when a file is moved, reformatted or rebased, and covers no other secret, nor the same one in \
another kind of file. A misuse without a secret, such as a certificate that is not verified, is accepted \
in its file alone, as often as it was there.

The key: without it nobody can check guesses of a secret against the file, and nothing matches. It \
follows from the project's fingerprint key, if there is one (CREDLINT_FINGERPRINT_KEY, fingerprint-key); \
else `create` makes a random one, writes it to .credlint-baseline.key beside the baseline and has \
.gitignore leave that out. Give its text to colleagues, and to CI as the secret CREDLINT_BASELINE_KEY. \
Where CI has no secrets, as for pull requests from forks, `create --key-in-file` keeps the key in the \
baseline: that works in every clone, and whoever reads it can check guesses.";

/// Which baseline a scan uses.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Baseline")]
pub(in crate::cli) struct BaselineArgs {
    #[command(flatten)]
    pub(in crate::cli) file: BaselineFileArgs,
    /// Use no baseline: report what it accepts, too
    #[arg(long, conflicts_with = "baseline")]
    pub(in crate::cli) no_baseline: bool,
}

/// Where a baseline and its key are.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Baseline")]
pub(in crate::cli) struct BaselineFileArgs {
    /// Use this baseline instead of the .credlint-baseline.json found upwards from the first path
    ///
    /// Without this option, the `baseline` of .credlint.toml counts, and without that the nearest
    /// .credlint-baseline.json in the first path's folder or above: a baseline that was created is used.
    /// What it accepts is counted in every report, and listed with --verbose.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// The baseline's key, where it is in no file beside it
    #[arg(
        long,
        value_name = "TEXT",
        env = "CREDLINT_BASELINE_KEY",
        hide_env_values = true
    )]
    pub(in crate::cli) baseline_key: Option<String>,
}

#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) enum BaselineCommand {
    /// Accept all findings that there are today
    Create(CreateArgs),
    /// Drop entries that are gone, and say what is new; --add accepts that, too
    ///
    /// Reasons, owners and dates of entries stay. New findings are never accepted in silence: without
    /// --add they are listed and the exit status is 1, with it they are listed as accepted.
    Update(UpdateArgs),
    /// Say which entries are stale, have run out, cannot be followed or have no reason
    ///
    /// Exit status 1 if there is one. Scans as `credlint scan` does; only a scan of the whole project
    /// can tell that an entry is stale.
    Check(CheckArgs),
    /// Drop entries that are stale or have run out
    Prune(PruneArgs),
    /// Accept the findings that another scanner was told to leave alone
    ///
    /// Reads a .gitleaksignore, a JSON report of gitleaks (its baseline) or the .secrets.baseline of
    /// detect-secrets, scans, and accepts those findings that it covers: by secret where the file has it
    /// or its hash, else by file and line as they are now. Read the list of what was accepted.
    Import(ImportArgs),
}

/// What a baseline is made from: what a scan with these options finds.
#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineScanArgs {
    /// Files and folders to scan [default: .]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) files: FileArgs,
    #[command(flatten)]
    pub(in crate::cli) content: ContentArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) file: BaselineFileArgs,
}

/// What is written down of findings that are accepted.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is accepted")]
pub(in crate::cli) struct EntryArgs {
    /// Why the findings are accepted
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,
    /// Who answers for them
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) owner: Option<String>,
    /// The last day on which that counts
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(in crate::cli) until: Option<Date>,
}

/// What is said once of a new baseline.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Baseline")]
pub(in crate::cli) struct KeyArgs {
    /// Keep the key in the baseline: works in every clone, and lets every reader check guesses
    #[arg(long)]
    pub(in crate::cli) key_in_file: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CreateArgs {
    #[command(flatten)]
    pub(in crate::cli) scan: BaselineScanArgs,
    #[command(flatten)]
    pub(in crate::cli) entry: EntryArgs,
    #[command(flatten)]
    pub(in crate::cli) key: KeyArgs,
    /// Write over a baseline that is there
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Say what would be accepted, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct UpdateArgs {
    #[command(flatten)]
    pub(in crate::cli) scan: BaselineScanArgs,
    #[command(flatten)]
    pub(in crate::cli) entry: EntryArgs,
    /// Accept new findings, and again those whose entries have run out
    #[arg(long)]
    pub(in crate::cli) add: bool,
    /// Say what would change, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    #[command(flatten)]
    pub(in crate::cli) scan: BaselineScanArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PruneArgs {
    #[command(flatten)]
    pub(in crate::cli) scan: BaselineScanArgs,
    /// Say what would be dropped, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The other scanner's file
    #[arg(value_name = "FILE")]
    pub(in crate::cli) foreign: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) scan: BaselineScanArgs,
    /// Whose file it is [default: what its content says]
    #[arg(long, value_name = "TOOL")]
    pub(in crate::cli) from: Option<ToolName>,
    #[command(flatten)]
    pub(in crate::cli) entry: EntryArgs,
    #[command(flatten)]
    pub(in crate::cli) key: KeyArgs,
    /// Say what would be accepted, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// The scanners whose files can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ToolName {
    Gitleaksignore,
    Gitleaks,
    DetectSecrets,
}

impl From<ToolName> for Tool {
    fn from(name: ToolName) -> Self {
        match name {
            ToolName::Gitleaksignore => Self::GitleaksIgnore,
            ToolName::Gitleaks => Self::Gitleaks,
            ToolName::DetectSecrets => Self::DetectSecrets,
        }
    }
}
