//! Containers made by hand, so that the tests can also make those that no program would.

use std::io::Write as _;

/// How a member of a zip archive is written.
#[derive(Clone, Copy)]
pub(super) enum Method {
    Stored,
    Deflated,
    Bzip2,
    Zstd,
    Xz,
    /// Stored, and marked as encrypted.
    Encrypted,
    /// Stored, and said to be what nobody knows.
    Unknown,
}

impl Method {
    fn id(self) -> u16 {
        match self {
            Self::Stored | Self::Encrypted => 0,
            Self::Deflated => 8,
            Self::Bzip2 => 12,
            Self::Zstd => 93,
            Self::Xz => 95,
            Self::Unknown => 77,
        }
    }

    fn pack(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Stored | Self::Encrypted | Self::Unknown => content.to_vec(),
            Self::Deflated => deflated(content),
            Self::Bzip2 => bzip2(content),
            Self::Zstd => zstd(content),
            Self::Xz => xz(content),
        }
    }
}

/// A zip archive, member by member.
#[derive(Default)]
pub(super) struct Zip {
    pub(super) bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

impl Zip {
    pub(super) fn add(&mut self, name: &str, content: &[u8], method: Method) -> &mut Self {
        let at = self.bytes.len();
        let packed = method.pack(content);
        let fields = Self::fields(name, content, packed.len(), method);
        self.bytes.extend(b"PK\x03\x04\x14\0");
        self.bytes.extend(&fields);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        self.enter(name, &fields, at);
        self
    }

    /// Names the member that was added last once more.
    pub(super) fn repeat(&mut self, name: &str, content: &[u8], at: usize, packed: usize) {
        let fields = Self::fields(name, content, packed, Method::Deflated);
        self.enter(name, &fields, at);
    }

    /// What stands both before a member and in the directory.
    fn fields(name: &str, content: &[u8], packed: usize, method: Method) -> Vec<u8> {
        let mut fields = Vec::new();
        let flags = u16::from(matches!(method, Method::Encrypted));
        for short in [flags, method.id(), 0, 0] {
            fields.extend(short.to_le_bytes());
        }
        fields.extend(crc32fast::hash(content).to_le_bytes());
        fields.extend(u32::try_from(packed).unwrap().to_le_bytes());
        fields.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        fields
    }

    fn enter(&mut self, name: &str, fields: &[u8], at: usize) {
        self.directory.extend(b"PK\x01\x02\x14\0\x14\0");
        self.directory.extend(fields);
        self.directory.extend([0; 10]);
        self.directory
            .extend(u32::try_from(at).unwrap().to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
    }

    pub(super) fn finish(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.extend(&self.directory);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend(self.entries.to_le_bytes());
        bytes.extend(self.entries.to_le_bytes());
        for long in [self.directory.len(), self.bytes.len()] {
            bytes.extend(u32::try_from(long).unwrap().to_le_bytes());
        }
        bytes.extend([0, 0]);
        bytes
    }
}

/// A zip archive of one deflated member.
pub(crate) fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    Zip::default().add(name, content, Method::Deflated).finish()
}

/// A tar archive of one file, with the two empty blocks of its end.
pub(super) fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = tar_file(name, b'0', content);
    bytes.extend([0; 1024]);
    bytes
}

/// One entry of a tar archive.
pub(super) fn tar_file(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = header.to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

pub(super) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

pub(super) fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::default();
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A 7z archive whose members stand as they are in one block, or are said to be of another method.
pub(super) fn sevenz(members: &[(&str, &[u8])], method: &[u8]) -> Vec<u8> {
    let content: Vec<u8> = members
        .iter()
        .flat_map(|(_, content)| *content)
        .copied()
        .collect();
    let small = |number: usize| {
        // Two bytes hold all that the tests need.
        let number = u16::try_from(number).unwrap();
        assert!(number < 0x4000);
        [0x80 | (number >> 8) as u8, number as u8]
    };
    let mut header = vec![1, 4, 6, 0, 1, 9];
    header.extend(small(content.len()));
    header.extend([0, 7, 0x0B, 1, 0, 1, method.len() as u8]);
    header.extend(method);
    header.push(0x0C);
    header.extend(small(content.len()));
    header.extend([0, 8, 0x0D, members.len() as u8]);
    if members.len() > 1 {
        header.push(9);
        for (_, content) in &members[..members.len() - 1] {
            header.extend(small(content.len()));
        }
    }
    header.extend([0x0A, 1]);
    for (_, content) in members {
        header.extend(crc32fast::hash(content).to_le_bytes());
    }
    header.extend([0, 0, 5, members.len() as u8, 0x11]);
    let mut names = vec![0];
    for (name, _) in members {
        names.extend(name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    }
    header.extend(small(names.len()));
    header.extend(names);
    header.extend([0, 0]);

    let mut place = Vec::new();
    place.extend((content.len() as u64).to_le_bytes());
    place.extend((header.len() as u64).to_le_bytes());
    place.extend(crc32fast::hash(&header).to_le_bytes());
    let mut bytes = b"7z\xBC\xAF\x27\x1C\0\x04".to_vec();
    bytes.extend(crc32fast::hash(&place).to_le_bytes());
    bytes.extend(place);
    bytes.extend(content);
    bytes.extend(header);
    bytes
}

/// A SQLite database of one table with columns of text. `encode` is `str::as_bytes` or UTF-16.
pub(super) fn sqlite(table: &str, sql: &str, rows: &[&[&str]], wide: bool) -> Vec<u8> {
    const PAGE: usize = 4096;
    let encode = |text: &str| -> Vec<u8> {
        if wide {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.as_bytes().to_vec()
        }
    };
    let varint = |number: usize| vec![0x80 | (number >> 7) as u8, (number & 0x7F) as u8];
    let record = |values: &[Vec<u8>], page: Option<u8>| {
        let mut header = Vec::new();
        let mut body = Vec::new();
        for (at, value) in values.iter().enumerate() {
            if let (3, Some(page)) = (at, page) {
                header.push(1);
                body.push(page);
            }
            header.extend(varint(13 + 2 * value.len()));
            body.extend(value);
        }
        let mut record = varint(header.len() + 2);
        record.extend(header);
        record.extend(body);
        record
    };
    let leaf = |records: &[Vec<u8>], start: usize| {
        let mut page = vec![0; PAGE];
        let mut end = PAGE;
        for (at, record) in records.iter().enumerate() {
            let mut cell = varint(record.len());
            cell.push(at as u8 + 1);
            cell.extend(record);
            end -= cell.len();
            page[end..end + cell.len()].copy_from_slice(&cell);
            let pointer = start + 8 + 2 * at;
            page[pointer..pointer + 2].copy_from_slice(&(end as u16).to_be_bytes());
        }
        page[start] = 13;
        page[start + 3..start + 5].copy_from_slice(&(records.len() as u16).to_be_bytes());
        page
    };
    let schema: Vec<Vec<u8>> = ["table", table, table, sql]
        .into_iter()
        .map(encode)
        .collect();
    let mut bytes = leaf(&[record(&schema, Some(2))], 100);
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    bytes[59] = 1 + u8::from(wide);
    let rows = rows.iter().map(|row| {
        let values: Vec<Vec<u8>> = row.iter().map(|value| encode(value)).collect();
        record(&values, None)
    });
    bytes.extend(leaf(&rows.collect::<Vec<_>>(), 0));
    bytes
}

/// A PDF document of one page that shows this, and a title.
pub(super) fn pdf(operators: &str, title: &str) -> Vec<u8> {
    let stream = zlib(operators.as_bytes());
    let mut bytes = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let length = stream.len();
    bytes.extend(format!("1 0 obj\n<< /Length {length} /Filter /FlateDecode >>\nstream\n").bytes());
    bytes.extend(stream);
    bytes.extend(format!("\nendstream\nendobj\n2 0 obj\n<< /Title ({title}) >>\nendobj\n").bytes());
    bytes.extend(b"trailer << /Info 2 0 R >>\n%%EOF\n");
    bytes
}
