//! Words of others in a trace, made so that they are inert wherever they are shown. Octets stay what they were: these are facts about them.

use super::{Stored, What};
use crate::bytes::printable;
use crate::tls::{Cause, CertificateCheck, Defect, Verdict, Wanted};

fn inert(text: &mut String) {
    *text = printable(text.as_bytes());
}

impl What {
    /// Makes its words inert.
    pub(crate) fn make_inert(&mut self) {
        match self {
            What::Opened
            | What::Sent { .. }
            | What::Moved { .. }
            | What::TlsStarted
            | What::Decided(_)
            | What::LeftOver { .. }
            | What::Forgot(_)
            | What::NtlmJudged(_)
            | What::Violated(_)
            | What::Settled(_)
            | What::Closed(_)
            | What::Altered { .. }
            | What::Missing { .. }
            | What::NotRun { .. }
            | What::Stalled => {}
            What::TlsUp(facts) => facts.server_name.iter_mut().for_each(inert),
            What::TlsFailed(failure) => match &mut failure.cause {
                Cause::Rustls { words, .. } | Cause::Setup(words) => inert(words),
                Cause::Ended | Cause::TooMuchWritten | Cause::Old(_) => {}
            },
            What::Checked(check) => inert_check(check),
            What::Stripped(fields) => fields.iter_mut().for_each(inert),
            What::Authenticated { identity, .. } | What::Recognised { identity, .. } => inert(identity),
            What::Stored(Stored { from, to, .. }) => std::iter::once(from).chain(to).for_each(inert),
        }
    }
}

fn inert_check(check: &mut CertificateCheck) {
    check.names.iter_mut().for_each(inert);
    if let Some(Wanted::Host(name) | Wanted::Domain(name)) = &mut check.wanted {
        inert(name);
    }
    for verdict in [&mut check.chain, &mut check.name, &mut check.dates, &mut check.purpose] {
        if let Verdict::Fail(Defect::Other(words)) = verdict {
            inert(words);
        }
    }
}
