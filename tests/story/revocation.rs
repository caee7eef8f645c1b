//! Why no run finds out that a certificate was revoked, beside the octets of its handshake.

use crate::{capture, linked, with};
use starttls_lab::lab::run;
use starttls_lab::scenario::Side;
use starttls_lab::story::say::{RevocationClaim, revocation};
use starttls_lab::trace::{StreamKind, Trace, What};

/// What is claimed of the certificates of a side.
fn claimed(trace: &Trace, side: Side) -> Vec<RevocationClaim> {
    let checks = trace.events.iter().filter_map(|event| match &event.what {
        What::Checked(check) if check.of == side => Some(check),
        _ => None,
    });
    with(trace, |facts| checks.map(|check| revocation(facts, check)).collect())
}

/// Whether a side's octets hold the extension status_request, asking for OCSP from any responder, with no extensions: RFC 6066 §8.
fn asks(trace: &Trace, side: Side) -> bool {
    let extension = [0, 5, 0, 5, 1, 0, 0, 0, 0];
    let of_side = |layer| trace.streams.iter().find(|stream| (stream.from, stream.layer) == (side, layer));
    let wire = of_side(StreamKind::Wire).expect("a stream");
    wire.bytes.windows(extension.len()).any(|nine| nine == extension)
}

#[test]
fn the_server_is_asked_and_staples_nothing_and_a_client_is_not_asked() {
    for versions in ["1.2", "1.3", "1.2+1.3"] {
        let trace =
            run(&linked(&format!("#preset=domain-secured&client_versions={versions}&server_versions={versions}")));
        assert!(asks(&trace, Side::Client) && !asks(&trace, Side::Server));
        let of_server = claimed(&trace, Side::Server);
        assert!(!of_server.is_empty());
        assert!(of_server.iter().all(|claim| *claim == RevocationClaim::NotStapled(Side::Server)), "{of_server:?}");
        let of_client = claimed(&trace, Side::Client);
        assert!(!of_client.is_empty());
        assert!(of_client.iter().all(|claim| *claim == RevocationClaim::NotAsked), "{of_client:?}");
    }
}

#[test]
fn where_no_octet_asks_nobody_asked() {
    let mut trace = run(&linked("#preset=book"));
    let wire = &mut trace.streams[0].bytes;
    let at = wire.windows(6).position(|six| six == [0, 5, 0, 5, 1, 0]).expect("status_request");
    // Another extension, of an unknown number.
    wire[at..at + 2].copy_from_slice(&[0xFF, 0x77]);
    assert_eq!(claimed(&trace, Side::Server), [RevocationClaim::NotAsked]);
}

/// OpenSSL's server staples what it was asked for, in the way of each version.
#[test]
fn what_was_stapled_was_not_read() {
    let check = run(&linked("#preset=book")).events.into_iter().find(|event| matches!(event.what, What::Checked(_)));
    let check = check.expect("a check");
    for (file, expected) in [
        ("009e-client-certificate-and-status", RevocationClaim::NotRead),
        ("1301-client-certificate-and-status", RevocationClaim::NotRead),
        ("c02b", RevocationClaim::NotAsked),
    ] {
        let mut trace = capture::vector_trace(&format!("openssl/{file}.txt"));
        trace.events.push(check.clone());
        trace.events.last_mut().expect("it").connection = 0;
        assert_eq!(claimed(&trace, Side::Server), [expected], "{file}");
    }
}
