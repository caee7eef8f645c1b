//! `smtp/`: the client and the server, each alone. What is called edges is the last value that is right and the first that is wrong;
//! most of these were found by changing the code and seeing no test fail.

#[path = "../common/servers.rs"]
mod servers;

mod client;
mod client_edges;
mod doors;
mod ntlm;
mod server;
mod server_edges;
mod syntax_edges;
