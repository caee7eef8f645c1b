//! What real clients said, recorded (`tests/data/ntlm`): the proof, the seal and the binding are computed again from their octets.

use super::{WEAK, letters, sixteen};
use starttls_lab::bytes::hex;
use starttls_lab::ntlm::*;
use starttls_lab::registry::ntlm::KEY_EXCH;

struct Recorded {
    who: &'static str,
    messages: [Vec<u8>; 3],
}

fn recorded() -> Vec<Recorded> {
    let text = include_str!("../data/ntlm/clients.txt");
    let blocks = text.split("\n\n").skip(1).map(|block| {
        let mut lines = block.lines();
        let who = lines.next().unwrap();
        Recorded { who, messages: std::array::from_fn(|_| letters(lines.next().unwrap())) }
    });
    let all: Vec<_> = blocks.collect();
    assert_eq!(all.len(), 9);
    all
}

#[test]
fn the_password_is_found_in_what_real_clients_said() {
    for Recorded { who, messages: [_, challenge, answer] } in recorded() {
        let captured = Captured::read(&challenge, &answer).unwrap();
        let found = captured.map(|captured| captured.guess(WEAK).fits);
        let expected = match who {
            "swaks, version 1" => None,
            "curl, wrong password" => Some(false),
            _ => Some(true),
        };
        assert_eq!(found, expected, "{who}");
    }
}

/// Of the clients, pyspnego alone seals its messages and binds them to the channel.
#[test]
fn seals_and_bindings_of_real_clients() {
    for Recorded { who, messages: [negotiate, challenge, answer] } in recorded() {
        let read = Authenticate::read(&answer).unwrap();
        let Ok(NtResponse::V2 { proof, av_pairs, .. }) = NtResponse::read(&read.nt_response) else {
            continue;
        };
        let pairs = AvPairs::read(av_pairs).unwrap();
        assert_eq!(pairs.flags() & 2 != 0, who.starts_with("pyspnego"), "{who}");
        let bindings = pairs.bindings().map(|bindings| hex(&bindings));
        let expected = (who == "pyspnego, inside TLS").then(|| "2978231f17003ddb22797d16d1c77c34".to_owned());
        assert_eq!(bindings, expected, "{who}");
        if pairs.flags() & 2 != 0 {
            let base = session_base_key(&nt_owf_v2(&nt_owf_v1(WEAK), &read.user(), &read.domain()), &proof);
            assert!(read.flags.has(KEY_EXCH));
            let key = exchange_key(&base, sixteen(&hex(&read.session_key)));
            assert_eq!(read.mic, Some(mic(&key, &negotiate, &challenge, &answer)), "{who}");
        }
        assert_eq!((read.user().as_str(), read.domain().as_str()), ("alice", "SOMORITA"), "{who}");
    }
}

/// What real clients offer, our server can answer; of swaks it sees at once that it speaks version 1.
#[test]
fn offers_of_real_clients_get_a_challenge() {
    for Recorded { who, messages: [negotiate, ..] } in recorded() {
        let mut acceptor = Acceptor::new(super::server(Windows::SERVER_2008));
        let said = acceptor.receive(&negotiate);
        let refused = said == AcceptorAnswer::Refused(NtlmRefusal::Offer);
        assert_eq!(refused, who == "swaks, version 1", "{who}");
        assert!(refused || matches!(said, AcceptorAnswer::Challenge(_)), "{who}: {said:?}");
    }
}

/// What curl wrote for hashcat is what the recording's own program printed.
#[test]
fn the_line_for_hashcat() {
    let curl = recorded().into_iter().find(|recorded| recorded.who == "curl").unwrap();
    let line = Captured::read(&curl.messages[1], &curl.messages[2]).unwrap().unwrap().hashcat();
    assert!(line.starts_with("alice::SOMORITA:0123456789abcdef:20d609348331e627f04640e6988b6a02:0101000000000000006c"));
    assert!(line.ends_with("07000800001cc70c7be2c9010000000000000000"));
}
