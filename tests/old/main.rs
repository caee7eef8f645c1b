//! Two ends of old TLS against each other: every suite, version and kind of key; what each end says, in which order, and what happens to
//! everything else.

mod handshake;
mod lab;
mod noise;
mod order;
#[path = "../common/pair.rs"]
mod pair;
mod stolen;
