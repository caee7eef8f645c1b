//! How the server judges answers, and what words find out.

use super::messages::{L_CHALLENGE, L_NEGOTIATE, L1_AUTHENTICATE};
use super::{STRONG, WEAK, account, eight, exchange, letters, login, octets, server};
use starttls_lab::ntlm::*;

const NOW: Windows = Windows::SERVER_2008;

/// The verdict on the reference exchange's answer after it was changed.
fn judged(change: impl FnOnce(&mut Vec<u8>)) -> AcceptorAnswer {
    let mut acceptor = Acceptor::new(server(NOW));
    acceptor.receive(&letters(L_NEGOTIATE));
    let mut answer = letters(L1_AUTHENTICATE);
    change(&mut answer);
    acceptor.receive(&answer)
}

fn refused(why: impl Into<NtlmRefusal>) -> AcceptorAnswer {
    AcceptorAnswer::Refused(why.into())
}

fn denied(why: Denial) -> AcceptorAnswer {
    AcceptorAnswer::Refused(NtlmRefusal::Denied(why))
}

/// One bit of each part of the answer, and what it is refused for.
#[test]
fn one_bit_is_enough() {
    assert!(matches!(judged(|_| ()), AcceptorAnswer::Admitted(_)));
    let flip = |at: usize| judged(|answer| answer[at] ^= 1);
    let (proof, attributes, domain, user) = (152, 210, 88, 104);
    for at in [proof, proof + 15, attributes, domain] {
        assert_eq!(flip(at), denied(Denial::WrongPassword), "{at}");
    }
    assert_eq!(flip(user), denied(Denial::NoSuchUser));
    let (mic, workstation, lm, key, sign) = (72, 114, 128, 436, 60);
    for at in [mic, workstation, lm, key] {
        assert_eq!(flip(at), refused(NtlmRefusal::Seal), "{at}");
    }
    assert_eq!(judged(|answer| answer[sign] ^= 0x10), refused(NtlmRefusal::Seal));
}

/// What the other end changed on the way shows in the seal, which is over all three messages.
#[test]
fn the_seal_is_over_all_messages() {
    for (which, at) in [(0, 12), (1, 20)] {
        let mut sent = [letters(L_NEGOTIATE), letters(L_CHALLENGE)];
        let mut acceptor = Acceptor::new(server(NOW));
        let mut seen = sent[0].clone();
        if which == 0 {
            seen[at] ^= 0x10;
        } else {
            sent[1][at] ^= 0x10;
        }
        acceptor.receive(&seen);
        let answer = Initiator::new(login(WEAK, NOW)).answer(&sent[1]).unwrap();
        assert_eq!(acceptor.receive(&answer), refused(NtlmRefusal::Seal), "{which}");
    }
}

#[test]
fn an_answer_to_another_challenge_is_a_wrong_one() {
    let mut acceptor = Acceptor::new(DomainServer { server_challenge: eight("1122334455667789"), ..server(NOW) });
    acceptor.receive(&letters(L_NEGOTIATE));
    assert_eq!(acceptor.receive(&letters(L1_AUTHENTICATE)), denied(Denial::WrongPassword));
}

#[test]
fn a_message_out_of_turn_ends_the_exchange() {
    let [offer, challenge, answer] = [L_NEGOTIATE, L_CHALLENGE, L1_AUTHENTICATE].map(letters);
    let run = |messages: &[&Vec<u8>]| {
        let mut acceptor = Acceptor::new(server(NOW));
        messages.iter().map(|message| acceptor.receive(message)).last().unwrap()
    };
    let out = refused(NtlmRefusal::OutOfTurn);
    for messages in [
        &[&answer][..],
        &[&challenge],
        &[&offer, &offer],
        &[&offer, &challenge],
        &[&offer, &answer, &answer],
        &[&answer, &offer],
    ] {
        assert_eq!(run(messages), out);
    }
    assert_eq!(run(&[&offer[..10].to_vec()]), refused(Malformed::Short));
    assert_eq!(run(&[&Vec::new()]), refused(Malformed::Signature));
    assert_eq!(run(&[&offer, &b"NTLMSSP".to_vec()]), refused(Malformed::Signature));
}

#[test]
fn offers_that_are_refused() {
    let first = |offer: &[u8]| Acceptor::new(server(NOW)).receive(offer);
    // Without extended session security, as Exchange 2019 refused it.
    let old = letters("TlRMTVNTUAABAAAAB7IAAAkACQAgAAAAAAAAACkAAABzYWxlc3VzZXI=");
    assert_eq!(first(&old), refused(NtlmRefusal::Offer));
    let mut mute = letters(L_NEGOTIATE);
    mute[12] &= !3;
    assert_eq!(first(&mute), refused(NtlmRefusal::Offer));
}

#[test]
fn answers_without_a_proof_of_version_2() {
    let with = |change: &dyn Fn(&mut Authenticate)| {
        judged(|answer| {
            let mut read = Authenticate::read(answer).unwrap();
            change(&mut read);
            *answer = read.write();
        })
    };
    let v1 = octets("76470d57f04d4e5c8b4458d38791996cb4fd55997c87e3b2");
    assert_eq!(with(&|read| read.nt_response = v1.clone()), refused(NtlmRefusal::Version1));
    for length in [0, 1, 16, 23, 25, 43] {
        assert_eq!(with(&|read| read.nt_response.truncate(length)), refused(Malformed::Response), "{length}");
    }
    assert_eq!(with(&|read| read.nt_response[16] = 2), refused(Malformed::Response));
    assert_eq!(with(&|read| read.nt_response[17] = 2), refused(Malformed::Response));
    let anonymous = with(&|read| {
        read.user.clear();
        read.nt_response.clear();
    });
    assert_eq!(anonymous, refused(NtlmRefusal::Anonymous));
    assert_eq!(with(&|read| read.user.clear()), denied(Denial::NoSuchUser));
}

/// A proof that is right over attributes that have no end.
#[test]
fn attributes_without_end_are_refused_behind_the_proof() {
    let said = judged(|answer| {
        let mut read = Authenticate::read(answer).unwrap();
        let body = [&read.nt_response[16..44], &[2, 0, 9, 0]].concat();
        let key = nt_owf_v2(&nt_owf_v1(WEAK), "sales", "SOMORITA");
        read.nt_response = [&nt_proof(&key, &eight("1122334455667788"), &body)[..], &body].concat();
        *answer = read.write();
    });
    assert_eq!(said, refused(Malformed::EndlessAvPairs));
}

#[test]
fn accounts_that_may_not_log_in() {
    for (why, status) in [
        (Denial::PasswordExpired, 0xC000_0071),
        (Denial::AccountExpired, 0xC000_0193),
        (Denial::LockedOut, 0xC000_0234),
        (Denial::Disabled, 0xC000_0072),
        (Denial::LogonHours, 0xC000_006F),
        (Denial::MustChangePassword, 0xC000_0224),
    ] {
        let accounts = vec![DomainAccount { barred: Some(why), ..account("sales") }];
        let (_, said) = exchange(login(WEAK, NOW), DomainServer { accounts: accounts.clone(), ..server(NOW) });
        assert_eq!(said, denied(why));
        assert_eq!(why.status(), status);
        // Who does not know the password does not learn that, either.
        let (_, said) = exchange(login(STRONG, NOW), DomainServer { accounts, ..server(NOW) });
        assert_eq!(said, denied(Denial::WrongPassword));
    }
    assert_eq!([Denial::NoSuchUser, Denial::WrongPassword].map(Denial::status), [0xC000_0064, 0xC000_006A]);
    let (_, said) = exchange(login(WEAK, NOW), DomainServer { is_cut_off: true, ..server(NOW) });
    assert_eq!(said, refused(NtlmRefusal::NoController));
}

/// The user in any case, the domain left out, a password with other letters than ASCII's.
#[test]
fn names_as_people_write_them() {
    let admits =
        |login: NtlmLogin, server: DomainServer| matches!(exchange(login, server).1, AcceptorAnswer::Admitted(_));
    assert!(admits(NtlmLogin { user: "SALES".to_owned(), ..login(WEAK, NOW) }, server(NOW)));
    assert!(admits(NtlmLogin { domain: String::new(), ..login(WEAK, NOW) }, server(NOW)));
    assert!(admits(NtlmLogin { domain: "elsewhere".to_owned(), ..login(WEAK, NOW) }, server(NOW)));
    let accounts = vec![DomainAccount { nt_owf_v1: nt_owf_v1("Sommer für ß€😀"), ..account("jörg") }];
    let jorg = NtlmLogin { user: "JÖRG".to_owned(), ..login("Sommer für ß€😀", NOW) };
    assert!(admits(jorg, DomainServer { accounts, ..server(NOW) }));
}

/// A server that tells the time gets a seal, whichever Windows the client has.
#[test]
fn ends_of_different_years() {
    for (client, other) in [(NOW, Windows::SERVER_2003), (Windows::SERVER_2003, NOW)] {
        let (messages, said) = exchange(login(WEAK, client), server(other));
        let AcceptorAnswer::Admitted(admission) = said else { panic!("{said:?}") };
        assert_eq!(admission.is_sealed, other == NOW, "{client:?}");
        assert_eq!(messages[1].len(), if other == NOW { 222 } else { 182 });
    }
}

const LEAF: [u8; 32] = [7; 32];

/// Policy, whether the client binds, what each end sees of TLS. In clear a binding of another channel is one that differs.
#[test]
fn the_binding_under_each_policy() {
    use BindingPolicy as P;
    let run = |policy, client: Option<[u8; 32]>, own: Option<[u8; 32]>| {
        let login = NtlmLogin { end_point: client.map(Vec::from), ..login(WEAK, NOW) };
        let server = DomainServer { bindings: policy, end_point: own.map(Vec::from), ..server(NOW) };
        match exchange(login, server).1 {
            AcceptorAnswer::Admitted(admission) => Ok(admission.is_bound),
            AcceptorAnswer::Refused(NtlmRefusal::Bindings(fault)) => Err(fault),
            other => panic!("{other:?}"),
        }
    };
    let other = Some([8; 32]);
    for policy in [P::None, P::Allow, P::Require] {
        let looks = policy != P::None;
        let must = policy == P::Require;
        assert_eq!(run(policy, Some(LEAF), Some(LEAF)), Ok(looks), "{policy:?}");
        let missing = if must { Err(BindingFault::Missing) } else { Ok(false) };
        assert_eq!(run(policy, None, Some(LEAF)), missing, "{policy:?}");
        let differs = if looks { Err(BindingFault::Differs) } else { Ok(false) };
        assert_eq!(run(policy, other, Some(LEAF)), differs, "{policy:?}");
        let in_clear = if looks { Err(BindingFault::NoTls) } else { Ok(false) };
        assert_eq!(run(policy, other, None), in_clear, "{policy:?}");
        let nothing = if must { Err(BindingFault::NoTls) } else { Ok(false) };
        assert_eq!(run(policy, None, None), nothing, "{policy:?}");
    }
}

/// Half an hour, and a tenth of a microsecond more. A client that is told the server's time sends that.
#[test]
fn time_is_asked_where_a_limit_is_set() {
    let late = |tenths: u64| {
        let now = u64::from_le_bytes(file_time(super::BOOK)) + tenths;
        NtlmLogin { now: now.to_le_bytes(), ..login(WEAK, NOW) }
    };
    let limited = |windows| DomainServer { time_limit: Some(1800), ..server(windows) };
    let last = 1800 * 10_000_000;
    let old = Windows::SERVER_2003;
    assert!(matches!(exchange(late(last), limited(old)).1, AcceptorAnswer::Admitted(_)));
    assert_eq!(exchange(late(last + 1), limited(old)).1, refused(NtlmRefusal::Time));
    assert!(matches!(exchange(late(last + 1), server(old)).1, AcceptorAnswer::Admitted(_)));
    assert!(matches!(exchange(late(last + 1), limited(NOW)).1, AcceptorAnswer::Admitted(_)));
}

#[test]
fn rubbish_for_a_challenge_has_no_answer() {
    let initiator = Initiator::new(login(WEAK, NOW));
    assert_eq!(initiator.answer(b"rubbish"), Err(Malformed::Signature));
    assert_eq!(initiator.answer(initiator.negotiate()), Err(Malformed::MessageType));
    let mut endless = letters(L_CHALLENGE);
    let end = endless.len();
    endless[end - 4..].fill(1);
    assert_eq!(initiator.answer(&endless), Err(Malformed::EndlessAvPairs));
}

/// The weak password is the fourteenth word; the strong one is none. Users and challenges make one word's proofs differ.
#[test]
fn words_are_tried_against_a_recording() {
    let captured = |password| {
        let ([_, challenge, answer], _) = exchange(login(password, NOW), server(NOW));
        Captured::read(&challenge, &answer).unwrap().unwrap()
    };
    let weak = captured(WEAK);
    let fits = |captured: &Captured| WORDS.iter().position(|word| captured.guess(word).fits);
    assert_eq!(fits(&weak), Some(13));
    assert_eq!(fits(&captured(STRONG)), None);
    let guess = weak.guess(WEAK);
    assert_eq!(starttls_lab::bytes::hex(&guess.nt_owf_v2), "518ba18b827515252195c0a0d6740770");
    assert_eq!(guess.proof, weak.proof);
    let line = "sales::SOMORITA:1122334455667788:0de1f9393feda587e76cabb3e8b6d52a:0101000000000000001cc70c7be2c901a1a2";
    assert!(weak.hashcat().starts_with(line));
}
