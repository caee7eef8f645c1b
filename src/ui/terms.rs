//! A text taken apart: words, terms of the glossary where they first stand, and sections of RFCs, which are links.

use crate::text::{Glossary, WordEntry};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPiece<'a> {
    Words(&'a str),
    Term(&'a str, WordEntry),
    /// Words, and where they lead.
    Cited(&'a str, String),
}

/// Where RFCs are read.
const RFCS: &str = "https://www.rfc-editor.org/rfc/rfc";

/// The parts of a text; of each term only where it first stands, and none that is `met` already. Numbers are terms in the type of the wire
/// alone.
pub fn pieces<'a>(
    text: &'a str,
    glossary: &Glossary,
    is_code: bool,
    met: &mut Vec<&'static str>,
) -> Vec<TextPiece<'a>> {
    let mut found: Vec<(usize, &'a str, &'static str)> = Vec::new();
    for line in glossary.lines() {
        for spelling in WordEntry::of(line).spellings.split(';').filter(|spelling| !spelling.is_empty()) {
            if is_code || !spelling.starts_with(|first: char| first.is_ascii_digit()) {
                found.extend(places(text, spelling).map(|(at, words)| (at, words, line)));
            }
        }
    }
    // Of two that begin at one place the longer.
    found.sort_by_key(|&(at, words, _)| (at, usize::MAX - words.len()));
    let mut pieces = Vec::new();
    let mut done = 0;
    for (at, words, line) in found {
        if at < done || met.contains(&line) {
            continue;
        }
        met.push(line);
        pieces.extend(cited(text.get(done..at).unwrap_or_default()));
        pieces.push(TextPiece::Term(words, WordEntry::of(line)));
        done = at + words.len();
    }
    pieces.extend(cited(text.get(done..).unwrap_or_default()));
    pieces
}

/// Takes the marks away that end a sentence or a part of one, with which a piece begins.
pub fn leading_marks<'a>(piece: &mut TextPiece<'a>) -> &'a str {
    let TextPiece::Words(words) = piece else { return "" };
    let rest = words.trim_start_matches(['.', ',', ';', ':', '!', '?', ')']);
    let (marks, rest) = words.split_at(words.len() - rest.len());
    *words = rest;
    marks
}

/// Where a spelling stands as a word of its own, perhaps with an s behind it; in lower case it may begin a sentence.
fn places<'a>(text: &'a str, spelling: &'static str) -> impl Iterator<Item = (usize, &'a str)> {
    let (first, rest) = spelling.split_at(1);
    let either = first.starts_with(|first: char| first.is_ascii_lowercase());
    text.match_indices(rest).filter_map(move |(behind, _)| {
        let at = behind.checked_sub(1)?;
        let begins = text.get(at..behind)?;
        let is_it = begins == first || either && begins.eq_ignore_ascii_case(first);
        // Latin letters; those of all scripts would be a table.
        let apart = |c: char| !c.is_ascii_alphanumeric() && c != '_' && !('À'..='ɏ').contains(&c);
        let before = text.get(..at)?.chars().next_back().is_none_or(|c| apart(c) && c != '-');
        let mut end = behind + rest.len();
        let mut after = text.get(end..)?.chars().peekable();
        if after.next_if_eq(&'s').is_some() {
            end += 1;
        }
        (is_it && before && after.peek().is_none_or(|&c| apart(c))).then(|| Some((at, text.get(at..end)?)))?
    })
}

/// The parts of a text in which RFCs are named: each section is a link.
pub fn cited(text: &str) -> Vec<TextPiece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut at, mut number) = (0, 0, "");
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['R', '§'])) {
        at += found;
        let rest = text.get(at..).unwrap_or_default();
        let digits = |text: &'_ str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut end = at + 1;
        if let Some(named) = rest.strip_prefix("RFC ").filter(|named| digits(named) > 0) {
            number = named.get(..digits(named)).unwrap_or_default();
            end = at + 4 + number.len();
        } else if !rest.starts_with('§') || number.is_empty() {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        // A section right behind the name is a part of the same link.
        let from = if rest.starts_with('§') { at } else { end + 1 };
        let section = text.get(from..).and_then(|text| text.strip_prefix('§')).unwrap_or_default();
        let is_of_number = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let section = section.split(|c| !is_of_number(c)).next().unwrap_or_default().trim_end_matches('.');
        if !section.is_empty() {
            end = from + '§'.len_utf8() + section.len();
        }
        if let (Some(words), Some(before)) = (text.get(at..end), text.get(done..at)) {
            let part = if section.starts_with(|c: char| c.is_ascii_uppercase()) { "appendix" } else { "section" };
            let anchor = if section.is_empty() { String::new() } else { format!("#{part}-{section}") };
            pieces.extend((!before.is_empty()).then_some(TextPiece::Words(before)));
            pieces.push(TextPiece::Cited(words, format!("{RFCS}{number}{anchor}")));
            done = end;
        }
        at = end;
    }
    let rest = text.get(done..).unwrap_or_default();
    pieces.extend((!rest.is_empty()).then_some(TextPiece::Words(rest)));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::EN;

    fn shown(text: &str, is_code: bool) -> String {
        let parts = pieces(text, &EN.glossary, is_code, &mut Vec::new());
        let shown = parts.iter().map(|piece| match piece {
            TextPiece::Words(words) => (*words).to_owned(),
            TextPiece::Term(words, entry) => format!("[{words}={}]", entry.name),
            TextPiece::Cited(words, to) => format!("<{words} {}>", to.strip_prefix(RFCS).expect("an RFC")),
        });
        shown.collect()
    }

    #[test]
    fn a_term_is_found_as_a_word_of_its_own_and_once() {
        assert_eq!(shown("Relays pass a relay on.", false), "[Relays=Relay] pass a relay on.");
        assert_eq!(shown("An NTLM relay, a relay.", false), "An [NTLM relay=NTLM relay], a [relay=Relay].");
        for none in ["the relayed mail", "mail for a ca", "X-ANONYMOUSTLSX", "pre-relay", "250 octet5", "Straße §4.2"]
        {
            assert_eq!(shown(none, false), none);
        }
        assert_eq!(shown("454 4.7.0", true), "[454=450, 451, 454] 4.7.0");
        assert_eq!(shown("454 4.7.0", false), "454 4.7.0");
    }

    #[test]
    fn sections_of_rfcs_are_links() {
        assert_eq!(shown("by RFC 3207 §4.2.", false), "by <RFC 3207 §4.2 3207#section-4.2>.");
        let several = "RFC 8996 §4, §5; RFC 7568 §3, §E.1";
        let links =
            "<RFC 8996 §4 8996#section-4>, <§5 8996#section-5>; <RFC 7568 §3 7568#section-3>, <§E.1 7568#appendix-E.1>";
        assert_eq!(shown(several, false), links);
        assert_eq!(shown("RFC 9850 and an RFC or R5", false), "<RFC 9850 9850> and an RFC or R5");
        assert_eq!(cited("§4 of no document"), [TextPiece::Words("§4 of no document")]);
    }

    #[test]
    fn marks_behind_a_term_are_taken_from_what_follows() {
        let taken = |mut piece: TextPiece<'static>| (leading_marks(&mut piece), piece);
        assert_eq!(taken(TextPiece::Words("), then. On")), ("),", TextPiece::Words(" then. On")));
        assert_eq!(taken(TextPiece::Words(" (so) it.")), ("", TextPiece::Words(" (so) it.")));
        let cited = TextPiece::Cited(".", String::new());
        assert_eq!(taken(cited.clone()), ("", cited));
    }

    #[test]
    fn any_text_is_all_of_its_parts() {
        for text in ["", "§", "RFC ", "RFC 1", "RFC 1 §", "é RFC 12 §4.é", "MX", "s", "Queue§RFC 2§3"] {
            let parts = pieces(text, &EN.glossary, true, &mut Vec::new());
            let whole = parts.iter().map(|piece| match piece {
                TextPiece::Words(words) | TextPiece::Term(words, _) | TextPiece::Cited(words, _) => *words,
            });
            assert_eq!(whole.collect::<String>(), text);
        }
    }

    #[test]
    fn every_entry_is_whole_and_no_spelling_means_two() {
        let mut spellings = Vec::new();
        for line in EN.glossary.lines() {
            assert_eq!(line.split('|').count(), 4, "{line}");
            let word = WordEntry::of(line);
            assert!(!word.name.is_empty() && word.meaning.ends_with('.'), "{line}");
            // Two sentences, plain: no longer than is read at a glance.
            assert!(word.meaning.matches(". ").count() < 2 && word.meaning.len() < 180, "{line}");
            assert!([word.meaning, word.more].iter().all(|words| words.split('`').count() % 2 == 1), "{line}");
            for spelling in word.spellings.split(';').filter(|one| !one.is_empty()) {
                assert!(spelling.is_ascii() && spelling.len() > 1, "{line}");
                spellings.push(spelling);
                // It means this entry and no other.
                let is_code = spelling.starts_with(|first: char| first.is_ascii_digit());
                assert_eq!(shown(spelling, is_code), format!("[{spelling}={}]", word.name));
            }
        }
        let all = spellings.len();
        spellings.sort();
        spellings.dedup();
        assert_eq!(spellings.len(), all);
    }
}
