//! What the fuzz targets run. The same files are tests of the main crate (`tests/attacks`).

#[path = "../common/imports.rs"]
pub mod imports;
pub mod targets;
#[path = "../common/tiles.rs"]
pub mod tiles;
