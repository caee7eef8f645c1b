//! A long message comes out of its records as it went in. How fast it does is `make bench`.

use crate::session::{MEGABYTE, session};
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::layers::LayerKind;
use starttls_lab::scenario::Versions;

#[test]
fn a_long_message_comes_out_as_it_went_in() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let trace = session(versions, MEGABYTE);
        let reading = dissect(&trace);
        let last = reading.layers(&trace, trace.events.len() - 1);
        let smtp = last.iter().find(|layer| layer.kind == LayerKind::Smtp).expect("a message");
        assert!(smtp.octets.ends_with(b"..\r\n.\r\n") && smtp.octets.len() > MEGABYTE - 100);
        // Two leaves a stuffed line, and one for the line before it.
        assert!(starttls_lab::dissect::field::leaves(&smtp.fields).len() > MEGABYTE / 74 * 2);
    }
}
