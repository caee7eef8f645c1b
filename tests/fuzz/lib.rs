//! What the fuzz targets run. The same files are tests of the main crate (`tests/attacks`).

pub mod targets;
#[path = "../common/tiles.rs"]
pub mod tiles;
