//! Runs worth trying, as fragments of links. Their words are in `text/`, in the same order.

pub const EXPERIMENTS: [&str; 20] = [
    "preset=stripped&starttls=required",
    "preset=verify-or-clear&path=impostor",
    "preset=postfix&policy=verified&path=misissued",
    "preset=domain-secured&path=misissued",
    "preset=domain-secured&client_certificate=revoked",
    "preset=list-forgotten&spoofs=on",
    "preset=domain-secured&spoofs=on",
    "preset=book-250&go_ahead=2xx",
    "preset=book-250&policy=required",
    "preset=book&server_versions=1.3",
    "preset=book&server_versions=1.3&policy=required",
    "preset=postfix&clock=4000000000",
    "preset=book&seed=2&vs=book&view=compare",
    "preset=impostor&starttls=not_offered",
    "preset=postfix&path=relay&starttls=not_offered",
    "preset=domain-secured&partners=off",
    "preset=domain-secured&server=postfix",
    "preset=book&transfer=bdat",
    "preset=impostor&credentials=login&password=wrong",
    "preset=book-tls13&transfer=bdat&pipelining=on",
];

#[cfg(test)]
mod tests {
    use super::EXPERIMENTS;
    use crate::dissect::dissect;
    use crate::lab::run;
    use crate::share;
    use crate::story::Story;
    use crate::story::say::{Facts, because, headline};
    use crate::text::EN;

    #[test]
    fn every_experiment_is_a_link_and_every_code_that_its_words_quote_is_in_its_run() {
        for (fragment, (title, words)) in EXPERIMENTS.iter().zip(EN.lessons.experiments) {
            let read = share::read(fragment);
            assert!(read.notices.is_empty(), "{fragment}: {:?}", read.notices);
            let trace = run(&read.scenario);
            let reading = dissect(&trace);
            let story = Story::of(&trace, &reading);
            let facts = Facts { trace: &trace, reading: &reading, story: &story };
            let lines = (0..trace.events.len()).filter_map(|id| Some(reading.line(id)?.text.as_str()));
            let said: Vec<&str> = lines.collect();
            let told = (EN.outcome.headline)(headline(facts)).to_owned() + &(EN.outcome.because)(&because(facts));
            for (index, quoted) in words.split('`').enumerate() {
                let is_there = said.iter().any(|line| line.contains(quoted)) || told.contains(quoted);
                assert!(index % 2 == 0 || is_there, "{fragment}: {title}: {quoted} is not in {told}, {said:?}");
            }
        }
    }
}
