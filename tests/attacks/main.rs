//! Attacks, each under the name by which it is known. What they have in common: somebody says what no honest end says, and the lab must
//! neither believe it nor stop nor swell.

#[path = "../tls/pair.rs"]
mod pair;
#[path = "../servers/mod.rs"]
mod servers;
mod victim;

mod certificates;
mod display;
mod floods;
mod injection;
mod records;
mod smuggling;
