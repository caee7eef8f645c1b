//! `src/registry`: names and properties against tshark, OpenSSL and the tables of the RFCs.

mod names;
#[path = "../common/openssl.rs"]
mod openssl;
mod suites;
