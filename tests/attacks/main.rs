//! Attacks, each under the name by which it is known. In each the peer or an attacker on the path sends what no honest
//! peer sends, and the lab must neither believe it nor hang nor grow without bound. And hostile octets: every fuzz target on its seeds.

#[path = "../../examples/tcp/carry.rs"]
mod carry;
#[path = "../common/imports.rs"]
mod imports;
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
mod patience;
mod records;
mod seeds;
mod smuggling;
