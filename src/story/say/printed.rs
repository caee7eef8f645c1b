//! Where it is said why the book's log and the wire differ.

use crate::story::printed::Difference;

impl Difference {
    /// Empty where there is none to name.
    pub fn source(self) -> &'static str {
        match self {
            Difference::Narration
            | Difference::AnonymousTlsInside
            | Difference::PlainBesideLogin
            | Difference::Fused
            | Difference::NotPrinted
            | Difference::NotInThisRun => "",
            Difference::Code250For220 => "RFC 3207 §4",
            Difference::SecondGreeting => "RFC 3207 §4.2",
            Difference::Repeated => "RFC 5321 §4.1.1.1",
            Difference::FusedRest => "RFC 5321 §4.2.1",
        }
    }
}
