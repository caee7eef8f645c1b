//! Hostile octets: every fuzz target on what honest runs sent, on the same with changes, and on what fuzzing has found before.

use crate::seeds::seeds;
use crate::targets::TARGETS;
use std::path::Path;

/// Changes to a seed; all of a small one, some of a large one.
const CHANGES: usize = 40;

fn run(target: &str, name: &str, octets: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(known, _)| *known == target).expect("a target");
    let result = std::panic::catch_unwind(|| run(octets));
    assert!(result.is_ok(), "{target}: {name}: {octets:?}");
}

#[test]
fn each_target_takes_what_honest_runs_sent() {
    for seed in seeds() {
        run(seed.target, &seed.name, &seed.octets);
    }
    for (target, _) in TARGETS {
        run(target, "nothing", &[]);
        assert!(seeds().iter().any(|seed| seed.target == target), "{target} has no seed");
    }
}

#[test]
fn each_target_takes_the_same_with_changes() {
    // xorshift: the same changes every time.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap()
    };
    for seed in seeds() {
        // A trace and a capture are long, and reading them is most of the work.
        let changes = if ["json", "import"].contains(&seed.target) { 4 } else { CHANGES };
        for change in (0..changes).take_while(|_| !seed.octets.is_empty()) {
            let mut octets = seed.octets.clone();
            let at = draw(octets.len());
            match change % 4 {
                0 => octets.truncate(at),
                1 => octets[at] ^= 1 << draw(8),
                2 => octets[at] = draw(256) as u8,
                _ => {
                    let end = at + draw(64).min(octets.len() - at);
                    let piece = octets[at..end].to_vec();
                    octets.splice(at..at, piece);
                }
            }
            run(seed.target, &seed.name, &octets);
        }
    }
}

#[test]
fn what_was_found_before_is_found_no_more() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found");
    for (target, _) in TARGETS {
        let Ok(files) = std::fs::read_dir(found.join(target)) else { continue };
        for file in files {
            let path = file.expect("a file").path();
            run(target, &path.display().to_string(), &std::fs::read(&path).expect("its octets"));
        }
    }
}

/// `SEEDS=folder` writes what `make fuzz` begins with.
#[test]
fn write_seeds() {
    let Some(folder) = std::env::var_os("SEEDS") else { return };
    for seed in seeds() {
        let folder = Path::new(&folder).join(seed.target);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(&seed.name), &seed.octets).expect("a file");
    }
}
