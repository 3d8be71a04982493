//! The repository around a folder: commits, and another commit's tree.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("`git` cannot be started: {error}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(error.trim().lines().last().unwrap_or("git failed").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The commit of `folder`'s tree, and whether the tree has changes; empty outside of a repository.
pub(crate) fn commit(folder: &Path) -> (String, bool) {
    let Ok(commit) = git(folder, &["rev-parse", "HEAD"]) else { return (String::new(), false) };
    let changed = git(folder, &["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|text| !text.is_empty());
    (commit, changed)
}

/// The subjects of the commits after `from`, up to `to`, the newest first; at most 50.
pub(crate) fn subjects(folder: &Path, from: &str, to: &str) -> Result<Vec<String>, String> {
    // A name that begins with a dash would be an option.
    if from.starts_with('-') || to.starts_with('-') || from.is_empty() || to.is_empty() {
        return Err("a commit has no name".to_owned());
    }
    let range = format!("{from}..{to}");
    let text = git(folder, &["log", "--max-count=50", "--no-merges", "--format=%h %s", &range, "--"])?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Another commit, checked out beside this one; removed when dropped.
#[derive(Debug)]
pub(crate) struct Tree {
    top: PathBuf,
    path: PathBuf,
    /// The folder in it that stands for the one that it was asked for.
    folder: PathBuf,
    pub(crate) commit: String,
    _scratch: crate::scratch::Folder,
}

impl Tree {
    /// `revision` of the repository around `folder`.
    pub(crate) fn check_out(folder: &Path, revision: &str) -> Result<Self, String> {
        if revision.starts_with('-') {
            return Err(format!("{revision:?} is no revision"));
        }
        let top = PathBuf::from(git(folder, &["rev-parse", "--show-toplevel"])?);
        let below = git(folder, &["rev-parse", "--show-prefix"])?;
        let commit = git(folder, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
            .map_err(|_| format!("the repository has no revision {revision:?}"))?;
        let scratch = crate::scratch::Folder::new("tree");
        let path = scratch.path().join("tree");
        git(&top, &["worktree", "add", "--quiet", "--detach", &path.display().to_string(), &commit])?;
        Ok(Self { top, folder: path.join(below), path, commit, _scratch: scratch })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // A tree that stays is pruned by git some day.
        let _ = git(&self.top, &["worktree", "remove", "--force", &self.path.display().to_string()]);
    }
}
