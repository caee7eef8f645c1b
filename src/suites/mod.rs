//! Cipher suites then and now: the lists of Windows Server 2003 and 2008 as the book prints them, beside those of today.
//!
//! ```text
//! lists ──▶ compare, claims      what changed, and what the book says has
//!   ├─────▶ negotiate            a model: which suite, or which alert
//!   └─────▶ encounter            two ends as a learner sets them
//! verdict                        what each suite is worth today
//! anatomy                        a name, taken apart
//! ```
//!
//! What a suite is made of is in the registry. The choice here is a model, not a run; the engines are
//! held against it. RFC 2246, RFC 5246, RFC 8446, RFC 9325

mod verdict;
mod lists;
mod anatomy;
mod compare;
mod claims;
mod negotiate;
pub mod encounter;

pub use crate::registry::{ListKey, ListLine};
pub use anatomy::{BookSet, Job, NamePart, PartRole, anatomy};
pub use claims::{Claim, Counted, Share, evidence};
pub use compare::{ComparedRow, Presence, compare};
pub use encounter::{Change, Encounter, End, Tried};
pub use lists::{Here, List, ListEntry, Stack};
pub use negotiate::{Agreement, Candidate, NoAgreement, Peer, ServerKey, SuiteChoice, Why, choose};
pub use verdict::{Objection, Standing};
