fn main() {
    let name = std::env::args().nth(1).unwrap_or_else(|| "book".into());
    let preset = starttls_lab::scenario::preset(&name).expect("preset");
    let trace = starttls_lab::lab::run(&preset.scenario);
    print!("{}", starttls_lab::trace::listing(&trace));
    println!("{}", starttls_lab::bytes::hex(&trace.wire_sha256()));
}
