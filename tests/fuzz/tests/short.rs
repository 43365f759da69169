//! A short round without libFuzzer: the kept inputs, those that once failed, and changes of them, the
//! same ones each time.

use std::fmt;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use qspect_fuzz::{TARGETS, corpus, target};

/// How many changed inputs each target is given, the same ones each time.
const N_CHANGED: u32 = 2_000;

/// How many it is given by `cargo xtask test long`, which sets `QSPECT_LONG`: new ones each time.
const N_CHANGED_LONG: u32 = 100_000;

fn is_long() -> bool {
    std::env::var_os("QSPECT_LONG").is_some()
}

/// An input that no change makes longer.
const MAX_INPUT: usize = 8 << 10;

/// The inputs in the repository, each with its file's name.
fn inputs(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut inputs = corpus::read(name).expect("an archive");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions").join(name);
    let entries = fs::read_dir(&folder).into_iter().flatten();
    for entry in entries {
        let path = entry.expect("an entry").path();
        inputs.push((path.display().to_string(), fs::read(path).expect("a file")));
    }
    inputs.sort();
    inputs
}

/// What is done to an input.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Put(Index, u8),
    Cut(Index, usize),
    Repeat(Index, usize, usize),
    /// A part of another input.
    Splice(Index, Index, Index, usize),
    Truncate(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (at(), 1..64_usize).prop_map(|(at, len)| Change::Cut(at, len)),
        (at(), 1..64_usize, 1..50_usize).prop_map(|(at, len, n)| Change::Repeat(at, len, n)),
        (at(), at(), at(), 1..512_usize).prop_map(|it| Change::Splice(it.0, it.1, it.2, it.3)),
        at().prop_map(Change::Truncate),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, others: &[(String, Vec<u8>)]) {
        // A place may be the end.
        let place = |at: &Index, len: usize| at.index(len + 1);
        match self {
            Self::Flip(at, bit) => {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] ^= 1 << bit;
                }
            }
            Self::Put(at, byte) => bytes.insert(place(at, bytes.len()), *byte),
            Self::Cut(at, len) => {
                let start = place(at, bytes.len());
                bytes.drain(start..(start + len).min(bytes.len()));
            }
            Self::Repeat(at, len, n) => {
                let start = place(at, bytes.len());
                let part = bytes[start..(start + len).min(bytes.len())].repeat(*n);
                bytes.splice(start..start, part);
            }
            Self::Splice(at, which, from, len) => {
                let other = &which.get(others).1;
                let from = place(from, other.len());
                let start = place(at, bytes.len());
                let part = other[from..(from + len).min(other.len())].to_vec();
                bytes.splice(start..start, part);
            }
            Self::Truncate(at) => bytes.truncate(place(at, bytes.len())),
        }
        bytes.truncate(MAX_INPUT);
    }
}

/// Shown as what a regression input can be made from.
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Other numbers each time. A failing test prints their seed.
fn random_rng() -> TestRng {
    let seed: Vec<u8> =
        (0..4).flat_map(|_| RandomState::new().build_hasher().finish().to_le_bytes()).collect();
    println!("seed: {seed:?}");
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

#[track_caller]
fn check(name: &str) {
    let target = target(name).expect("a target");
    let inputs = inputs(name);
    assert!(inputs.len() > 10, "only {} inputs of {name}", inputs.len());
    for (path, bytes) in &inputs {
        // Shown where the input fails.
        println!("{path}");
        (target.run)(bytes);
    }
    let config = ProptestConfig {
        cases: if is_long() { N_CHANGED_LONG } else { N_CHANGED },
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    };
    let rng =
        if is_long() { random_rng() } else { TestRng::deterministic_rng(RngAlgorithm::ChaCha) };
    let changed = (any::<Index>(), vec(change(), 1..6)).prop_map(|(which, changes)| {
        let mut bytes = which.get(&inputs).1.clone();
        changes.iter().for_each(|it| it.apply(&mut bytes, &inputs));
        Input(bytes)
    });
    let found = TestRunner::new_with_rng(config, rng).run(&changed, |Input(bytes)| {
        (target.run)(&bytes);
        Ok(())
    });
    if let Err(error) = found {
        panic!("{name}: {error}");
    }
}

macro_rules! targets {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_target_is_tried() {
            assert_eq!(TARGETS.map(|it| it.name), [$(stringify!($name)),*]);
        }
    };
}

targets![log, json, packed, shown, diff, link];
