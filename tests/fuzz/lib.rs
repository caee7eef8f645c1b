//! What the fuzz targets run. The same files are tests of the main crate (`tests/hostile`).

pub mod targets;
#[path = "../tiles/mod.rs"]
pub mod tiles;
