//! Archives that are damaged, locked or made to harm.

use credlint::{Options, RuleSet, Scanner};

use super::build::{Method, Zip, bzip2, gzip, pdf, sevenz, sqlite, tar, tar_file, xz, zip, zstd};
use super::{env, found};
use crate::sandbox::Sandbox;
use crate::secrets::alnum;

/// What `credlint scan` says of one file, and that it is an error.
fn error(name: &str, content: impl AsRef<[u8]>) -> String {
    let run = Sandbox::with(name, content).run(&["scan", "--quiet"]);
    assert_eq!(run.status, 2, "{run:?}");
    run.stdout
}

#[test]
fn what_is_cut_off_is_an_error_and_what_came_before_is_found() {
    let text = [env(1), alnum(1, 50_000).into_bytes()].concat();
    for (name, content) in [
        ("x.gz", gzip(&text)),
        ("x.xz", xz(&text)),
        ("x.bz2", bzip2(&text)),
        ("x.zst", zstd(&text)),
    ] {
        let said = error(name, &content[..content.len() - 9]);
        assert!(said.contains("cannot read all of this"), "{said}");
        // These give nothing of a block that is not whole.
        assert!(
            ["x.bz2", "x.zst"].contains(&name) || said.contains("octopost-live-key"),
            "{name}: {said}"
        );
    }
    let whole = tar("a.env", &text);
    let said = error("x.tar", &whole[..40_000]);
    assert!(
        said.contains("tar archive") && said.contains("x.tar!a.env:2:18: "),
        "{said}"
    );
    let whole = zip("a.env", &text);
    let said = error("x.zip", &whole[..whole.len() - 30]);
    assert!(
        said.contains("it has no directory, or is cut off"),
        "{said}"
    );
    let whole = sevenz(&[("a", b"x")], &[0]);
    let said = error("x.7z", &whole[..whole.len() - 1]);
    assert!(said.contains("7z archive: it is cut off"), "{said}");
}

#[test]
fn damage_is_noticed() {
    let mut archive = Zip::default();
    archive
        .add("a.txt", b"nothing at all", Method::Stored)
        .add("b.env", &env(1), Method::Stored);
    let mut content = archive.finish();
    content[40] ^= 1;
    let said = error("x.zip", content);
    assert!(
        said.contains("in a.txt: cannot read all of this zip archive: the checksum of a member"),
        "{said}"
    );
    assert!(
        said.contains("x.zip!b.env:2:18: "),
        "the others are found: {said}"
    );
    let mut content = sevenz(&[("a", b"nothing"), ("b", b"x")], &[0]);
    content[33] ^= 1;
    let said = error("x.7z", content);
    assert!(
        said.contains("in a: ") && said.contains("checksum"),
        "{said}"
    );
    let mut content = [tar_file("a", b'0', b"x"), tar("b", b"y")].concat();
    content[1024] ^= 1;
    let said = error("x.tar", content);
    assert!(said.contains("the checksum of a header is wrong"), "{said}");
}

#[test]
fn what_is_locked_or_unknown_is_counted() {
    let mut archive = Zip::default();
    for (name, method) in [
        ("a", Method::Encrypted),
        ("b", Method::Unknown),
        ("c", Method::Encrypted),
    ] {
        archive.add(name, b"secret", method);
    }
    archive.add("d.env", &env(1), Method::Deflated);
    let sandbox = Sandbox::with("x.zip", archive.finish());
    let report = sandbox.report(&[]);
    assert_eq!(report["scanned"]["skipped"]["encrypted"], 2);
    assert_eq!(
        report["scanned"]["skipped"]["compressed in an unknown way"],
        1
    );
    assert_eq!(sandbox.findings(&[]), [found("x.zip!d.env")]);
    let run = sandbox.run(&["scan"]).expect(1);
    assert!(
        run.stdout
            .contains("Skipped: 2 encrypted, 1 compressed in an unknown way."),
        "{run:?}"
    );
    let locked = sevenz(&[("a", b"x"), ("b", b"y")], &[6, 0xF1, 7, 1]);
    let report = Sandbox::with("x.7z", locked).report(&[]);
    assert_eq!(report["scanned"]["skipped"]["encrypted"], 2);
    let locked = [pdf("BT ET", "x"), b"trailer << /Encrypt 9 0 R >>".to_vec()].concat();
    let report = Sandbox::with("x.pdf", locked).report(&[]);
    assert_eq!(report["scanned"]["skipped"]["encrypted"], 1);
}

#[test]
fn a_name_leads_nowhere() {
    for name in [
        "../../escape",
        "/etc/passwd",
        "C:\\Windows\\x",
        "a\u{202e}\n\x1b[31m",
        "",
    ] {
        let sandbox = Sandbox::with("x.zip", zip(name, &env(1)));
        let run = sandbox.run(&["scan", "--quiet"]).expect(1);
        assert!(!run.stdout.contains(['\x1b', '\u{202e}']), "{run:?}");
        assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
        assert_eq!(sandbox.list(), ["x.zip"]);
    }
}

#[test]
fn what_is_empty_is_nothing() {
    for (name, content) in [
        ("x.zip", Zip::default().finish()),
        ("x.tar", vec![0; 1024]),
        ("x.gz", gzip(b"")),
        ("x.xz", xz(b"")),
        ("x.zst", zstd(b"")),
        ("x.bz2", bzip2(b"")),
        (
            "x.7z",
            b"7z\xBC\xAF\x27\x1C\0\x04"
                .iter()
                .copied()
                .chain([0; 24])
                .collect(),
        ),
    ] {
        let run = Sandbox::with(name, content).run(&["scan"]);
        assert_eq!(run.status, 0, "{name}: {run:?}");
    }
}

/// A file of the beginning of each kind, and then anything.
#[test]
fn damaged_containers_of_every_kind_are_survived() {
    let scanner = Scanner::new(RuleSet::builtin(), |_, _| true, Options::new(0));
    let text = env(1).repeat(20);
    let page = "BT /F1 12 Tf (a) Tj ET begincmap 1 beginbfrange <00> <ff> <0041> endbfrange";
    let whole = [
        zip("a", &tar("b", &text)),
        tar("a", &zip("b", &text)),
        gzip(&text),
        xz(&text),
        zstd(&text),
        bzip2(&text),
        sevenz(&[("a", &text), ("b", b"x")], &[0]),
        sqlite(
            "t",
            "CREATE TABLE t(a, b)",
            &[&["x", "y"], &["z", "w"]],
            false,
        ),
        pdf(page, "title"),
    ];
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for content in whole {
        let mut troubled = 0;
        for _ in 0..150 {
            let mut damaged = content.clone();
            for _ in 0..=next(4) {
                let at = next(damaged.len());
                damaged[at] = [0, 0xFF, 0x7F, 1, next(256) as u8][next(5)];
            }
            if next(3) == 0 {
                damaged.truncate(next(damaged.len()));
            }
            let report = scanner.scan_bytes("x", &damaged);
            troubled += usize::from(!report.errors.is_empty());
        }
        assert!(
            troubled > 0,
            "none of the damage was noticed: {:?}",
            &content[..8]
        );
    }
}
