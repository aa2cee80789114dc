//! What the next commit would add.

use super::{Repo, found, line};

const RULE: &str = "octopost-live-key";

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    repo.add("a.txt", line(1));
    repo.sandbox.write("a.txt", "a\n").write("b.txt", line(2));
    assert_eq!(repo.findings(&["staged"]), [format!("a.txt:1:8 {RULE}")]);
    repo.run(&["staged"]).expect(1);
    repo.git(&["add", "a.txt"]);
    let run = repo.run(&["staged"]).expect(0);
    assert!(run.stderr.contains("nothing is staged"), "{run:#?}");
}

#[test]
fn before_the_first_commit_everything_is_added() {
    let repo = Repo::new();
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    repo.add("src/a.py", line(1)).add("b.txt", "b\n");
    assert_eq!(repo.findings(&["staged"]), [format!("src/a.py:1:8 {RULE}")]);
}

#[test]
fn only_added_lines_are_told_unless_all_are_asked_for() {
    let repo = Repo::new();
    repo.commit_file("a.py", format!("{}print(1)\n", line(1)));
    repo.add("a.py", format!("    {}print(2)\n{}", line(1), line(2)));
    assert_eq!(repo.findings(&["staged"]), [format!("a.py:3:8 {RULE}")]);
    let all = repo.findings(&["staged", "--whole-files"]);
    assert_eq!(
        all,
        [format!("a.py:1:12 {RULE}"), format!("a.py:3:8 {RULE}")]
    );
}

#[test]
fn a_file_that_moves_adds_nothing() {
    let repo = Repo::new();
    repo.commit_file("old/a.py", format!("{}print(1)\n", line(1)));
    repo.git(&["mv", "old", "new"]);
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    repo.add("new/a.py", format!("{}{}print(1)\n", line(2), line(1)));
    assert_eq!(repo.findings(&["staged"]), [format!("new/a.py:1:8 {RULE}")]);
    // A copy does.
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.add("copy.py", line(1));
    assert_eq!(repo.findings(&["staged"]), [format!("copy.py:1:8 {RULE}")]);
}

#[test]
fn a_merge_in_progress_is_compared_with_head() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.commit_file("a.txt", format!("side\n{}", line(1)));
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit_file("a.txt", "main\n");
    let mut merge = repo.command("", &["merge", "--quiet", "side"]);
    crate::sandbox::Run::of(&mut merge).expect(1);
    let run = repo.run(&["staged"]).expect(2);
    assert!(
        run.stderr.contains("a.txt: it is not merged yet"),
        "{run:#?}"
    );
    repo.add("a.txt", format!("main\nside\n{}", line(1)));
    assert_eq!(repo.findings(&["staged"]), [format!("a.txt:3:8 {RULE}")]);
}

#[test]
fn what_is_only_intended_is_not_staged() {
    let repo = Repo::new();
    repo.sandbox.write("a.py", line(1));
    repo.git(&["add", "--intent-to-add", "a.py"]);
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    repo.git(&["add", "a.py"]);
    assert_eq!(repo.findings(&["staged"]).len(), 1);
}

#[test]
fn a_commit_of_some_files_has_an_index_of_its_own() {
    let repo = Repo::new();
    repo.commit_file("a.txt", "a\n");
    repo.add("a.txt", line(1));
    let index = repo.sandbox.path(".git/index");
    let other = repo.sandbox.path(".git/next-index-1.lock");
    std::fs::copy(&index, &other).unwrap();
    repo.git(&["reset", "--quiet"]);
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    let args = ["git", "staged", "--format", "json"];
    let mut command = repo.sandbox.command(&args);
    let run = crate::sandbox::Run::of(command.env("GIT_INDEX_FILE", &other));
    assert_eq!(found(&run.json()), [format!("a.txt:1:8 {RULE}")]);
}

#[test]
fn a_file_of_credentials_that_is_staged_will_be_committed() {
    let repo = Repo::new();
    repo.add(
        ".env",
        format!("OCTOPOST_API_KEY={}\n", crate::secrets::octopost(1)),
    );
    let found = repo.findings(&["staged"]);
    assert_eq!(
        found,
        [
            format!(".env:1:18 {RULE}"),
            ".env:1:18 secret-file-committed".to_owned()
        ]
    );
}

#[test]
fn imports_are_read_from_the_index() {
    let repo = Repo::new();
    repo.add("config.py", "BASE = 'http://app.publer.com/api/v1'\n");
    repo.sandbox
        .write("config.py", "BASE = 'https://app.publer.com/api/v1'\n");
    let code = "import os\nimport requests\nfrom config import BASE\nrequests.get(BASE + '/posts', headers={'Authorization': 'Bearer-API ' + os.environ['PUBLER_API_KEY'], 'Publer-Workspace-Id': 'x'})\n";
    repo.add("app.py", code);
    let found = repo.findings(&["staged", "--rule", "plain-http"]);
    assert!(
        found.iter().any(|place| place.starts_with("app.py:4")),
        "{found:#?}"
    );
}

#[test]
fn archives_tell_what_they_did_not_hold_before() {
    let repo = Repo::new();
    repo.commit_file("a.zip", crate::archives::zip_of("a.py", line(1).as_bytes()));
    let both = format!("{}{}", line(1), line(2));
    repo.add("a.zip", crate::archives::zip_of("a.py", both.as_bytes()));
    assert_eq!(
        repo.findings(&["staged"]),
        [format!("a.zip!a.py:2:8 {RULE}")]
    );
}

#[test]
fn a_sparse_index_and_folders_that_did_not_change_are_passed_over() {
    let repo = Repo::new();
    for folder in 0..30 {
        repo.sandbox
            .write(format!("d{folder}/sub/a.txt"), format!("{folder}\n"));
    }
    repo.git(&["add", "--all"]);
    repo.commit("all");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "d3"]);
    assert_eq!(repo.findings(&["staged"]), [""; 0]);
    repo.add("d3/sub/b.py", line(1));
    assert_eq!(
        repo.findings(&["staged"]),
        [format!("d3/sub/b.py:1:8 {RULE}")]
    );
    assert_eq!(repo.report(&["staged"])["scanned"]["files"], 1);
}
