//! The field tree: what each octet of a buffer is, in the words of the document that defines it.
//!
//! ```text
//! group  cipher_suites                    0..6
//! leaf     length              4          0..2
//! leaf     cipher_suite        0x1301     2..4
//! leaf     cipher_suite        0x1302     4..6
//! ```
//!
//! [`Fields`] is a cursor, and the act of reading makes the annotation: what a field is called and what it means stands where its
//! octets are taken, so words cannot drift from octets. Leaves tile the buffer, each octet in exactly one. What cannot be read
//! becomes a [`Kind::Malformed`] leaf that ends with the part it stands in; what surrounds that part is read on.

mod defect;
mod little;

use crate::bytes::{hex, printable};
use crate::registry::{self, Table, is_grease};
use std::ops::Range;

pub use defect::FieldDefect;

/// Octets of a buffer and what they are. A field with children is made of them; one without is a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it stands in the buffer that it was read from.
    pub range: Range<usize>,
    /// In the words of the document.
    pub name: &'static str,
    /// As a reader would say it: a number, a name with its number, text, hexadecimal.
    pub value: String,
    /// What it is for, in one line; empty where name and value say it.
    pub note: &'static str,
    /// The document and section that define it.
    pub source: &'static str,
    pub kind: Kind,
    pub children: Vec<Field>,
}

/// How a field wants to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// Octets that mean nothing by themselves: randoms, keys, signatures, ciphertext. A view may fold them.
    Opaque,
    /// Octets that are not what should stand here; or a group that lacks something at its end.
    Malformed,
    /// One bit of the leaf around it, with the place of its octet. It takes no octet of its own.
    Bit,
}

impl Field {
    /// Not made of other fields, if perhaps of bits.
    pub fn is_leaf(&self) -> bool {
        self.children.first().is_none_or(|first| first.kind == Kind::Bit)
    }
}

/// Reads fields off a range of a buffer, front to back. See the module.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    buffer: &'a [u8],
    at: usize,
    /// Where the part that is being read ends.
    end: usize,
    /// Of the fields that follow.
    source: &'static str,
    /// What is known so far of the group that is open.
    open: Open,
    /// In the group that is open.
    read: Vec<Field>,
    defect: Option<FieldDefect>,
}

#[derive(Clone, Debug, Default)]
struct Open {
    value: String,
    source: &'static str,
    is_malformed: bool,
}

/// What a group puts aside while it is read. That is done out of line: there are a hundred groups, and the page is to be small.
struct Outer {
    start: usize,
    source: &'static str,
    read: Vec<Field>,
    open: Open,
}

/// What is read, or why it could not be.
pub type Read<T> = Result<T, FieldDefect>;

impl<'a> Fields<'a> {
    /// A cursor over a range of a buffer, cut at its end. Fields count from the beginning of the buffer.
    pub fn new(buffer: &'a [u8], range: Range<usize>) -> Fields<'a> {
        let end = range.end.min(buffer.len());
        let at = range.start.min(end);
        Fields { buffer, at, end, source: "", open: Open::default(), read: Vec::new(), defect: None }
    }

    /// Reads a whole buffer.
    pub fn of<T>(buffer: &'a [u8], read: impl FnOnce(&mut Fields<'a>) -> Read<T>) -> (Option<T>, Vec<Field>) {
        let mut fields = Fields::new(buffer, 0..buffer.len());
        let value = fields.whole(read);
        (value, fields.into_fields())
    }

    pub fn into_fields(self) -> Vec<Field> {
        self.read
    }

    /// The first defect that was met.
    pub fn defect(&self) -> Option<FieldDefect> {
        self.defect
    }

    /// Where the next octet stands in the buffer.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Octets of the part that are not read yet.
    pub fn left(&self) -> usize {
        self.end - self.at
    }

    /// The octets of the part that are not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    /// The next octet, unread.
    pub fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// The document and section of the fields that follow in this group.
    pub fn cite(&mut self, source: &'static str) {
        self.source = source;
    }

    /// The document and section of the group that is open, and of the fields that follow in it.
    pub fn cite_group(&mut self, source: &'static str) {
        self.open.source = source;
        self.source = source;
    }

    /// Fields of another document than those around them.
    pub fn citing<T>(&mut self, source: &'static str, read: impl FnOnce(&mut Fields<'a>) -> T) -> T {
        let outer = std::mem::replace(&mut self.source, source);
        let value = read(self);
        self.source = outer;
        value
    }

    /// The value of the group that is open.
    pub fn say(&mut self, value: impl Into<String>) {
        self.open.value = value.into();
    }

    /// A leaf of `count` octets; `show` renders it. Zero octets: no leaf.
    pub fn leaf(
        &mut self,
        count: usize,
        kind: Kind,
        name: &'static str,
        note: &'static str,
        show: impl FnOnce(&[u8]) -> String,
    ) -> Read<&'a [u8]> {
        let octets = self.next(count, name)?;
        if count > 0 {
            self.push(count, kind, name, show(octets), note);
        }
        Ok(octets)
    }

    #[inline(never)]
    fn next(&self, count: usize, field: &'static str) -> Read<&'a [u8]> {
        self.rest().get(..count).ok_or(FieldDefect::Short { field, needed: count, left: self.left() })
    }

    /// Octets without a meaning of their own, shown in hexadecimal.
    pub fn opaque(&mut self, count: usize, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
        self.leaf(count, Kind::Opaque, name, note, hex)
    }

    /// Octets that are too many to be shown, by their number.
    pub fn bulk(&mut self, count: usize, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
        self.leaf(count, Kind::Opaque, name, note, |octets| octets_of(octets.len()))
    }

    /// Octets that are text.
    pub fn text(&mut self, count: usize, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
        self.leaf(count, Kind::Plain, name, note, printable)
    }

    /// A number of up to four octets, big-endian.
    pub fn number(&mut self, width: usize, name: &'static str, note: &'static str) -> Read<u32> {
        self.leaf(width, Kind::Plain, name, note, |octets| big_endian(octets).to_string()).map(big_endian)
    }

    pub fn u8(&mut self, name: &'static str, note: &'static str) -> Read<u8> {
        self.number(1, name, note).map(|number| number as u8)
    }

    pub fn u16(&mut self, name: &'static str, note: &'static str) -> Read<u16> {
        self.number(2, name, note).map(|number| number as u16)
    }

    /// A code point of one octet: its name and number.
    pub fn code8(&mut self, table: &'static Table, name: &'static str, note: &'static str) -> Read<u8> {
        self.leaf(1, Kind::Plain, name, note, |octets| named(table, octets)).map(|octets| big_endian(octets) as u8)
    }

    /// A code point of two octets: its name, and its number as the octets have it.
    pub fn code16(&mut self, table: &'static Table, name: &'static str, note: &'static str) -> Read<u16> {
        self.leaf(2, Kind::Plain, name, note, |octets| named(table, octets)).map(|octets| big_endian(octets) as u16)
    }

    /// A code point of three octets, which SSL 2.0 has.
    pub fn code24(&mut self, table: &'static Table, name: &'static str, note: &'static str) -> Read<u32> {
        self.leaf(3, Kind::Plain, name, note, |octets| named(table, octets)).map(big_endian)
    }

    /// A field that is made of fields. What was read stays, even if not all could be.
    pub fn group<T>(
        &mut self,
        name: &'static str,
        note: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
    ) -> Read<T> {
        let outer = self.enter();
        let result = read(self);
        self.leave(outer, name, note, result.as_ref().err());
        result
    }

    #[inline(never)]
    fn enter(&mut self) -> Outer {
        let open = Open { source: self.source, ..Open::default() };
        Outer {
            start: self.at,
            source: self.source,
            read: std::mem::take(&mut self.read),
            open: std::mem::replace(&mut self.open, open),
        }
    }

    #[inline(never)]
    fn leave(&mut self, outer: Outer, name: &'static str, note: &'static str, defect: Option<&FieldDefect>) {
        if let Some(defect) = defect {
            self.lacks(*defect);
        }
        let children = std::mem::replace(&mut self.read, outer.read);
        let Open { value, source, is_malformed } = std::mem::replace(&mut self.open, outer.open);
        self.source = outer.source;
        if self.at > outer.start {
            let kind = if is_malformed { Kind::Malformed } else { Kind::Plain };
            self.read.push(Field { range: outer.start..self.at, name, value, note, source, kind, children });
        }
    }

    /// A part of `length` octets. A defect in it ends with it: what could not be read of it is malformed, and `None` is returned.
    pub fn bounded<T>(
        &mut self,
        length: usize,
        field: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        let end = self.narrow(length, field)?;
        let value = self.whole(read);
        self.end = end;
        Ok(value)
    }

    /// Makes the part so long, and gives the end that it had.
    #[inline(never)]
    fn narrow(&mut self, length: usize, field: &'static str) -> Read<usize> {
        let left = self.left();
        if length > left {
            return Err(FieldDefect::Short { field, needed: length, left });
        }
        Ok(std::mem::replace(&mut self.end, self.at + length))
    }

    /// All that is left of the part, to its end.
    pub fn whole<T>(&mut self, read: impl FnOnce(&mut Fields<'a>) -> Read<T>) -> Option<T> {
        let result = read(self);
        let is_whole = self.is_whole(result.as_ref().err());
        result.ok().filter(|_| is_whole)
    }

    /// Whether the part was read to its end; if not, the rest of it is malformed.
    #[inline(never)]
    fn is_whole(&mut self, defect: Option<&FieldDefect>) -> bool {
        let octets = self.left();
        let defect = defect.copied().or((octets > 0).then_some(FieldDefect::LeftOver { octets }));
        if let Some(defect) = defect {
            self.malformed(defect);
        }
        defect.is_none()
    }

    /// A group with a length of `width` octets in front, and fields of just that many octets.
    pub fn vector<T>(
        &mut self,
        width: usize,
        name: &'static str,
        note: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.group(name, note, |fields| {
            let length = fields.number(width, "length", "how many octets follow in this field")? as usize;
            fields.bounded(length, name, read)
        })
    }

    /// A length of `width` octets, and as many opaque octets as it says.
    pub fn opaque_vector(&mut self, width: usize, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
        let octets = self.vector(width, name, note, |fields| {
            let octets = fields.opaque(fields.left(), "octets", "")?;
            fields.say(if octets.is_empty() { "empty".to_owned() } else { octets_of(octets.len()) });
            Ok(octets)
        });
        octets.map(Option::unwrap_or_default)
    }

    /// Reads until the part is used up.
    pub fn repeat<T>(&mut self, mut read: impl FnMut(&mut Fields<'a>) -> Read<T>) -> Read<Vec<T>> {
        let mut all = Vec::new();
        while self.left() > 0 {
            let before = self.at;
            all.push(read(self)?);
            if self.at == before {
                return Err(FieldDefect::LeftOver { octets: self.left() });
            }
        }
        Ok(all)
    }

    /// The rest of the part is not what should stand here; where there is none, it is the group that is not whole.
    pub fn malformed(&mut self, defect: FieldDefect) {
        self.defect = self.defect.or(Some(defect));
        let left = self.left();
        if left == 0 {
            self.lacks(defect);
        } else {
            self.push(left, Kind::Malformed, "malformed", defect.to_string(), "not what should stand here");
        }
    }

    /// Nothing is left that could be malformed, so it is the group that is open; unless a part of it is so already.
    fn lacks(&mut self, defect: FieldDefect) {
        if self.left() == 0 && self.read.last().is_none_or(|last| last.kind != Kind::Malformed) {
            self.open.is_malformed = true;
            self.open.value = defect.to_string();
        }
    }

    fn push(&mut self, count: usize, kind: Kind, name: &'static str, value: String, note: &'static str) {
        let range = self.at..self.at + count;
        self.at = range.end;
        self.read.push(Field { range, name, value, note, source: self.source, kind, children: Vec::new() });
    }
}

/// The leaves of fields, in order.
pub fn leaves(fields: &[Field]) -> Vec<&Field> {
    let mut found = Vec::new();
    for field in fields {
        if field.is_leaf() {
            found.push(field);
        } else {
            found.extend(leaves(&field.children));
        }
    }
    found
}

/// The last four octets as a number.
fn big_endian(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |number, &octet| number << 8 | u32::from(octet))
}

fn named(table: &'static Table, octets: &[u8]) -> String {
    let code = big_endian(octets);
    let number = if octets.len() == 1 { code.to_string() } else { format!("0x{}", hex(octets)) };
    match registry::name(table, code) {
        Some(name) => format!("{name} ({number})"),
        None if octets.len() == 2 && is_grease(code as u16) => format!("GREASE ({number})"),
        None => number,
    }
}

/// A number of octets in words.
pub fn octets_of(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::VERSIONS;

    fn leaf_values(fields: &[Field]) -> Vec<(Range<usize>, &str)> {
        leaves(fields).into_iter().map(|field| (field.range.clone(), field.value.as_str())).collect()
    }

    #[test]
    fn reading_annotates() {
        let octets = [3, 4, 3, 1, 2, 3];
        let (read, fields) = Fields::of(&octets, |fields| {
            fields.cite("RFC 8446 §4.2.1");
            let version = fields.code16(VERSIONS, "version", "")?;
            let data = fields.opaque_vector(1, "data", "a vector")?;
            Ok((version, data))
        });
        assert_eq!(read, Some((0x0304, &octets[3..])));
        assert_eq!(leaf_values(&fields), [(0..2, "TLS 1.3 (0x0304)"), (2..3, "3"), (3..6, "010203")]);
        assert_eq!((fields[1].range.clone(), fields[1].value.as_str()), (2..6, "3 octets"));
        assert_eq!((fields[1].note, fields[1].source), ("a vector", "RFC 8446 §4.2.1"));
    }

    #[test]
    fn a_defect_ends_with_its_part() {
        let octets = [2, 7, 7, 9];
        let (read, fields) = Fields::of(&octets, |fields| {
            let inner = fields.vector(1, "list", "", |fields| fields.number(3, "three", ""))?;
            Ok((inner, fields.u8("after", "")?))
        });
        assert_eq!(read, Some((None, 9)));
        assert_eq!(leaf_values(&fields), [(0..1, "2"), (1..3, "three needs 3 octets, 2 left"), (3..4, "9")]);
        assert_eq!(fields[0].children[1].kind, Kind::Malformed);
    }

    #[test]
    fn what_is_left_over_or_missing_is_malformed() {
        let values = |octets: &[u8]| {
            let (read, fields) =
                Fields::of(octets, |fields| fields.vector(1, "list", "", |fields| fields.u8("one", "")));
            assert!(read.flatten().is_none());
            leaves(&fields).last().map(|field| (field.kind, field.value.clone()))
        };
        assert_eq!(values(&[2, 1, 1]), Some((Kind::Malformed, "1 octet more than the field has".into())));
        assert_eq!(values(&[2, 1]), Some((Kind::Malformed, "list needs 2 octets, 1 left".into())));
        assert_eq!(values(&[]), None);
    }

    #[test]
    fn a_group_that_lacks_its_end_is_malformed() {
        let (_, fields) = Fields::of(&[0, 7], |fields| {
            fields.vector(1, "list", "", |fields| fields.u8("one", ""))?;
            fields.u8("after", "")
        });
        assert_eq!((fields[0].kind, fields[0].value.as_str()), (Kind::Malformed, "one needs 1 octet, 0 left"));
        assert_eq!((fields[1].kind, fields[1].value.as_str()), (Kind::Plain, "7"));
    }

    #[test]
    fn a_repeat_that_reads_nothing_ends() {
        let (read, fields) = Fields::of(&[1, 2], |fields| fields.repeat(|_| Ok(())));
        assert_eq!(read, None);
        assert_eq!(leaf_values(&fields), [(0..2, "2 octets more than the field has")]);
    }
}
