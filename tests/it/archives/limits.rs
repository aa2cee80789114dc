//! A small file must not cause much work, and what was not looked at is told.

use std::io::{Cursor, Read, copy, sink};

use credlint::source::archive::{Kind, Limits, Member, Trouble, Visitor, look_inside};

use super::build::{Method, Zip, gzip, tar, tar_file, zip};
use super::{env, found};
use crate::sandbox::Sandbox;

/// Notes what it is told.
#[derive(Default)]
struct Notes {
    members: Vec<String>,
    bytes: u64,
    trouble: Vec<(String, Trouble)>,
}

impl Visitor for Notes {
    fn member(&mut self, member: &Member<'_>, content: &mut dyn Read) -> std::io::Result<()> {
        self.members.push(member.path.to_owned());
        self.bytes += copy(content, &mut sink())?;
        Ok(())
    }

    fn text(&mut self, _: &Member<'_>, content: &mut dyn Read) -> std::io::Result<()> {
        copy(content, &mut sink()).map(drop)
    }

    fn trouble(&mut self, path: &str, trouble: &Trouble) {
        self.trouble.push((path.to_owned(), trouble.clone()));
    }
}

fn look(content: &[u8], limits: Limits) -> Notes {
    let mut notes = Notes::default();
    let kind = Kind::of(content).unwrap();
    let length = content.len() as u64;
    look_inside(
        kind,
        "x",
        &mut Cursor::new(content),
        length,
        limits,
        &mut notes,
    );
    notes
}

fn only(trouble: Trouble) -> Vec<(String, Trouble)> {
    vec![(String::new(), trouble)]
}

#[test]
fn there_are_only_so_many_members() {
    let limits = Limits {
        members: 3,
        ..Limits::default()
    };
    let mut archive = Zip::default();
    let tar: Vec<u8> = (0..5)
        .flat_map(|n| tar_file(&n.to_string(), b'0', b"x"))
        .collect();
    for number in 0..5 {
        archive.add(&number.to_string(), b"x", Method::Stored);
    }
    for content in [archive.finish(), tar.clone(), zip("t", &tar)] {
        let notes = look(&content, limits);
        assert!(notes.members.len() <= 3, "{:?}", notes.members);
        let told = &notes.trouble[0].1;
        assert_eq!((told, notes.trouble.len()), (&Trouble::Members(3), 1));
    }
}

#[test]
fn there_are_only_so_many_bytes_and_no_more_than_so_often() {
    let zeros = vec![0; 100_000];
    let limits = Limits {
        bytes: 50_000,
        ..Limits::default()
    };
    let notes = look(&gzip(&zeros), limits);
    assert_eq!(notes.trouble, only(Trouble::Bytes(50_000)));
    let limits = Limits {
        harmless: 50_000,
        ratio: 10,
        ..Limits::default()
    };
    let mut nested = gzip(&zeros);
    for _ in 0..3 {
        let notes = look(&nested, limits);
        let trouble: Vec<&Trouble> = notes.trouble.iter().map(|(_, trouble)| trouble).collect();
        assert_eq!(trouble, [&Trouble::Ratio(10)]);
        nested = zip("again", &nested);
    }
}

#[test]
fn entries_that_share_their_bytes_count_each() {
    let zeros = vec![0; 100_000];
    let mut archive = Zip::default();
    archive.add("0", &zeros, Method::Deflated);
    let packed = archive.bytes.len() - 31;
    for number in 1..1000 {
        archive.repeat(&number.to_string(), &zeros, 0, packed);
    }
    let limits = Limits {
        harmless: 1_000_000,
        ratio: 10,
        ..Limits::default()
    };
    let notes = look(&archive.finish(), limits);
    assert!(notes.members.len() <= 11, "{}", notes.members.len());
    assert!(
        matches!(notes.trouble[..], [(_, Trouble::Ratio(10))]),
        "{:?}",
        notes.trouble
    );
}

#[test]
fn containers_are_opened_only_so_deep() {
    let mut nested = zip("a.env", &env(1));
    for _ in 0..20 {
        nested = zip("x.zip", &nested);
    }
    let sandbox = Sandbox::with("x.zip", nested);
    let run = sandbox.run(&["scan"]).fails_with(&[]);
    assert!(run.stdout.contains("nested more than 8 deep"), "{run:?}");
    let mut nested = zip("a.env", &env(1));
    for _ in 0..7 {
        nested = zip("x.zip", &nested);
    }
    let path = format!("x.zip{}!a.env", "!x.zip".repeat(7));
    assert_eq!(Sandbox::with("x.zip", nested).findings(&[]), [found(&path)]);
}

#[test]
fn a_bomb_is_an_error_of_the_report() {
    let bomb = gzip(&vec![0; 70 << 20]);
    let sandbox = Sandbox::with("bomb.gz", bomb);
    let run = sandbox.run(&["scan"]).fails_with(&[]);
    assert!(run.stdout.contains("error: bomb.gz: "), "{run:?}");
    assert!(
        run.stdout.contains("more than 200 times its size"),
        "{run:?}"
    );
    let run = sandbox.run(&["scan", "--no-archives"]).expect(0);
    assert!(run.stdout.contains("No findings."), "{run:?}");
}

#[test]
fn there_are_only_so_many_findings() {
    let many = env(1).repeat(80_000);
    let sandbox = Sandbox::with(
        "x.tar.gz",
        gzip(&[tar_file("a", b'0', &many), tar("b", &env(2))].concat()),
    );
    let run = sandbox.run(&["scan", "--quiet"]).fails_with(&[]);
    let found = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("x.tar.gz!"))
        .count();
    assert!((10_000..80_000).contains(&found), "{found}");
    assert!(
        run.stdout.contains("there are 10000 findings in it"),
        "{found}"
    );
}
