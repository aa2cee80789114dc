//! SQLite databases: every table as text, a line `column=value` for each value, so that rules that judge
//! by names know whose a value is. <https://www.sqlite.org/fileformat2.html>
//!
//! What was deleted, and what is longer than [`MAX_ROW`], is in no table here; the file's own bytes are
//! scanned besides, as binary.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Read, SeekFrom};

use super::budget::{Budget, Trouble};
use super::sqlite_schema::{MAX_TABLES, Table};
use super::{Kind, Seekable, Walker, bytes, corrupt};

/// A row that is larger than this is left out, and told.
const MAX_ROW: u64 = 32 << 20;

/// The first bytes of the file, which say how it is laid out.
const HEADER: usize = 100;

/// The table of tables stands on the first page.
const SCHEMA: u32 = 1;

/// SQLite itself takes no more columns, however it was built.
const MAX_VALUES: usize = 32_767;

/// A tree of pages with four children is no deeper.
const MAX_DEPTH: usize = 40;

/// Hands over every table.
pub(super) fn walk(walker: &mut Walker<'_>, content: &mut dyn Seekable) -> io::Result<()> {
    let mut file = File::new(content, walker.budget)?;
    let mut schema = Rows::new(&mut file, SCHEMA);
    let mut tables = Vec::new();
    let mut fault = None;
    loop {
        match schema.next() {
            Ok(Some(row)) => tables.extend(Table::of(&row)),
            Ok(None) => break,
            // The tables that are known can be read all the same.
            Err(error) => fault = Some(error),
        }
        if tables.len() > MAX_TABLES || walker.budget.is_spent() {
            let many = || Trouble::Members(MAX_TABLES as u64).into();
            return Err(fault.unwrap_or_else(many));
        }
    }
    for table in tables {
        let mut text = Text {
            rows: Rows::new(&mut file, table.root),
            table: &table,
            line: VecDeque::new(),
            fault: None,
        };
        let result = walker.table(&table.name, &mut text);
        if walker.budget.is_spent() {
            return result;
        }
        let length = walker.enter(&table.name);
        walker.settle(Kind::Sqlite, result);
        walker.leave(length);
    }
    fault.map_or(Ok(()), Err)
}

impl Walker<'_> {
    /// Looks at a table. What its values hold is no container: it is text by now.
    fn table(&mut self, name: &str, rows: &mut dyn Read) -> io::Result<()> {
        self.budget.member()?;
        let length = self.enter(name);
        // It reads as a file of settings does.
        let result = self.leaf(&format!("{name}.env"), rows);
        self.leave(length);
        result
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing, or a number that stands for nothing.
    Null,
    Integer(i64),
    Real(f64),
    /// Text in UTF-8, or bytes without their NULs.
    Text(Vec<u8>),
}

/// The file, by pages.
struct File<'a> {
    content: &'a mut dyn Seekable,
    page_size: usize,
    /// The part of each page that is used.
    usable: usize,
    pages: u32,
    wide: Option<fn([u8; 2]) -> u16>,
    budget: &'a Budget,
}

impl<'a> File<'a> {
    fn new(content: &'a mut dyn Seekable, budget: &'a Budget) -> io::Result<Self> {
        let length = content.seek(SeekFrom::End(0))?;
        content.seek(SeekFrom::Start(0))?;
        let mut header = [0; HEADER];
        content.read_exact(&mut header)?;
        let page_size = match u16::from_be_bytes(bytes(&header, 16)?) {
            1 => 65536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return Err(corrupt("the size of its pages is none")),
        };
        Ok(Self {
            content,
            page_size,
            usable: page_size - usize::from(header[20]),
            pages: u32::try_from(length / page_size as u64).unwrap_or(u32::MAX),
            wide: match u32::from_be_bytes(bytes(&header, 56)?) {
                2 => Some(u16::from_le_bytes),
                3 => Some(u16::from_be_bytes),
                _ => None,
            },
            budget,
        })
    }

    fn page(&mut self, number: u32) -> io::Result<Vec<u8>> {
        if number == 0 || number > self.pages {
            return Err(corrupt("a page of it is missing"));
        }
        let mut page = vec![0; self.page_size];
        let start = u64::from(number - 1) * self.page_size as u64;
        self.content.seek(SeekFrom::Start(start))?;
        self.content.read_exact(&mut page)?;
        page.truncate(self.usable);
        Ok(page)
    }

    /// The content of the cell whose length and beginning are at `at`; `most` of it can be on the page.
    fn payload(&mut self, page: &[u8], at: usize, length: u64, most: usize) -> io::Result<Vec<u8>> {
        if length > MAX_ROW {
            return Err(Trouble::Row(MAX_ROW).into());
        }
        let length = length as usize;
        // Rows may overlap, and so grow.
        self.budget.unpack(length)?;
        let least = (self.usable - 12) * 32 / 255 - 23;
        let rest = |kept: usize| (kept <= most).then_some(kept);
        let here = if length <= most {
            length
        } else {
            rest(least + (length - least) % (self.usable - 4)).unwrap_or(least)
        };
        let cut = || corrupt("a row of it is cut off");
        let mut payload = page.get(at..at + here).ok_or_else(cut)?.to_vec();
        let mut next = match length - here {
            0 => 0,
            _ => u32::from_be_bytes(bytes(page, at + here)?),
        };
        while payload.len() < length {
            let page = self.page(next)?;
            next = u32::from_be_bytes(bytes(&page, 0)?);
            let more = (length - payload.len()).min(page.len() - 4);
            payload.extend_from_slice(&page[4..4 + more]);
        }
        Ok(payload)
    }

    /// The values of a record.
    fn values(&self, record: &[u8]) -> io::Result<Vec<Value>> {
        let mut header = 0;
        let header_end = varint(record, &mut header)? as usize;
        let mut at = header_end;
        let mut values = Vec::new();
        while header < header_end && values.len() < MAX_VALUES {
            let kind = varint(record, &mut header)?;
            let size = match kind {
                0 | 8..=11 => 0,
                1..=4 => kind as usize,
                5 => 6,
                6 | 7 => 8,
                _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
            };
            let end = at.checked_add(size);
            let value = end.and_then(|end| record.get(at..end));
            let value = value.ok_or_else(|| corrupt("a value of it is cut off"))?;
            at += size;
            values.push(match kind {
                1..=6 => Value::Integer(integer(value)),
                7 => Value::Real(f64::from_be_bytes(bytes(value, 0)?)),
                12.. => Value::Text(self.text(value, kind % 2 == 1)),
                _ => Value::Null,
            });
        }
        Ok(values)
    }

    fn text(&self, value: &[u8], is_text: bool) -> Vec<u8> {
        match self.wide.filter(|_| is_text) {
            Some(unit) => {
                let units = value.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
                let text = char::decode_utf16(units);
                let text: String = text
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                text.into_bytes()
            }
            // A NUL would make all of the table binary.
            None => value.iter().copied().filter(|&byte| byte != 0).collect(),
        }
    }
}

/// A signed number of up to eight bytes.
fn integer(value: &[u8]) -> i64 {
    let sign = value
        .first()
        .map_or(0, |&high| i64::from(high.cast_signed() >> 7));
    value
        .iter()
        .fold(sign, |number, &byte| number << 8 | i64::from(byte))
}

/// A number of seven bits a byte, and eight of a ninth.
fn varint(data: &[u8], at: &mut usize) -> io::Result<u64> {
    let mut number = 0;
    for count in 1..=9 {
        let [byte] = bytes(data, *at)?;
        *at += 1;
        if count == 9 {
            return Ok(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7F);
        if byte < 0x80 {
            break;
        }
    }
    Ok(number)
}

/// The rows of a table, page by page, each page once whatever the file says.
struct Rows<'f, 'a> {
    file: &'f mut File<'a>,
    /// The pages from the root down, and which of their cells is next.
    stack: Vec<(Vec<u8>, usize, usize)>,
    seen: HashSet<u32>,
    next_page: Option<u32>,
}

impl<'f, 'a> Rows<'f, 'a> {
    fn new(file: &'f mut File<'a>, root: u32) -> Self {
        Self {
            file,
            stack: Vec::new(),
            seen: HashSet::new(),
            next_page: Some(root),
        }
    }

    /// Goes down to a page.
    fn open(&mut self, number: u32) -> io::Result<()> {
        if !self.seen.insert(number) || self.stack.len() >= MAX_DEPTH {
            return Err(corrupt("a page of it is in two places"));
        }
        let page = self.file.page(number)?;
        let start = if number == SCHEMA { HEADER } else { 0 };
        if !matches!(page.get(start), Some(2 | 5 | 10 | 13)) {
            return Err(corrupt("a page of it is none of a table"));
        }
        self.stack.push((page, start, 0));
        Ok(())
    }

    /// The next row. After an error, those that can still be read follow.
    fn next(&mut self) -> io::Result<Option<Vec<Value>>> {
        loop {
            if let Some(page) = self.next_page.take() {
                self.open(page)?;
            }
            let Some((page, start, cell)) = self.stack.last_mut() else {
                return Ok(None);
            };
            let (start, at) = (*start, *cell);
            *cell += 1;
            let kind = page[start];
            let is_inner = kind < 8;
            let cells = usize::from(u16::from_be_bytes(bytes(page, start + 3)?));
            if at >= cells {
                let last = u32::from_be_bytes(bytes(page, start + 8)?);
                let goes_on = is_inner && at == cells;
                if goes_on {
                    self.next_page = Some(last);
                } else {
                    self.stack.pop();
                }
                continue;
            }
            let pointers = start + if is_inner { 12 } else { 8 };
            let mut at = usize::from(u16::from_be_bytes(bytes(page, pointers + 2 * at)?));
            if is_inner {
                self.next_page = Some(u32::from_be_bytes(bytes(page, at)?));
                at += 4;
            }
            if kind == 5 {
                continue;
            }
            let length = varint(page, &mut at)?;
            let mut most = self.file.usable - 35;
            if kind == 13 {
                varint(page, &mut at)?;
            } else {
                most = (self.file.usable - 12) * 64 / 255 - 23;
            }
            let record = self.file.payload(page, at, length, most)?;
            return self.file.values(&record).map(Some);
        }
    }
}

/// A table as text.
struct Text<'t, 'f, 'a> {
    rows: Rows<'f, 'a>,
    table: &'t Table,
    /// What is left of the row that is read.
    line: VecDeque<u8>,
    /// What could not be read, told at the end.
    fault: Option<io::Error>,
}

impl Read for Text<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.line.is_empty() {
            match self.rows.next() {
                Ok(Some(row)) => self.line = self.table.text(&row).into(),
                Err(error) if self.rows.file.budget.is_spent() => return Err(error),
                Ok(None) => return self.fault.take().map_or(Ok(0), Err),
                Err(error) => self.fault = Some(error),
            }
        }
        self.line.read(buffer)
    }
}
