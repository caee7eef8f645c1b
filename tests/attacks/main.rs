//! Attacks, each under the name by which it is known. What they have in common: somebody says what no honest end says, and the lab must
//! neither believe it nor stop nor swell. And hostile octets: every fuzz target on its seeds.

#[path = "../common/pair.rs"]
mod pair;
#[path = "../common/servers.rs"]
mod servers;
#[path = "../fuzz/targets.rs"]
mod targets;
#[path = "../common/tiles.rs"]
mod tiles;
mod victim;

mod certificates;
mod display;
mod floods;
mod injection;
mod octets;
mod records;
mod seeds;
mod smuggling;
