//! `examples/first_run.rs` says of each preset what its golden summary says.

#[path = "../../examples/first_run.rs"]
#[allow(dead_code)]
mod example;

use starttls_lab::scenario::PRESETS;

#[test]
fn the_example_finds_the_points_of_the_golden_files() {
    for preset in PRESETS {
        let told = example::told(&format!("#preset={}", preset.name));
        let path = format!("{}/tests/golden/{}.summary", env!("CARGO_MANIFEST_DIR"), preset.name);
        let summary = std::fs::read_to_string(&path).expect("a summary");
        let mut lines = told.lines();
        for (number, (line, expected)) in (1..=7).zip(lines.by_ref().zip(summary.lines())) {
            let sign = if expected.contains(" Reached ") { '+' } else { '-' };
            assert!(line.starts_with(&format!("{sign} {number} ")), "{}: {line}: {expected}", preset.name);
        }
        let (outcome, delivered) = (lines.next().expect("an outcome"), summary.contains("\nDelivered "));
        assert_eq!(outcome.starts_with("Delivered"), delivered, "{}: {outcome}", preset.name);
    }
}
