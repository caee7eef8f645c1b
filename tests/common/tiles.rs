//! What holds for every field tree, and how to find a field in one. For tests only.

#![allow(dead_code)]

use starttls_lab::dissect::field::{Field, Kind};
use std::ops::Range;

/// Every octet of the range is in exactly one leaf, children fill their parents, and everything has a name.
pub fn tile(fields: &[Field], range: Range<usize>) {
    let mut at = range.start;
    for field in fields {
        assert_eq!(field.range.start, at, "{field:?}");
        assert!(!field.range.is_empty(), "{field:?}");
        assert!(!field.name.is_empty(), "{field:?}");
        if field.is_leaf() {
            let inside = |bit: &Field| field.range.start <= bit.range.start && bit.range.end <= field.range.end;
            assert!(field.children.iter().all(inside), "{field:?}");
        } else {
            tile(&field.children, field.range.clone());
        }
        at = field.range.end;
    }
    assert_eq!(at, range.end, "{fields:?}");
}

pub fn malformed(fields: &[Field]) -> Vec<&Field> {
    fields
        .iter()
        .flat_map(|field| {
            let own = (field.kind == Kind::Malformed).then_some(field);
            own.into_iter().chain(malformed(&field.children))
        })
        .collect()
}

/// Fields of this name, in order, at any depth.
pub fn named<'a>(fields: &'a [Field], name: &str) -> Vec<&'a Field> {
    fields
        .iter()
        .flat_map(|field| {
            let own = (field.name == name).then_some(field);
            own.into_iter().chain(named(&field.children, name))
        })
        .collect()
}

pub fn values(fields: &[Field], name: &str) -> Vec<String> {
    named(fields, name).iter().map(|field| field.value.clone()).collect()
}
