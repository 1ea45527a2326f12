//! Runs the fuzz targets' checks on all their seeds, and on random changes of them. `make fuzz`
//! additionally goes by coverage.
#![cfg(feature = "server")]

mod checks {
    pub mod addresses;
    pub mod cookies;
    pub mod event;
    pub mod form;
    pub mod signature;
}

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use std::fmt;
use std::path::Path;

/// How many changed seeds each check tries.
const TRIES: u32 = 20_000;

/// Tokens to change seeds with, besides pieces of seeds.
const TOKENS: &[&[u8]] = &[
    b"=",
    b"&",
    b";",
    b",",
    b"[",
    b"]",
    b"[]",
    b"[0]",
    b"%",
    b"%00",
    b"%ff",
    b"+",
    b"/",
    b"//",
    b"\\",
    b"\n",
    b"\0",
    b"\xff",
    b"\"",
    b"{",
    b"}",
    b":",
    b"null",
    b"\\u0000",
    b"-1",
    b"0",
    b"255",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"18446744073709551616",
    b"NOW",
    b"CURRENT",
    b"t=",
    b"v1=",
    b"metadata",
    b"portal_notice=",
    b"portal_session=",
];

/// A change of an input, which replaces a range.
#[derive(Debug, Clone)]
struct Edit {
    from: Index,
    to: Index,
    with: With,
}

#[derive(Debug, Clone)]
enum With {
    Nothing,
    Byte(u8),
    Token(&'static [u8]),
    /// A piece of another seed.
    Piece {
        seed: Index,
        from: Index,
        to: Index,
    },
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = any::<(Index, Index, Index)>();
    let with = prop_oneof![
        1 => Just(With::Nothing),
        2 => any::<u8>().prop_map(With::Byte),
        3 => select(TOKENS).prop_map(With::Token),
        2 => piece.prop_map(|(seed, from, to)| With::Piece { seed, from, to }),
    ];
    let edit = (any::<Index>(), any::<Index>(), any::<bool>(), with);
    // Insertions are as frequent as replacements.
    let edit = edit.prop_map(|(from, to, insert, with)| Edit {
        from,
        to: if insert { from } else { to },
        with,
    });
    prop::collection::vec(edit, 1..6)
}

/// A changed seed, printed readably if a check fails.
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

fn between(bytes: &[u8], one: &Index, other: &Index) -> std::ops::Range<usize> {
    let (one, other) = (one.index(bytes.len() + 1), other.index(bytes.len() + 1));
    one.min(other)..one.max(other)
}

fn changed(seed: &[u8], edits: &[Edit], seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = seed.to_vec();
    for Edit { from, to, with } in edits {
        let place = between(&input, from, to);
        let with = match with {
            With::Nothing => Vec::new(),
            With::Byte(byte) => vec![*byte],
            With::Token(token) => token.to_vec(),
            With::Piece { seed, from, to } => {
                let seed = seed.get::<Vec<u8>>(seeds);
                seed[between(seed, from, to)].to_vec()
            }
        };
        input.splice(place, with);
    }
    input
}

fn try_out(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let files = std::fs::read_dir(folder).expect("seeds").map(|file| file.expect("a seed").path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    let seeds: Vec<Vec<u8>> =
        files.iter().map(|file| std::fs::read(file).expect("a seed")).collect();
    for seed in &seeds {
        check(seed);
    }
    let config = Config { cases: TRIES, failure_persistence: None, ..Config::default() };
    let inputs = (any::<Index>(), edits())
        .prop_map(|(seed, edits)| Input(changed(seed.get::<Vec<u8>>(&seeds), &edits, &seeds)));
    let tried = TestRunner::new(config).run(&inputs, |Input(input)| {
        check(&input);
        Ok(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

#[test]
fn addresses() {
    try_out("addresses", checks::addresses::check);
}

#[test]
fn cookies() {
    try_out("cookies", checks::cookies::check);
}

#[test]
fn event() {
    try_out("event", checks::event::check);
}

#[test]
fn form() {
    try_out("form", checks::form::check);
}

#[test]
fn signature() {
    try_out("signature", checks::signature::check);
}

#[test]
fn every_target_is_tried_out_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/fuzz_targets");
    let files = std::fs::read_dir(folder).expect("targets").map(|file| file.expect("a file"));
    let mut names: Vec<_> =
        files.map(|file| file.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    assert_eq!(names, ["addresses.rs", "cookies.rs", "event.rs", "form.rs", "signature.rs"]);
}
