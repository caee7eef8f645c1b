//! The messages, octet for octet: the examples of [MS-NLMP] 4.2.4.3 and of [MS-SMTPNTLM] 4.2, and the lab's reference exchange, which pyspnego
//! parses.

use super::{STRONG, WEAK, exchange, letters, login, octets, server};
use starttls_lab::bytes::{base64, hex};
use starttls_lab::ntlm::*;
use starttls_lab::registry::ntlm::*;
use starttls_lab::tls::sha256;

/// [MS-NLMP] 4.2.4.3
pub const CHALLENGE: &str = "\
    4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef000000000000000024002400440000000600\
    70170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c00530065007200760065007200\
    00000000";
const AUTHENTICATE: &str = "\
    4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00\
    000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f004d005000\
    550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa68cd0ab851e51c96aabc927bebef6a1c0101\
    0000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c0053006500\
    72007600650072000000000000000000c5dad2544fc9799094ce1ce90bc9d03e";

/// The reference exchange: sales logs in from DESKTOP to EX2010, with the weak password.
pub const L_NEGOTIATE: &str = "\
    TlRMTVNTUAABAAAAl4II4gAAAAAAAAAAAAAAAAAAAAAGAHIXAAAADw==";
pub const L_CHALLENGE: &str = "\
    TlRMTVNTUAACAAAAEAAQADgAAAAVgoniESIzRFVmd4gAAAAAAAAAAJYAlgBIAAAABgByFwAAAA9TAE8ATQBPAFIASQBUAEEAAgAQ\
    AFMATwBNAE8AUgBJAFQAQQABAAwARQBYADIAMAAxADAABAAYAHMAbwBtAG8AcgBpAHQAYQAuAGMAbwBtAAMAJgBlAHgAMgAwADEA\
    MAAuAHMAbwBtAG8AcgBpAHQAYQAuAGMAbwBtAAUAGABzAG8AbQBvAHIAaQB0AGEALgBjAG8AbQAHAAgAABzHDHviyQEAAAAA";
pub const L1_AUTHENTICATE: &str = "\
    TlRMTVNTUAADAAAAGAAYAIAAAAAcARwBmAAAABAAEABYAAAACgAKAGgAAAAOAA4AcgAAABAAEAC0AQAAFYKI4gYAchcAAAAPB2fd\
    cVLJwMz/3BjvoThciFMATwBNAE8AUgBJAFQAQQBzAGEAbABlAHMARABFAFMASwBUAE8AUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAN4fk5P+2lh+dsq7PottUqAQEAAAAAAAAAHMcMe+LJAaGio6SlpqeoAAAAAAIAEABTAE8ATQBPAFIASQBUAEEAAQAMAEUAWAAy\
    ADAAMQAwAAQAGABzAG8AbQBvAHIAaQB0AGEALgBjAG8AbQADACYAZQB4ADIAMAAxADAALgBzAG8AbQBvAHIAaQB0AGEALgBjAG8A\
    bQAFABgAcwBvAG0AbwByAGkAdABhAC4AYwBvAG0ABwAIAAAcxwx74skBBgAEAAIAAAAJADYAUwBNAFQAUABTAFYAQwAvAGUAeAAy\
    ADAAMQAwAC4AcwBvAG0AbwByAGkAdABhAC4AYwBvAG0ACgAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABQOtN2s/C0QrOa/uT5r\
    zLE=";

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn the_challenge_of_the_specification() {
    let read = Challenge::read(&octets(CHALLENGE)).unwrap();
    assert_eq!(read.flags.0, 0xe28a_8233);
    assert_eq!(read.target_name(), "Server");
    assert_eq!(hex(&read.server_challenge), "0123456789abcdef");
    assert_eq!(read.version, Some(Windows::new(6, 0, 6000)));
    let pairs = AvPairs::read(&read.target_info).unwrap();
    assert_eq!(pairs.0.iter().map(|pair| pair.id).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((pairs.text(1).as_deref(), pairs.text(2).as_deref()), (Some("Server"), Some("Domain")));
    assert_eq!(hex(&pairs.write()), hex(&read.target_info));
    assert_eq!(hex(&read.write()), CHALLENGE);
}

/// Built of the values of the example's own tables.
#[test]
fn the_answer_of_the_specification() {
    let proof = "68cd0ab851e51c96aabc927bebef6a1c";
    let pairs = "02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000";
    let nt_response = format!("{proof}01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000{pairs}00000000");
    let message = Authenticate {
        flags: NegotiateFlags(0xe288_8235),
        lm_response: octets("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"),
        nt_response: octets(&nt_response),
        domain: wide("Domain"),
        user: wide("User"),
        workstation: wide("COMPUTER"),
        session_key: octets("c5dad2544fc9799094ce1ce90bc9d03e"),
        version: Some(Windows::new(5, 1, 2600)),
        mic: None,
    };
    assert_eq!(hex(&message.write()), AUTHENTICATE);
    let read = Authenticate::read(&octets(AUTHENTICATE)).unwrap();
    // What stands behind the version is the first name here, and no seal: only the attributes tell.
    assert_eq!(Authenticate { mic: None, ..read }, message);
}

#[test]
fn the_reference_exchange() {
    let (messages, said) = exchange(login(WEAK, Windows::SERVER_2008), server(Windows::SERVER_2008));
    assert_eq!(base64(&messages[0]), L_NEGOTIATE);
    assert_eq!(base64(&messages[1]), L_CHALLENGE);
    assert_eq!(base64(&messages[2]), L1_AUTHENTICATE);
    assert_eq!(messages.each_ref().map(Vec::len), [40, 222, 452]);
    let admission =
        Admission { user: "sales".to_owned(), domain: "SOMORITA".to_owned(), is_sealed: true, is_bound: false };
    assert_eq!(said, AcceptorAnswer::Admitted(admission));
}

/// With another password, and with a server of 2003, which tells no time: fingerprints of the whole answer, made by another program.
#[test]
fn the_reference_exchange_with_another_password_and_another_windows() {
    let windows = Windows::SERVER_2008;
    let mut other = server(windows);
    other.accounts[0].nt_owf_v1 = nt_owf_v1(STRONG);
    let (strong, said) = exchange(login(STRONG, windows), other);
    assert!(matches!(said, AcceptorAnswer::Admitted(_)), "{said:?}");
    assert_eq!(hex(&sha256([&strong[2][..]])[..8]), "414407f5a62fb489");
    let (weak, _) = exchange(login(WEAK, windows), server(windows));
    assert_eq!(strong[1], weak[1]);

    let (old, said) = exchange(login(WEAK, windows), server(Windows::SERVER_2003));
    assert!(matches!(said, AcceptorAnswer::Admitted(Admission { is_sealed: false, .. })), "{said:?}");
    assert_eq!([old[1].len(), old[2].len()], [182, 310]);
    let answer = Authenticate::read(&old[2]).unwrap();
    assert_eq!(hex(&answer.lm_response), "7e7f3ca5790d25ca06e09d4c5bd72143a1a2a3a4a5a6a7a8");
    assert_eq!(hex(&answer.nt_response[..16]), "7703e07e0abbe0c3be485e3f09733a90");
    assert_eq!(hex(&answer.session_key), "1229fc0636cd4e2444057935feaf443b");
    assert_eq!(hex(&sha256([&old[2][..]])[..8]), "c63ba3ed1925fe14");
}

/// Names in one octet a character where the client knows no UTF-16; attributes are UTF-16 all the same.
#[test]
fn a_client_without_utf_16_gets_its_own_encoding() {
    let curl = letters("TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=");
    let offer = Negotiate::read(&curl).unwrap();
    assert_eq!((offer.flags.0, offer.version), (0x0008_8206, None));
    assert_eq!(hex(&offer.write()), hex(&curl));
    let AcceptorAnswer::Challenge(challenge) = Acceptor::new(server(Windows::SERVER_2008)).receive(&curl) else {
        panic!("no challenge");
    };
    let challenge = Challenge::read(&challenge).unwrap();
    assert!(challenge.flags.has(OEM) && !challenge.flags.has(UNICODE | VERSION | KEY_EXCH | SIGN));
    assert_eq!(challenge.target_name, b"SOMORITA");
    assert_eq!(challenge.version, None);
    let pairs = AvPairs::read(&challenge.target_info).unwrap();
    assert_eq!(pairs.text(AV_NB_DOMAIN_NAME).as_deref(), Some("SOMORITA"));
    assert_eq!(pairs.0.iter().map(|pair| pair.id).collect::<Vec<_>>(), [2, 1, 4, 3, 5, 7]);
}

/// The client in Microsoft's own example of SMTP speaks version 1 with extended session security. [MS-SMTPNTLM] 4.2
#[test]
fn an_offer_of_2003() {
    let offer = letters("TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAFAs4OAAAADw==");
    let read = Negotiate::read(&offer).unwrap();
    assert_eq!((read.flags.0, read.version), (0xe208_82b7, Some(Windows::SERVER_2003)));
    assert_eq!(hex(&read.write()), hex(&offer));
    let response = octets("76470d57f04d4e5c8b4458d38791996cb4fd55997c87e3b2");
    assert!(matches!(NtResponse::read(&response), Ok(NtResponse::V1(_))));
}

/// An offer of 41 octets with an OEM domain, and a workstation of none.
#[test]
fn an_offer_with_a_domain() {
    let offer = letters("TlRMTVNTUAABAAAAB7IAAAkACQAgAAAAAAAAACkAAABzYWxlc3VzZXI=");
    let read = Negotiate::read(&offer).unwrap();
    assert_eq!((read.flags.0, read.domain, read.workstation.len()), (0x0000_b207, b"salesuser".to_vec(), 0));
    // Flags alone are enough.
    assert!(Negotiate::read(&offer[..16]).is_ok());
    assert_eq!(Negotiate::read(&offer[..40]), Err(Malformed::Outside(MessageField::DomainName)));
}

/// Every cut, and every field that points elsewhere: what is said of it, and no panic.
#[test]
fn damaged_messages_are_refused() {
    let whole = [L_NEGOTIATE, L_CHALLENGE, L1_AUTHENTICATE].map(letters);
    let read = |octets: &[u8]| {
        let _ = Captured::read(octets, octets);
        let said = [Negotiate::read(octets).err(), Challenge::read(octets).err(), Authenticate::read(octets).err()];
        said.map(|error| error.map(|error| format!("{error:?}")))
    };
    for (kind, message) in whole.iter().enumerate() {
        assert_eq!(read(message)[kind], None);
        for cut in 0..message.len() {
            let said = read(&message[..cut]);
            let others = (0..3).filter(|&other| other != kind).all(|other| said[other].is_some());
            assert!(others, "{kind} at {cut}");
            let is_offer = kind == 0 && cut >= 16;
            assert_eq!(said[kind].is_none(), is_offer, "{kind} at {cut}: {said:?}");
        }
        for at in 0..message.len() - 1 {
            let mut changed = message.clone();
            changed[at..at + 2].fill(0xff);
            read(&changed);
            let initiator = Initiator::new(login(WEAK, Windows::SERVER_2008));
            let _ = initiator.answer(&changed);
            let mut acceptor = Acceptor::new(server(Windows::SERVER_2008));
            acceptor.receive(&whole[0]);
            acceptor.receive(&changed);
        }
    }
    // Each field of the answer, past its end and by a length that it has not.
    for (at, field) in [
        (12, MessageField::LmChallengeResponse),
        (20, MessageField::NtChallengeResponse),
        (28, MessageField::DomainName),
        (36, MessageField::UserName),
        (44, MessageField::Workstation),
        (52, MessageField::EncryptedRandomSessionKey),
    ] {
        for place in [at, at + 4] {
            let mut changed = whole[2].clone();
            changed[place..place + 2].fill(0xff);
            assert_eq!(Authenticate::read(&changed), Err(Malformed::Outside(field)), "{at}");
        }
    }
    for (at, field) in [(28, MessageField::DomainName), (36, MessageField::UserName), (44, MessageField::Workstation)] {
        let mut changed = whole[2].clone();
        changed[at] -= 1;
        assert_eq!(Authenticate::read(&changed), Err(Malformed::OddLength(field)));
    }
}

/// Where a field stands does not depend on what stands before it.
#[test]
fn fields_are_found_by_their_offset() {
    let mut message = letters(L1_AUTHENTICATE);
    let read = Authenticate::read(&message).unwrap();
    let end = message.len() as u32;
    message.extend(wide("sales"));
    message[40..44].copy_from_slice(&end.to_le_bytes());
    assert_eq!(Authenticate::read(&message).unwrap(), read);
}

#[test]
fn the_end_of_the_attributes_is_looked_for() {
    let mut pairs = AvPairs::default();
    pairs.push_text(AV_NB_DOMAIN_NAME, "SOMORITA");
    let written = pairs.write();
    assert_eq!(AvPairs::read(&written), Ok(pairs.clone()));
    assert_eq!(AvPairs::read(&[&written[..], b"more"].concat()), Ok(pairs));
    for cut in 0..written.len() {
        assert_eq!(AvPairs::read(&written[..cut]), Err(Malformed::EndlessAvPairs), "{cut}");
    }
}

/// A message's numbers: what the flags are called, and what they are not.
#[test]
fn flags_have_names() {
    use starttls_lab::registry::name;
    assert_eq!(name(FLAGS, 0x0008_0000_u32), Some("NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY"));
    assert_eq!(name(FLAGS, 0x8000_0000_u32), Some("NTLMSSP_NEGOTIATE_56"));
    assert_eq!(name(FLAGS, 8_u32), None);
    assert_eq!(name(AV_IDS, 7_u16), Some("MsvAvTimestamp"));
    assert_eq!(name(STATUSES, Denial::LockedOut.status()), Some("STATUS_ACCOUNT_LOCKED_OUT"));
    for table in [FLAGS, AV_IDS, AV_FLAG_BITS, STATUSES] {
        assert!(table.is_sorted_by(|one, next| one.0 < next.0));
    }
    assert!(FLAGS.iter().all(|(bit, _)| bit.is_power_of_two()));
}
