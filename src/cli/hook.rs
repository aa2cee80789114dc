//! `credlint hook`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::{HookArgs, HookCommand, HookInstallArgs, HookKind};
use super::write::write_atomically;
use crate::source::git::{Environment, Repository};

/// What tells a hook of ours from others.
const MARK: &str =
    "# Installed by `credlint hook install`; `credlint hook uninstall` takes it away.";

/// Ends the name of a hook that was there before.
const BEFORE: &str = ".before-credlint";

/// Runs the command.
pub(super) fn run(command: &HookCommand, out: &mut dyn Write) -> Result<()> {
    match command {
        HookCommand::Install(args) => install(args, out),
        HookCommand::Uninstall(args) => uninstall(args, out),
    }
}

/// A hook of a repository: where it is, and where the one that was there before is kept.
struct Hook {
    kind: HookKind,
    path: PathBuf,
    before: PathBuf,
}

impl Hook {
    fn of(args: &HookArgs) -> Result<Self> {
        let repository = Repository::open(&args.repository, &Environment::default())?;
        let folder = repository.hooks_folder()?;
        let name = args.kind.name();
        Ok(Self {
            kind: args.kind,
            path: folder.join(name),
            before: folder.join(format!("{name}{BEFORE}")),
        })
    }

    /// What the hook holds; nothing where there is none.
    fn read(&self) -> Result<Option<Vec<u8>>> {
        match fs::read(&self.path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("cannot read {}", self.path.display()))
            }
        }
    }

    /// The hook that has credlint run with these options.
    fn script(&self, options: &[String]) -> String {
        let name = self.kind.name();
        let options: String = options
            .iter()
            .map(|option| format!(" {}", quoted(option)))
            .collect();
        let command = match self.kind {
            HookKind::PreCommit => "git staged",
            HookKind::PrePush => "git pre-push",
            HookKind::PreReceive => "git pre-receive",
        };
        // Both hooks get what git says on standard input, and the same arguments.
        let (keep, give) = match self.kind {
            HookKind::PreCommit => ("", ""),
            HookKind::PrePush | HookKind::PreReceive => {
                ("input=$(cat)\n", "printf '%s\\n' \"$input\" | ")
            }
        };
        let remote = if self.kind == HookKind::PrePush {
            " \"$@\""
        } else {
            ""
        };
        format!(
            "#!/bin/sh\n{MARK}\n\
             if ! command -v credlint >/dev/null 2>&1; then\n    \
                 echo 'credlint is not on the PATH, so the {name} hook cannot ask it' >&2\n    \
                 exit 1\n\
             fi\n\
             {keep}{give}credlint {command}{options}{remote} || exit $?\n\
             before=\"$(dirname \"$0\")/{name}{BEFORE}\"\n\
             if [ -x \"$before\" ]; then\n    \
                 {give}\"$before\" \"$@\"\n\
             fi\n"
        )
    }
}

impl HookKind {
    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }
}

/// A word as a shell takes it, whatever is in it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn is_ours(content: &[u8]) -> bool {
    memchr::memmem::find(content, MARK.as_bytes()).is_some()
}

fn install(args: &HookInstallArgs, out: &mut dyn Write) -> Result<()> {
    let hook = Hook::of(&args.hook)?;
    let script = hook.script(&args.options);
    let shown = hook.path.display();
    let there = hook.read()?;
    let chained = match &there {
        Some(content) if content == script.as_bytes() => {
            writeln!(out, "{shown} is installed already")?;
            return Ok(());
        }
        Some(content) => !is_ours(content),
        None => false,
    };
    if chained {
        if hook.before.exists() {
            bail!(
                "{} is there already, so that {shown} cannot be kept under that name\n  help: move one of them away",
                hook.before.display()
            );
        }
        fs::rename(&hook.path, &hook.before).with_context(|| format!("cannot rename {shown}"))?;
    } else if let Some(folder) = hook.path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let written = write_atomically(&hook.path, |file| file.write_all(script.as_bytes()))
        .and_then(|()| make_executable(&hook.path));
    if let Err(error) = written {
        if chained {
            // It goes back to where it was, or git would run no hook at all.
            fs::rename(&hook.before, &hook.path)
                .with_context(|| format!("cannot put {} back", hook.before.display()))?;
        }
        return Err(error).with_context(|| format!("cannot write {shown}"));
    }
    writeln!(out, "installed {shown}")?;
    if chained {
        writeln!(
            out,
            "the hook that was there is {} now, and runs afterwards",
            hook.before.display()
        )?;
    }
    Ok(())
}

fn uninstall(args: &HookArgs, out: &mut dyn Write) -> Result<()> {
    let hook = Hook::of(args)?;
    let shown = hook.path.display();
    match hook.read()? {
        None => bail!("there is no {shown}"),
        Some(content) if !is_ours(&content) => bail!("{shown} was not installed by credlint"),
        Some(_) => {}
    }
    if hook.before.exists() {
        fs::rename(&hook.before, &hook.path)
            .with_context(|| format!("cannot put {} back", hook.before.display()))?;
        writeln!(out, "{shown} is again what it was before")?;
    } else {
        fs::remove_file(&hook.path).with_context(|| format!("cannot remove {shown}"))?;
        writeln!(out, "removed {shown}")?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("--min-severity=high"), "--min-severity=high");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
