//! A run as a file. So far: the transcript.

mod transcript;

pub use transcript::transcript;
