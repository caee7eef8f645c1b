//! `dissect/`: the field trees, whole traces layer by layer, and the passive TLS reader against records that others made.

#[path = "../common/capture.rs"]
mod capture;
#[path = "../../examples/speed/session.rs"]
mod session;
#[path = "../common/tiles.rs"]
mod tiles;

mod fields;
mod guess;
mod layers;
mod ntlm;
mod private_key;
mod speed;
mod tls;
