//! What views are made of.

pub mod control;
pub mod link;
pub mod markup;
pub mod place;
pub mod prose;
pub mod row;
pub mod scene;
pub mod tone;
