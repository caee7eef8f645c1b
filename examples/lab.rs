fn main() {
    let name = std::env::args().nth(1).unwrap_or_else(|| "book".into());
    let preset = starttls_lab::scenario::preset(&name).expect("preset");
    let trace = starttls_lab::lab::run(&preset.scenario);
    let reading = starttls_lab::dissect::dissect(&trace);
    let timeline = starttls_lab::timeline::Timeline::of(&trace, &reading);
    for (id, entry) in reading.entries.iter().enumerate() { println!("{id} {entry:?}"); }
    println!("{timeline:#?}");
}
