//! The search for the last bits of a short key, against sessions of both versions that have such keys.

use starttls_lab::dissect::guess::{Guess, UNKNOWN};
use starttls_lab::dissect::opener::KeyPart;
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, Edit, OldLine, OldList, PRESETS, Scenario, Side, Switch, preset};
use starttls_lab::trace::Trace;

fn scenario(suite: &str, ssl3: Switch) -> Scenario {
    let line = OldLine::all().find(|line| line.name() == suite).expect("a line");
    let old = preset("export-40").expect("a preset").scenario;
    old.with(Edit::ClientSuite(Some(OldList::only(line)))).with(Edit::ClientSsl3(ssl3))
}

/// What is secret of the key of the client's records, as the fields of one of them show it.
fn secret(trace: &Trace, reading: &Reading) -> Vec<u8> {
    let clients = (0..trace.events.len()).filter(|&id| trace.events[id].who == Side::Client);
    let layers = clients.flat_map(|id| reading.layers(trace, id));
    let opened = layers.filter_map(|layer| layer.opened).next().expect("a record that was opened");
    let part = |wanted| opened.parts().into_iter().find(|(part, _)| *part == wanted).map(|(_, octets)| octets.to_vec());
    part(KeyPart::KeyMaterial).filter(|octets| octets.len() < 8).or(part(KeyPart::Key)).expect("a key")
}

/// Tried to the end in pieces, and how many keys that took.
fn all(mut guess: Guess) -> Guess {
    for calls in 1.. {
        guess.step(1_000);
        assert!(guess.tried() <= calls * 1_000);
        if guess.is_over() {
            break;
        }
    }
    guess
}

const SUITES: [(&str, u16); 5] = [
    ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", 40),
    ("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", 40),
    ("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", 56),
    ("TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA", 56),
    ("TLS_RSA_WITH_DES_CBC_SHA", 56),
];

#[test]
fn the_key_is_found_and_no_other_is() {
    for ((suite, bits), ssl3) in SUITES.into_iter().flat_map(|suite| Switch::ALL.iter().map(move |&ssl3| (suite, ssl3)))
    {
        let trace = run(&scenario(suite, ssl3));
        let reading = dissect(&trace);
        let guess = Guess::of(&trace, &reading).expect("a short key");
        assert_eq!((guess.bits(), guess.tried(), guess.found()), (bits, 0, None), "{suite}");
        let after = all(guess.clone());
        let mut true_one = secret(&trace, &reading);
        let mut found = after.found().expect("the key").to_vec();
        // In the key of DES the lowest bit of each octet says nothing. FIPS 46-3
        if suite.contains("_DES_") {
            [&mut true_one, &mut found].into_iter().flatten().for_each(|octet| *octet &= 0xFE);
        }
        assert_eq!(found, true_one, "{suite} {ssl3:?}");
        // What is over stays as it is.
        let mut later = after.clone();
        later.step(10);
        assert_eq!(later, after);
    }
}

/// One octet of what the client sealed first is another, so no key fits.
#[test]
fn where_no_key_fits_none_is_found() {
    for (suite, _) in SUITES {
        let mut trace = run(&scenario(suite, Switch::Off));
        let reading = dissect(&trace);
        let first = |id: &usize| {
            trace.events[*id].who == Side::Client
                && reading.layers(&trace, *id).iter().any(|layer| layer.opened.is_some())
        };
        let starttls_lab::trace::What::Sent { wire, .. } =
            trace.events[(0..trace.events.len()).find(first).expect("a Finished")].what
        else {
            panic!("a record")
        };
        trace.streams[wire.stream.index()].bytes[wire.start as usize + 5] ^= 0x40;
        let after = all(Guess::of(&trace, &reading).expect("a short key"));
        assert_eq!((after.tried(), after.found()), (1 << UNKNOWN, None), "{suite}");
    }
}

#[test]
fn only_a_short_key_is_guessed() {
    for name in ["export-40"].into_iter().chain(PRESETS.iter().map(|preset| preset.name)) {
        let trace = run(&preset(name).expect("a preset").scenario);
        assert_eq!(Guess::of(&trace, &dissect(&trace)).is_some(), name == "export-40", "{name}");
        // Without the ends' keys there is nothing to leave bits out of.
        let tapped = starttls_lab::dissect::dissect_with(&trace, &[]);
        assert_eq!(Guess::of(&trace, &tapped), None);
    }
}
