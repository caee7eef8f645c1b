//! The shape of the sources: modules use only modules above them, rules cite documents that docs/sources.md lists, files stay small.

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
        let cipher = ["rustls", "rcgen", "p256", "aes_gcm", "chacha20poly1305", "x25519_dalek", "sha2", "hmac"];
        for name in cipher.iter().filter(|_| !file.starts_with("src/tls/")) {
            assert!(!text.contains(&format!("{name}::")), "{file} uses {name}");
        }
        let browser = text.contains("web_sys") || text.contains("gloo");
        assert!(!browser || file == "src/ui/browser.rs", "{file} talks to the browser");
    }
}

#[test]
fn the_engine_reads_no_clock_and_asks_for_no_chance() {
    for (file, text) in sources("src") {
        for banned in ["SystemTime::now", "Instant::now", "HashMap", "HashSet", "getrandom", "thread_rng", "OsRng"] {
            let line = text.lines().find(|line| line.contains(banned) && !line.trim_start().starts_with("//"));
            assert!(line.is_none(), "{file} uses {banned}");
        }
    }
}

#[test]
fn every_cited_document_is_in_the_sources() {
    let list = read(&root().join("docs/sources.md"));
    for (file, text) in sources("src").into_iter().chain(sources("tests")) {
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

#[test]
fn files_stay_small_and_say_what_they_are() {
    for (file, text) in sources("src") {
        assert!(text.starts_with("//!"), "{file} has no header");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().count();
        assert!(lines <= 480, "{file} has {lines} lines: two ideas?");
    }
}
