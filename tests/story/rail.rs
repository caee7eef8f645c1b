//! How what is sent is protected, event by event: against what the ends found and decided, and not against the code that says it.

use starttls_lab::dissect::dissect;
use starttls_lab::lab;
use starttls_lab::policy::Decision;
use starttls_lab::scenario::{ClientPolicy, Identity, PRESETS, Scenario, Side};
use starttls_lab::smtp::TlsAnswer;
use starttls_lab::story::{Story, Tone};
use starttls_lab::trace::{Actor, Trace, What};
use std::collections::BTreeSet;
