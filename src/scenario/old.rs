//! What an old end has in its list besides what it has by default: lines of TLS of the lists of Windows Server 2003 and 2008, each by its
//! printed name, and such lines in an order of their own.
//!
//! Left out: the two lines of SSL 2.0, which the engine of old TLS does not speak.

use super::{Scenario, TlsStack, Value};
use crate::registry::{CodePoint, Group, ListKey, ListLine, Suite, Version};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A line of TLS of either list: its place in [`LINES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OldLine(u8);

const COUNT: usize = 29;

/// The lines of 2003, then what is new in 2008.
const LINES: [ListLine; COUNT] = {
    let mut all = [ListKey::Ws2003.lines()[0]; COUNT];
    let mut count = 0;
    let (mut list, mut at) = (ListKey::Ws2003.lines(), 0);
    let mut is_first = true;
    while is_first || at < list.len() {
        if at == list.len() {
            (list, at, is_first) = (ListKey::Ws2008.lines(), 0, false);
        }
        let line = list[at];
        let mut seen = 0;
        while seen < count && !is_same(&all[seen], &line) {
            seen += 1;
        }
        if seen == count && matches!(line.suite.code, CodePoint::Tls(_)) {
            all[count] = line;
            count += 1;
        }
        at += 1;
    }
    assert!(count == COUNT);
    all
};

const fn is_same(one: &ListLine, other: &ListLine) -> bool {
    let curves = match (one.curve, other.curve) {
        (Some(one), Some(other)) => one.code() == other.code(),
        (None, None) => true,
        _ => false,
    };
    curves && one.suite.code.number() == other.suite.code.number()
}

impl OldLine {
    /// The first line with this suite.
    pub const fn of(suite: Suite) -> OldLine {
        let mut at = 0;
        while LINES[at].suite.code.number() != suite.code.number() {
            at += 1;
        }
        OldLine(at as u8)
    }

    pub fn all() -> impl Iterator<Item = OldLine> + Clone {
        (0..COUNT as u8).map(OldLine)
    }

    fn line(self) -> &'static ListLine {
        const { &LINES }.get(usize::from(self.0)).unwrap_or(const { &LINES[0] })
    }

    /// As the list prints it.
    pub fn name(self) -> &'static str {
        self.line().name
    }

    pub fn suite(self) -> Suite {
        self.line().suite
    }

    /// A line of Schannel is for one curve alone.
    pub fn curve(self) -> Option<Group> {
        self.line().curve
    }

    /// Whether it is in that system's list.
    pub fn is_of(self, stack: TlsStack) -> bool {
        let list = match stack {
            TlsStack::Ws2003 => ListKey::Ws2003,
            TlsStack::Ws2008 => ListKey::Ws2008,
            TlsStack::Rustls => return false,
        };
        list.lines().iter().any(|line| is_same(line, self.line()))
    }

    /// Its code point and curve, in a link that has many.
    fn key(self) -> String {
        let curve = self.curve().map_or(String::new(), |curve| format!("p{}", curve.field_bits()));
        format!("{:04x}{curve}", self.suite().code.number())
    }
}

/// Lines in an order of their own: one or more, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OldList {
    /// Behind `count` the first of all, so that equal lists are equal.
    lines: [OldLine; COUNT],
    count: u8,
}

impl OldList {
    pub const fn only(line: OldLine) -> OldList {
        let mut lines = [OldLine(0); COUNT];
        lines[0] = line;
        OldList { lines, count: 1 }
    }

    /// `None` where there is no line, or one twice.
    pub fn of(all: impl IntoIterator<Item = OldLine>) -> Option<OldList> {
        let mut list = OldList { lines: [OldLine(0); COUNT], count: 0 };
        for line in all {
            if list.lines().contains(&line) {
                return None;
            }
            *list.lines.get_mut(usize::from(list.count))? = line;
            list.count += 1;
        }
        (list.count > 0).then_some(list)
    }

    pub fn lines(&self) -> &[OldLine] {
        self.lines.get(..usize::from(self.count)).unwrap_or_default()
    }

    /// The line, where it is one.
    pub fn alone(&self) -> Option<OldLine> {
        match self.lines() {
            &[line] => Some(line),
            _ => None,
        }
    }

    /// What of it that system has, if anything.
    fn within(self, stack: TlsStack) -> Option<OldList> {
        OldList::of(self.lines().iter().copied().filter(|line| line.is_of(stack)))
    }
}

impl Scenario {
    /// What the sender offers in place of what its system does: lines of its own list, and with rustls none.
    pub fn offered_list(&self) -> Option<OldList> {
        self.client_suite?.within(self.client_stack)
    }

    /// What the receiver has on, in its order, in place of what its system has.
    pub fn served_list(&self) -> Option<OldList> {
        self.server_suite?.within(self.server_stack)
    }

    /// What the sender offers alone, for a receiver whose list is as by default.
    pub(super) fn asked_line(&self) -> Option<OldLine> {
        self.offered_list().filter(|_| self.served_list().is_none())?.alone()
    }

    /// The sender offers SSL 3.0 alone, and has something to offer in it.
    pub(super) fn only_ssl3(&self) -> bool {
        let in_ssl3 = |list: OldList| list.lines().iter().any(|line| line.suite().versions.contains(Version::SSL3));
        self.client_ssl3.is_on() && self.offered_list().is_none_or(in_ssl3)
    }

    /// An end has an old list, and a line that it is to have is not in it.
    pub(super) fn lacks_its_suite(&self) -> bool {
        let lacks = |stack, list: Option<OldList>| {
            stack != TlsStack::Rustls && list.is_some_and(|list| list.within(stack) != Some(list))
        };
        lacks(self.client_stack, self.client_suite) || lacks(self.server_stack, self.server_suite)
    }

    /// The lines are in its list, and none in the one version that it is to have.
    pub(super) fn lacks_its_version(&self) -> bool {
        self.client_ssl3.is_on() && !self.only_ssl3()
    }
}

impl Serialize for OldList {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Some(*self).write().serialize(to)
    }
}

impl<'de> Deserialize<'de> for OldList {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<OldList, D::Error> {
        let text = String::deserialize(from)?;
        <Option<OldList>>::parse(&text).flatten().ok_or_else(|| D::Error::custom("expected lines of an old list"))
    }
}

/// The list as it is by default, in the link.
const ALL: &str = "all";

/// One line by its name; more by their code points and curves, joined by dots.
impl Value for Option<OldList> {
    fn expected() -> String {
        let names = OldLine::all().map(OldLine::name).collect::<Vec<_>>().join(", ");
        let [first, second] =
            [OldLine::all().next(), OldLine::all().last()].map(|line| line.map_or(String::new(), OldLine::key));
        format!("{ALL}, {names}, or such lines by their code points and curves, joined by dots, as {first}.{second}")
    }

    fn parse(text: &str) -> Option<Self> {
        if text == ALL {
            return Some(None);
        }
        if let Some(line) = OldLine::all().find(|line| line.name() == text) {
            return Some(Some(OldList::only(line)));
        }
        let lines: Option<Vec<OldLine>> =
            text.split('.').map(|key| OldLine::all().find(|line| line.key() == key)).collect();
        OldList::of(lines?).filter(|list| list.alone().is_none()).map(Some)
    }

    fn write(self) -> String {
        match self {
            None => ALL.to_owned(),
            Some(list) => match list.alone() {
                Some(line) => line.name().to_owned(),
                None => list.lines().iter().map(|line| line.key()).collect::<Vec<_>>().join("."),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_spelling_and_that_of_one_line_is_its_name() {
        let read = <Option<OldList>>::parse;
        let list = read("c013p384.002f").flatten().expect("a list");
        let names: Vec<&str> = list.lines().iter().map(|line| line.name()).collect();
        assert_eq!(names, ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P384", "TLS_RSA_WITH_AES_128_CBC_SHA"]);
        assert_eq!(Some(list).write(), "c013p384.002f");
        assert_eq!(read("all"), Some(None));
        for bad in ["", "002f", "002f.002f", "002F.0035", "c013.002f", "002f.", "010080.002f", "002f.c0300"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        for line in OldLine::all() {
            assert_eq!(read(line.name()), Some(Some(OldList::only(line))));
        }
        let all = OldList::of(OldLine::all()).expect("each once");
        assert_eq!(read(&Some(all).write()), Some(Some(all)));
        assert_eq!(OldList::of(OldLine::all().chain(OldLine::all())), None);
    }
}
