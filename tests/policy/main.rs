//! `policy/`: what becomes of the mail, by runs; and the edges of what is decided.

mod edges;
mod organisation;
mod otherwise;
mod relay;
mod runs;
mod verifier;
