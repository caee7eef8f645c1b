//! The page: one reducer, one memo, pure views.
//!
//! ```text
//! link --share--> State --app: memo--> Study --view--> page
//!                   ^                                   |
//!                   +------------- Action --------------+
//! ```
//!
//! `app` has the only hooks and `browser` the only calls to the browser; everything else runs natively.

pub mod study;
pub mod tree;
mod terms;
pub mod filter;
pub mod state;
pub mod effect;
mod keys;
mod browser;
pub mod view;
mod app;

pub use app::mount;
