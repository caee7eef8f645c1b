//! An old sender that is made to offer one line alone: each line of TLS of both lists runs between the ends that have it, and no other.

use starttls_lab::dissect::dissect_with;
use starttls_lab::lab::run;
use starttls_lab::registry::{Authentication, CodePoint, Version};
use starttls_lab::scenario::{ClientPolicy, Edit, OldLine, OldList, Scenario, Switch, TlsStack, preset};
use starttls_lab::smtp::Delivery;
use starttls_lab::suites::{Here, ListEntry, ListKey, ListLine};
use starttls_lab::tls::SessionFacts;
use starttls_lab::trace::{Trace, What};

const OLD: [(TlsStack, ListKey); 2] = [(TlsStack::Ws2003, ListKey::Ws2003), (TlsStack::Ws2008, ListKey::Ws2008)];

/// The lines of a list that are of TLS, as the list has them.
fn lines(list: ListKey) -> impl Iterator<Item = &'static ListLine> {
    list.lines().iter().filter(|line| matches!(line.suite.code, CodePoint::Tls(_)))
}

fn forced() -> impl Iterator<Item = OldLine> {
    OldLine::all()
}

fn up(trace: &Trace) -> Vec<&SessionFacts> {
    let facts = trace.events.iter().filter_map(|event| match &event.what {
        What::TlsUp(facts) => Some(facts.as_ref()),
        _ => None,
    });
    facts.collect()
}

fn fate(trace: &Trace) -> Option<Delivery> {
    trace.events.iter().find_map(|event| match event.what {
        What::Settled(delivery) => Some(delivery),
        _ => None,
    })
}

fn with(client: TlsStack, server: TlsStack, line: OldLine) -> Scenario {
    let base = preset("postfix").expect("a preset").scenario;
    let edits = [
        Edit::Policy(ClientPolicy::Required),
        Edit::ClientStack(client),
        Edit::ServerStack(server),
        Edit::ClientSuite(Some(OldList::only(line))),
    ];
    edits.into_iter().fold(base, Scenario::with)
}

#[test]
fn what_can_be_forced_is_what_the_lists_have() {
    for (stack, list) in OLD {
        let here: Vec<_> = forced().filter(|line| line.is_of(stack)).collect();
        for line in lines(list) {
            let found = here.iter().find(|one| line.name == one.name()).unwrap_or_else(|| panic!("{}", line.name));
            assert_eq!((found.suite(), found.curve()), (line.suite, line.curve), "{}", line.name);
        }
        assert_eq!(here.len(), lines(list).count(), "{stack:?}");
    }
    assert!(forced().all(|line| OLD.iter().any(|&(stack, _)| line.is_of(stack))));
}

/// In TLS 1.0, which both have, and in SSL 3.0 where the suite is of it.
#[test]
fn each_line_delivers_between_the_ends_that_have_it() {
    let (mut delivered, mut refused) = (0, 0);
    for (client, _) in OLD {
        for (server, _) in OLD {
            for line in forced().filter(|line| line.is_of(client)) {
                for ssl3 in [Switch::Off, Switch::On] {
                    let scenario = with(client, server, line).with(Edit::ClientSsl3(ssl3));
                    if scenario.conflict().is_some() {
                        assert!(ssl3.is_on() && !line.suite().versions.contains(Version::SSL3), "{}", line.name());
                        continue;
                    }
                    let what = format!("{} {client:?} {server:?} {ssl3:?}", line.name());
                    let trace = run(&scenario);
                    if !line.is_of(server) {
                        refused += 1;
                        assert!(up(&trace).is_empty() && fate(&trace) != Some(Delivery::Delivered), "{what}");
                        continue;
                    }
                    delivered += 1;
                    assert_eq!(fate(&trace), Some(Delivery::Delivered), "{what}");
                    let version = if ssl3.is_on() { Version::SSL3 } else { Version::TLS10 };
                    let code = line.suite().code.number();
                    let group = line.curve().map(|curve| curve.code());
                    assert_eq!(up(&trace).len(), 2, "{what}");
                    for facts in up(&trace) {
                        assert_eq!(
                            (facts.version, u32::from(facts.suite), facts.group),
                            (version, code, group),
                            "{what}"
                        );
                    }
                }
            }
        }
    }
    // Of each list all with itself, and the six lines that both have with the other; SSL 3.0 has neither AES nor curves.
    assert_eq!((delivered, refused), (13 * 2 + 22 + 6 + 2 * 2 * 6, 2 * 7 + 16));
}

/// With keys each run is read to its end; without, only what has no cipher is.
#[test]
fn without_keys_the_message_is_read_where_there_is_no_cipher() {
    for line in forced() {
        let stack = if line.is_of(TlsStack::Ws2003) { TlsStack::Ws2003 } else { TlsStack::Ws2008 };
        let trace = run(&with(stack, stack, line));
        let tapped = dissect_with(&trace, &[]);
        let said: Vec<String> = tapped.lines().map(|(_, line)| line.text.clone()).collect();
        let is_read = said.iter().any(|line| line.contains("Subject: Quarterly figures"));
        assert_eq!(
            is_read,
            matches!(line.name(), "TLS_RSA_WITH_NULL_MD5" | "TLS_RSA_WITH_NULL_SHA"),
            "{}",
            line.name()
        );
    }
}

/// The server's certificate has the key that the suite asks for.
#[test]
fn keys_follow_the_suite() {
    for line in forced() {
        let stack = if line.is_of(TlsStack::Ws2003) { TlsStack::Ws2003 } else { TlsStack::Ws2008 };
        let trace = run(&with(stack, stack, line));
        let wire = trace.streams.iter().map(|stream| stream.bytes.as_slice()).collect::<Vec<_>>().concat();
        let has = |identifier: &[u8]| wire.windows(identifier.len()).any(|window| window == identifier);
        // id-dsa, id-ecPublicKey, rsaEncryption, as object identifiers. RFC 3279 §2.3
        let dsa = has(&[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]);
        let ecdsa = has(&[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]);
        let rsa = has(&[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]);
        let kind = line.suite().authentication;
        assert_eq!(
            [rsa, dsa, ecdsa],
            [Authentication::Rsa, Authentication::Dss, Authentication::Ecdsa].map(|one| one == kind),
            "{}",
            line.name()
        );
    }
}

/// What the page says of a line, that it runs here or does not, and the session that it leads to.
#[test]
fn a_line_that_is_said_to_run_runs() {
    let mut ran = 0;
    let mut modern = Vec::new();
    for list in ListKey::ALL {
        for line in list.lines() {
            let entry = ListEntry { curve: line.curve, ..ListEntry::of(line.suite) };
            let is_old = matches!(list, ListKey::Ws2003 | ListKey::Ws2008);
            let Some(scenario) = entry.session() else {
                let is_ssl2 = matches!(line.suite.code, CodePoint::Ssl2(_));
                assert!(!is_old || is_ssl2, "{}", entry.name());
                assert_eq!(entry.here() == Here::Ssl2, is_ssl2, "{}", entry.name());
                continue;
            };
            assert_eq!(scenario.conflict(), None, "{}", entry.name());
            let trace = run(&scenario);
            assert_eq!(fate(&trace), Some(Delivery::Delivered), "{}", entry.name());
            let spoken: Vec<CodePoint> = up(&trace).iter().map(|facts| CodePoint::Tls(facts.suite)).collect();
            assert_eq!(spoken, [line.suite.code; 2], "{}", entry.name());
            assert_eq!(entry.here(), Here::Runs(scenario));
            ran += usize::from(is_old);
            modern.extend((list == ListKey::Rustls).then_some(line.suite.code.number()));
        }
    }
    // 13 lines of 2003 and 24 of 2008, two of which are of SSL 2.0.
    assert_eq!(ran, 13 + 24 - 2);
    assert_eq!(modern, [0x1302, 0xC02C]);
}
