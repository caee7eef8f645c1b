//! `src/ntlm`: messages, arithmetic and both ends, against the examples of [MS-NLMP], RFCs, Chromium's test data and recordings of real
//! clients.

mod answers;
mod clients;
mod messages;
mod proof;

use starttls_lab::bytes::from_base64;
use starttls_lab::ntlm::{
    Acceptor, AcceptorAnswer, BindingPolicy, DomainAccount, DomainServer, Initiator, NtlmLogin, Windows, file_time,
    nt_owf_v1,
};

const WEAK: &str = "Summer2009";
const STRONG: &str = "correct horse";
/// When the book's log begins, in microseconds.
const BOOK: u64 = 1_243_834_648_000_000;

fn octets(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn eight(hex: &str) -> [u8; 8] {
    octets(hex).try_into().unwrap()
}

fn sixteen(hex: &str) -> [u8; 16] {
    octets(hex).try_into().unwrap()
}

fn letters(base64: &str) -> Vec<u8> {
    from_base64(base64.as_bytes()).unwrap()
}

/// The client of the reference exchange.
fn login(password: &str, windows: Windows) -> NtlmLogin {
    NtlmLogin {
        user: "sales".to_owned(),
        domain: "SOMORITA".to_owned(),
        workstation: "DESKTOP".to_owned(),
        password: password.to_owned(),
        target: "SMTPSVC/ex2010.somorita.com".to_owned(),
        windows,
        end_point: None,
        now: file_time(BOOK),
        client_challenge: eight("a1a2a3a4a5a6a7a8"),
        session_key: sixteen("000102030405060708090a0b0c0d0e0f"),
    }
}

/// Its server, which knows the weak password.
fn server(windows: Windows) -> DomainServer {
    DomainServer {
        computer: "EX2010".to_owned(),
        domain: "SOMORITA".to_owned(),
        dns_computer: "ex2010.somorita.com".to_owned(),
        dns_domain: "somorita.com".to_owned(),
        windows,
        accounts: vec![account("sales")],
        bindings: BindingPolicy::None,
        end_point: None,
        now: file_time(BOOK),
        time_limit: None,
        is_cut_off: false,
        server_challenge: eight("1122334455667788"),
    }
}

fn account(user: &str) -> DomainAccount {
    DomainAccount { user: user.to_owned(), nt_owf_v1: nt_owf_v1(WEAK), barred: None }
}

/// The three messages, and what the server says to the third.
fn exchange(login: NtlmLogin, server: DomainServer) -> ([Vec<u8>; 3], AcceptorAnswer) {
    let initiator = Initiator::new(login);
    let mut acceptor = Acceptor::new(server);
    let AcceptorAnswer::Challenge(challenge) = acceptor.receive(initiator.negotiate()) else { panic!("no challenge") };
    let answer = initiator.answer(&challenge).unwrap();
    let said = acceptor.receive(&answer);
    ([initiator.negotiate().to_vec(), challenge, answer], said)
}
