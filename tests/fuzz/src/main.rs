//! One target, named by `QSPECT_FUZZ_TARGET`, as libFuzzer runs it; without libFuzzer, on the files that
//! are named.

#![cfg_attr(fuzzing, no_main)]

use qspect_fuzz::Target;

/// What the environment asks for.
fn chosen() -> Target {
    let name = std::env::var("QSPECT_FUZZ_TARGET").unwrap_or_default();
    qspect_fuzz::target(&name).unwrap_or_else(|| panic!("QSPECT_FUZZ_TARGET={name} is no target"))
}

#[cfg(fuzzing)]
static RUN: std::sync::LazyLock<fn(&[u8])> = std::sync::LazyLock::new(|| chosen().run);

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| RUN(bytes));

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let target = chosen();
    for path in std::env::args_os().skip(1) {
        println!("{} {}", target.name, path.display());
        (target.run)(&std::fs::read(path)?);
    }
    Ok(())
}
