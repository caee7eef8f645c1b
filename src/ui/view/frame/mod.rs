//! What stands around every place: head, notices, foot, and the dialog with the keys.

pub mod footer;
pub mod header;
pub mod heard;
pub mod help;
pub mod notices;
pub mod title;
