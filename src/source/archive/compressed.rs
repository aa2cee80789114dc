//! Files that hold one compressed content: gzip, xz, zstd, bzip2.

use std::io::{self, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use super::xz::XzReader;
use super::zstd::ZstdReader;
use super::{Kind, Walker, peek};

/// What names of compressed files end with, and what is in place of that inside.
const ENDINGS: &[(&str, &str)] = &[
    (".gz", ""),
    (".xz", ""),
    (".zst", ""),
    (".bz2", ""),
    (".tgz", ".tar"),
    (".txz", ".tar"),
    (".tzst", ".tar"),
    (".tbz2", ".tar"),
    (".tbz", ".tar"),
    (".svgz", ".svg"),
];

/// What a file is called inside whose name does not tell.
const NAMELESS: &str = "content";

/// Looks at what is compressed. A tar archive is entered at once, so that its members' paths do not
/// name it: `a.tar.gz!file`.
pub(super) fn walk(
    walker: &mut Walker<'_>,
    kind: Kind,
    name: &str,
    content: &mut dyn Read,
) -> io::Result<()> {
    let packed = BufReader::new(content);
    let budget = walker.budget;
    let mut content: Box<dyn Read + '_> = match kind {
        Kind::Gzip => Box::new(budget.meter(MultiGzDecoder::new(packed))),
        Kind::Bzip2 => Box::new(budget.meter(MultiBzDecoder::new(packed))),
        Kind::Zstd => Box::new(budget.meter(ZstdReader::new(packed))),
        _ => Box::new(budget.meter(XzReader::new(packed))),
    };
    let (head, inner) = peek(&mut content)?;
    let mut content = head.chain(content);
    let name = unpacked_name(name);
    if inner == Some(Kind::Tar) && walker.depth < budget.limits.depth {
        walker.depth += 1;
        let result = walker.stream(Kind::Tar, &name, &mut content);
        walker.depth -= 1;
        return result;
    }
    walker.member(&name, &mut content)
}

fn unpacked_name(name: &str) -> String {
    let of = |&(ending, inside): &(&str, &str)| {
        let start = name.len().checked_sub(ending.len())?;
        let stem = name.get(..start).filter(|stem| !stem.is_empty())?;
        let fits = name[start..].eq_ignore_ascii_case(ending);
        fits.then(|| format!("{stem}{inside}"))
    };
    ENDINGS
        .iter()
        .find_map(of)
        .unwrap_or_else(|| NAMELESS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_has_the_name_without_the_ending() {
        assert_eq!(unpacked_name("x.sql.gz"), "x.sql");
        assert_eq!(unpacked_name("X.TGZ"), "X.tar");
        assert_eq!(unpacked_name("dump"), "content");
        assert_eq!(unpacked_name(".gz"), "content");
        assert_eq!(unpacked_name("ä.gz"), "ä");
        assert_eq!(unpacked_name("aäz"), "content");
    }
}
