//! The shape of a decision in a trace's file (docs/formats.md): `seen` says whose it is, and `verdict` has one list of words for both.

use super::{Because, Decided, Decision, Evidence, Submission};
use crate::smtp::{Refusal, SubmitAnswer, TlsAnswer};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    seen: Seen,
    verdict: Verdict,
    because: Vec<Because>,
}

#[derive(Serialize, Deserialize)]
enum Seen {
    Sender(Evidence),
    Receiver(Submission),
}

#[derive(Debug, Serialize, Deserialize)]
enum Verdict {
    StartTls,
    Continue,
    ReconnectInClear,
    Defer,
    Partner,
    Refuse(Refusal),
}

impl From<Decision> for Stored {
    fn from(decision: Decision) -> Stored {
        match decision {
            Decision::Sender(Decided { seen, answer, because }) => {
                let verdict = match answer {
                    TlsAnswer::Start => Verdict::StartTls,
                    TlsAnswer::GoOn => Verdict::Continue,
                    TlsAnswer::InClear => Verdict::ReconnectInClear,
                    TlsAnswer::Defer => Verdict::Defer,
                };
                Stored { seen: Seen::Sender(seen), verdict, because }
            }
            Decision::Receiver(Decided { seen, answer, because }) => {
                let verdict = match answer {
                    SubmitAnswer::Take => Verdict::Continue,
                    SubmitAnswer::Partner => Verdict::Partner,
                    SubmitAnswer::Refuse(refusal) => Verdict::Refuse(refusal),
                };
                Stored { seen: Seen::Receiver(seen), verdict, because }
            }
        }
    }
}

impl TryFrom<Stored> for Decision {
    type Error = String;

    /// Fails where a side has an answer that only the other can give. The words are for the author of the file.
    fn try_from(Stored { seen, verdict, because }: Stored) -> Result<Decision, String> {
        let other = |who: &str, verdict: Verdict| Err(format!("{who} does not answer {verdict:?}"));
        match seen {
            Seen::Sender(seen) => {
                let answer = match verdict {
                    Verdict::StartTls => TlsAnswer::Start,
                    Verdict::Continue => TlsAnswer::GoOn,
                    Verdict::ReconnectInClear => TlsAnswer::InClear,
                    Verdict::Defer => TlsAnswer::Defer,
                    Verdict::Partner | Verdict::Refuse(_) => return other("a sender", verdict),
                };
                Ok(Decision::Sender(Decided { seen, answer, because }))
            }
            Seen::Receiver(seen) => {
                let answer = match verdict {
                    Verdict::Continue => SubmitAnswer::Take,
                    Verdict::Partner => SubmitAnswer::Partner,
                    Verdict::Refuse(refusal) => SubmitAnswer::Refuse(refusal),
                    Verdict::StartTls | Verdict::ReconnectInClear | Verdict::Defer => {
                        return other("a receiver", verdict);
                    }
                };
                Ok(Decision::Receiver(Decided { seen, answer, because }))
            }
        }
    }
}
