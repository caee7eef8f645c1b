//! The shape of the sources: modules use only modules above them, rules cite documents that docs/sources.md lists
//! and entries that docs/rules.md has, files stay small.

use starttls_lab::registry::CIPHER_SUITES;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every source file below a folder, with its path from the root.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                found.push((name, read(&path)));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// The sources of the product: the page's, and those of the crates beside it.
fn product() -> impl Iterator<Item = (String, String)> {
    let is_test = |file: &str| file.starts_with("crates/") && file.contains("/tests/");
    ["src", "crates"].into_iter().flat_map(sources).filter(move |(file, _)| !is_test(file))
}

/// The modules of lib.rs, in order.
fn modules() -> Vec<String> {
    let lib = read(&root().join("src/lib.rs"));
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn module_of(file: &str) -> Option<&str> {
    let rest = file.strip_prefix("src/")?;
    Some(rest.split(['/', '.']).next().unwrap_or(rest))
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let modules = modules();
    let rank = |name: &str| modules.iter().position(|module| module == name);
    for (file, text) in sources("src") {
        let Some(own) = module_of(&file).and_then(rank) else {
            continue; // lib.rs and main.rs
        };
        // Unit tests may run the whole lab.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        assert!(!text.contains("crate::{"), "{file} imports several modules in one use, which this test does not read");
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(other) = rank(&used) {
                    assert!(other <= own, "{file}:{} uses {used}, which is below it in lib.rs", number + 1);
                }
            }
        }
    }
}

#[test]
fn mechanism_and_policy_meet_in_the_lab_only() {
    for (file, text) in sources("src") {
        let mechanism = ["src/smtp/", "src/tls/"].iter().any(|folder| file.starts_with(folder));
        assert!(!(mechanism && text.contains("crate::policy")), "{file} knows of the policy");
        let cipher =
            ["rustls", "rcgen", "p256", "aes_gcm", "chacha20poly1305", "x25519_dalek", "sha2", "hmac", "rc4", "md4"];
        for name in cipher.iter().filter(|_| !file.starts_with("src/tls/")) {
            let of_ntlm = file == "src/ntlm/proof.rs" && ["hmac", "rc4", "md4"].contains(name);
            assert!(of_ntlm || !text.contains(&format!("{name}::")), "{file} uses {name}");
        }
        let may_compute = ["src/tls/", "src/dissect/"].iter().any(|folder| file.starts_with(folder));
        assert!(may_compute || !text.contains("modular::"), "{file} uses modular");
        let browser = text.contains("web_sys") || text.contains("gloo");
        assert!(!browser || file == "src/ui/browser.rs", "{file} talks to the browser");
    }
}

/// A trace may come from anywhere: who asks what it was a run of would tell an imported one falsely.
#[test]
fn where_a_trace_comes_from_is_asked_by_links_page_and_comparison_only() {
    let may = ["src/share.rs", "src/compare.rs", "src/ui/", "src/trace/", "src/files/json.rs"];
    for (file, text) in sources("src").into_iter().filter(|(file, _)| !may.iter().any(|room| file.starts_with(room))) {
        let line = text.lines().find(|line| line.contains(".origin") && !line.trim_start().starts_with("//"));
        assert!(line.is_none(), "{file}: {line:?}");
    }
}

/// What goes into golden files, labels of randomness and comparisons has keys of its own: a renamed variant moves nothing.
#[test]
fn debug_is_no_format() {
    let rooms = ["src/trace/", "src/tls/random.rs", "src/compare.rs", "tests/golden.rs", "tests/common/keys.rs"];
    let files = sources("src").into_iter().chain(sources("tests"));
    for (file, text) in files.filter(|(file, _)| rooms.iter().any(|room| file.starts_with(room))) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        // What a failing test says to people is no format.
        let is_format = |line: &&str| line.contains(":?}") && !line.contains("if that is meant");
        let line = code.lines().find(|line| is_format(line) && !line.trim_start().starts_with("//"));
        assert!(line.is_none(), "{file}: {line:?}");
    }
}

/// One end of TLS is an engine; which one, and of which library, is known inside `tls/` alone.
#[test]
fn nobody_outside_of_tls_names_a_session() {
    for (file, text) in sources("src").into_iter().filter(|(file, _)| !file.starts_with("src/tls/")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let names = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let mut names = names.filter(|name| name.ends_with("tls::Session") || name.contains("tls::session"));
        assert_eq!(names.next(), None, "{file}");
    }
}

#[test]
fn the_engine_reads_no_clock_and_asks_for_no_chance() {
    for (file, text) in product() {
        for banned in ["SystemTime::now", "Instant::now", "HashMap", "HashSet", "getrandom", "thread_rng", "OsRng"] {
            let line = text.lines().find(|line| line.contains(banned) && !line.trim_start().starts_with("//"));
            assert!(line.is_none(), "{file} uses {banned}");
        }
    }
}

#[test]
fn the_command_line_alone_reads_arguments_and_writes_files() {
    for (file, text) in sources("src").into_iter().filter(|(file, _)| !file.starts_with("src/cli/")) {
        for banned in ["std::env", "std::fs", "std::process", "std::io::std", "TcpStream", "print!", "println!"] {
            let mut lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            // The program's main function gives its status to the system.
            let found = lines.find(|line| line.contains(banned) && !line.contains("std::process::ExitCode {"));
            assert!(found.is_none(), "{file} uses {banned}");
        }
    }
}

#[test]
fn every_cited_document_is_in_the_sources() {
    let list = read(&root().join("docs/sources.md"));
    let rules = ("docs/rules.md".to_owned(), read(&root().join("docs/rules.md")));
    for (file, text) in ["src", "crates", "tests"].into_iter().flat_map(sources).chain([rules]) {
        for cited in text.split("RFC ").skip(1) {
            let number: String = cited.chars().take_while(char::is_ascii_digit).collect();
            if (3..=5).contains(&number.len()) {
                let listed = list.split("RFC ").any(|entry| {
                    entry.strip_prefix(&number).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
                });
                assert!(listed, "{file} cites RFC {number}");
            }
        }
    }
}

/// The labels behind each `docs/rules.md ` in a text: one, or several with commas between.
fn cited_rules(text: &str) -> Vec<&str> {
    let mut labels = Vec::new();
    for cited in text.split("docs/rules.md ").skip(1) {
        for (nth, piece) in cited.split(", ").enumerate() {
            let label = piece.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let is_label = label.starts_with(|c: char| c.is_ascii_uppercase()) && label.len() <= 5;
            if nth == 0 || is_label {
                labels.push(label);
            }
            if !is_label || piece.len() > label.len() {
                break;
            }
        }
    }
    labels
}

/// A word that stands for a rule without saying where the rule is: `R25`, `P2b`, `spec P1`, `[I]`.
fn points_at_nothing(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '[' || c == ']'));
    let digits = word.strip_prefix(['R', 'P']).map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    let is_label =
        digits.is_some_and(|digits| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
    is_label || ["spec", "Spec", "[I]", "[U]"].contains(&word)
}

#[test]
fn every_cited_rule_is_in_the_rules_and_every_rule_is_cited() {
    let rules = read(&root().join("docs/rules.md"));
    let rows = rules.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | ").map(|(label, _)| label));
    let entries: Vec<&str> = rows.filter(|&label| label != "label").collect();
    let mut cited = BTreeSet::new();
    for (file, text) in ["src", "tests", "examples"].into_iter().flat_map(sources) {
        if file == "tests/architecture.rs" {
            continue;
        }
        for label in cited_rules(&text) {
            assert!(entries.contains(&label), "{file} cites {label}, which docs/rules.md does not have");
            cited.insert(label.to_owned());
        }
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.contains("docs/rules.md")) {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let word = comment.split_whitespace().find(|word| points_at_nothing(word));
            assert!(word.is_none(), "{file}:{}: {word:?} is cited as `docs/rules.md LABEL`", number + 1);
        }
    }
    for (at, label) in entries.iter().enumerate() {
        assert!(cited.contains(*label), "nothing cites {label} of docs/rules.md");
        assert!(!entries[..at].contains(label), "docs/rules.md has {label} twice");
    }
    assert!(entries.len() > 40);
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    for (file, text) in product() {
        assert!(text.starts_with("//!"), "{file} has no header");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().count();
        assert!(lines <= 480, "{file} has {lines} lines: two ideas?");
    }
}

/// The type that a line of code declares for more than its own file, `choice!` included.
fn declared(line: &str, in_choice: bool) -> Option<&str> {
    let item = line.trim_start();
    let rest = if in_choice {
        item.split_once('{')?.0
    } else {
        let rest = item.strip_prefix("pub ").or_else(|| item.strip_prefix("pub(crate) "))?;
        ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind))?
    };
    let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
}

/// One name, one meaning: a reader of `Layer` does not have to look from which module it comes.
#[test]
fn a_type_s_name_is_declared_once() {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources("src") {
        let mut in_choice = false;
        for (_, line) in code(&text) {
            in_choice |= line.trim_start().starts_with("choice!(");
            if let Some(name) = declared(line, in_choice) {
                homes.entry(name.to_owned()).or_default().push(file.clone());
                in_choice = false;
            }
        }
    }
    assert!(homes.len() > 200 && ["Pipelining", "Switch", "StreamKind"].iter().all(|&name| homes.contains_key(name)));
    let twice: Vec<_> = homes.into_iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// A program is "it", and a peer, a client, an intermediary or an attacker: plain nouns of the field.
#[test]
fn comments_name_what_they_speak_of() {
    const WORDS: [&str; 9] = ["somebody", "nobody", "anybody", "everybody", "whoever", "whomever", "he", "him", "his"];
    for (file, text) in ["src", "crates", "tests", "examples"].into_iter().flat_map(sources) {
        for (number, line) in text.lines().enumerate() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment).to_ascii_lowercase();
            let word = comment.split(|c: char| !c.is_alphanumeric()).find(|word| WORDS.contains(word));
            assert!(word.is_none(), "{file}:{}: who is {word:?}?", number + 1);
        }
    }
}

/// The lines that are code of the product, with their numbers from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// What a suite is made of stands in the registry. The anatomy takes names apart for people, letter by letter.
#[test]
fn nothing_is_read_out_of_the_name_of_a_suite() {
    const QUESTIONS: [&str; 5] =
        ["contains(\"", "starts_with(\"", "ends_with(\"", "strip_prefix(\"", "strip_suffix(\""];
    for (file, text) in sources("src").into_iter().filter(|(file, _)| file != "src/suites/anatomy.rs") {
        for (number, line) in code(&text) {
            for asked in QUESTIONS.iter().flat_map(|question| line.split(question).skip(1)) {
                let word = asked.split('"').next().unwrap_or_default();
                let is_of_a_name = word.len() > 1 && CIPHER_SUITES.iter().any(|(_, name)| name.contains(word));
                assert!(!is_of_a_name, "{file}:{number} asks for {word:?}");
            }
        }
    }
}

#[test]
fn versions_have_names_outside_of_the_registry() {
    for (file, text) in sources("src").into_iter().filter(|(file, _)| !file.starts_with("src/registry/")) {
        for (number, line) in code(&text) {
            for digits in line.to_ascii_lowercase().split("0x").skip(1) {
                let digits: String = digits.chars().take_while(char::is_ascii_hexdigit).collect();
                let bare = u16::from_str_radix(&digits, 16).is_ok_and(|code| (0x0300..=0x0304).contains(&code));
                assert!(!bare, "{file}:{number} has a version as a number");
            }
        }
    }
}

/// The names that the `use` statements of a source take from a module of the crate.
fn used<'a>(code: &'a str, module: &str) -> Vec<&'a str> {
    let statements = code.split("\nuse ").skip(1).filter_map(|rest| rest.split(';').next());
    let of_module = statements.filter_map(|statement| statement.strip_prefix(&format!("crate::{module}::")));
    of_module.flat_map(|names| names.split(|c: char| !c.is_alphanumeric() && c != '_')).collect()
}

/// Wording gets a claim; what happened is read where claims are chosen.
#[test]
fn text_words_claims_and_reads_no_session() {
    let kept_out = [
        ("trace", ["Trace", "Event", "What"]),
        ("dissect", ["Reading", "Entry", "Reading"]),
        ("story", ["Story", "Facts", "Chapter"]),
    ];
    for (file, text) in sources("src").into_iter().filter(|(file, _)| file.starts_with("src/text/")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (module, names) in kept_out {
            let used = used(code, module);
            for name in names {
                assert!(!used.contains(&name), "{file} uses {module}::{name}");
                assert!(!code.contains(&format!("{module}::{name}")), "{file} names {module}::{name}");
            }
        }
    }
}

/// A sentence in `story/` would be one that no other language has.
#[test]
fn the_story_holds_no_sentence() {
    // The book's words, by which its remark is found.
    let quoted = ["negotiate a TLS"];
    for (file, text) in sources("src").into_iter().filter(|(file, _)| file.starts_with("src/story/")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for literal in line.split('"').skip(1).step_by(2).filter(|literal| !quoted.contains(literal)) {
                let is_source = literal.starts_with("RFC ") || literal.starts_with("Microsoft, ");
                assert!(is_source || literal.matches(' ').count() < 2, "{file}: {literal:?}");
            }
        }
    }
}

/// Its arithmetic takes times that depend on secrets: it is for two ends of a run, and `run` alone is given what makes it.
#[test]
fn the_engine_of_old_tls_is_made_for_runs_alone() {
    let makers = ["Engine::old", "OldSession::new"];
    let files = ["src", "examples"].into_iter().flat_map(sources);
    for (file, text) in files.filter(|(file, _)| !file.ends_with("/tests.rs")) {
        let found = code(&text).filter(|(_, line)| makers.iter().any(|maker| line.contains(maker))).count();
        let expected = match file.as_str() {
            // The engine itself; the one place where a run begins; and what carries it to the peers of `make interop`.
            "src/tls/engine.rs" | "src/lab/mod.rs" | "examples/old/main.rs" => 1,
            _ => 0,
        };
        assert_eq!(found, expected, "{file}");
    }
    let run = read(&root().join("src/lab/mod.rs"));
    let run = run.split("pub fn run_over").nth(1).and_then(|rest| rest.split("\n}\n").next()).expect("run_over");
    assert!(run.contains("world.old = Some(Engine::old)"));
    let one_end = read(&root().join("src/lab/one_end.rs"));
    assert!(code(&one_end).all(|(_, line)| !line.contains(".old")), "an end alone reaches for it");
}

/// Larger text gives the page for less room.
#[test]
fn style_sheets_ask_for_widths_in_em() {
    let sheets = std::fs::read_dir(root().join("static")).expect("static");
    let sheets = sheets.map(|file| file.expect("a file").path());
    let mut queries = 0;
    for sheet in sheets.filter(|path| path.extension().is_some_and(|ending| ending == "css")) {
        let text = read(&sheet);
        for query in text.split("@media").skip(1).filter_map(|rest| rest.split('{').next()) {
            queries += 1;
            assert!(!query.contains("px"), "{}: @media{query}", sheet.display());
        }
    }
    assert!(queries > 10);
}
