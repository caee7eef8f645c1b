//! The glossary, and how a line of it is taken apart.

/// The terms of art. A line has a name, spellings, a meaning, and where it stands or the setting of a real server, between bars.
pub struct Glossary {
    pub heading: &'static str,
    /// The field in which a term is looked up.
    pub find: &'static str,
    pub groups: &'static [(&'static str, &'static [&'static str])],
}

/// A line of the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordEntry {
    pub name: &'static str,
    /// By which a text means it, with semicolons between.
    pub spellings: &'static str,
    pub meaning: &'static str,
    pub more: &'static str,
}

impl WordEntry {
    pub fn of(line: &'static str) -> WordEntry {
        let mut fields = line.split('|');
        let mut next = || fields.next().unwrap_or_default();
        WordEntry { name: next(), spellings: next(), meaning: next(), more: next() }
    }
}

impl Glossary {
    pub fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.groups.iter().flat_map(|(_, lines)| lines.iter().copied())
    }
}
