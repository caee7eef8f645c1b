//! The edges of rules: the last value that is right and the first that is wrong. Most of these were found by changing the code and
//! seeing no test fail.

#[path = "../servers/mod.rs"]
mod servers;

mod client;
mod commands;
mod policy;
mod server;
mod timeline;
