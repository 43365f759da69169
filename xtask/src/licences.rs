//! The notices of third parties: whose code is in what is built, and the licences that must go with
//! every copy.
//!
//! Cargo knows what is linked, each crate's source has its licence, and SPDX the standard texts. What
//! the linker drops is named all the same: what was inlined leaves no trace.

mod linked;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use spdx::{Expression, Licensee, ParseMode};

use crate::licences::linked::Part;
use crate::licences::texts::{File, Standard};
use crate::{setup, workspace};

/// The notices of the viewer, for all that carries it. (The element has what the page has: the feature
/// `page` brings no crate of others.)
pub fn viewer() -> Result<String> {
    notices("Qspect's viewer", &viewer_parts()?)
}

/// The notices of the command as it is with all features, and of the viewer in it.
pub fn command() -> Result<String> {
    let host = setup::rustc(&["--print", "host-tuple"])?;
    let mut parts = viewer_parts()?;
    parts.extend(linked::package("qspect", &host)?);
    parts.extend(linked::standard_library(&host, "backtrace,panic-unwind")?);
    notices("The command qspect, with the viewer inside,", &parts)
}

fn viewer_parts() -> Result<BTreeSet<Part>> {
    let mut parts = BTreeSet::from([linked::own()]);
    for package in ["qspect-web", "qspect-loader"] {
        parts.extend(linked::package(package, setup::WASM)?);
    }
    parts.extend(linked::standard_library(setup::WASM, "")?);
    Ok(parts)
}

/// For each licence who holds the copyright of what, and its text once; then the files that say
/// something else.
fn notices(what: &str, parts: &BTreeSet<Part>) -> Result<String> {
    let accepted = accepted()?;
    let standards = accepted.iter().map(|it| Standard::of(&it.clone().into_req()));
    let standards = standards.collect::<Result<Vec<_>>>()?;
    let mut is_used = vec![false; standards.len()];
    let mut shared = vec![BTreeMap::<String, Vec<&str>>::new(); standards.len()];
    let mut own = BTreeMap::<String, BTreeSet<&str>>::new();
    for part in parts {
        let chosen = chosen(part, &accepted)?;
        let files = part.files(&["LICEN", "COPYING", "COPYRIGHT"])?;
        let is_standard = |file: &File| standards.iter().any(|it| it.copyrights(file).is_some());
        let (known, mut others): (Vec<File>, Vec<File>) = files.into_iter().partition(is_standard);
        let mut are_others_meant = false;
        for (standard_idx, standard) in standards.iter().enumerate() {
            if !chosen.contains(&standard.name) {
                continue;
            }
            let copyrights = known.iter().find_map(|it| standard.copyrights(it));
            if copyrights.is_none() && !others.is_empty() {
                are_others_meant = true;
                continue;
            }
            let names = copyrights.filter(|it| !it.is_empty()).unwrap_or(&part.authors);
            shared[standard_idx].entry(names.join("; ")).or_default().push(&part.name);
            is_used[standard_idx] = true;
        }
        if !are_others_meant {
            others.clear();
        }
        // The Apache License alone asks for these.
        if chosen.iter().any(|it| it.starts_with("Apache")) {
            others.extend(part.files(&["NOTICE"])?);
        }
        for mut file in others {
            for (standard, is_used) in standards.iter().zip(&mut is_used) {
                *is_used |= standard.shorten(&mut file);
            }
            own.entry(file.text).or_default().insert(&part.name);
        }
    }

    let mut text = format!("{what} is made of these, under these licences.\n");
    for ((standard, shared), _) in standards.iter().zip(shared).zip(is_used).filter(|it| it.1) {
        text += &format!("\n=== {}\n\n", standard.name);
        for (names, parts) in shared {
            let colon = if names.is_empty() { "" } else { ": " };
            text += &format!("{}{colon}{names}\n", parts.join(", "));
        }
        text += &format!("\n{}\n", standard.text);
    }
    for (own, parts) in own {
        let parts = Vec::from_iter(parts).join(", ");
        text += &format!("\n=== {parts}\n\n{own}\n");
    }
    Ok(text)
}

/// The licences by which a part is used: of alternatives the one that is accepted first.
fn chosen(part: &Part, accepted: &[Licensee]) -> Result<Vec<String>> {
    let context = || format!("{} is licensed under `{}`", part.name, part.licence);
    let expression = Expression::parse_mode(&part.licence, ParseMode::LAX).with_context(context)?;
    let chosen = expression.minimized_requirements(accepted).with_context(context)?;
    Ok(chosen.iter().map(ToString::to_string).collect())
}

/// What deny.toml allows, in its order.
fn accepted() -> Result<Vec<Licensee>> {
    let path = workspace::root().join("deny.toml");
    let config =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let config: toml::Table = config.parse().context("deny.toml is no TOML")?;
    let allowed = config.get("licenses").and_then(|it| it.get("allow")?.as_array());
    let names =
        allowed.context("deny.toml allows no licences")?.iter().filter_map(|it| it.as_str());
    names.map(|it| Licensee::parse(it).with_context(|| format!("deny.toml allows {it}"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{cargo, process};

    /// The crates that cargo would compile and link, `serde 1.0.229`, by its plan for a build.
    fn planned(package: &str, options: &[&str]) -> BTreeSet<String> {
        let mut plan = cargo::cargo(["build", "--locked", "-Zunstable-options", "--unit-graph"]);
        plan.env("RUSTC_BOOTSTRAP", "1").args(["--package", package]).args(options);
        let plan: Value = serde_json::from_str(&process::output(&mut plan).unwrap()).unwrap();
        let index = |it: &Value| it.as_u64().unwrap() as usize;
        let mut open: Vec<usize> = plan["roots"].as_array().unwrap().iter().map(index).collect();
        let mut linked = BTreeSet::new();
        while let Some(unit_idx) = open.pop() {
            let unit = &plan["units"][unit_idx];
            let kind = unit["target"]["kind"][0].as_str().unwrap();
            if matches!(kind, "proc-macro" | "custom-build") || !linked.insert(unit_idx) {
                continue;
            }
            open.extend(
                unit["dependencies"].as_array().unwrap().iter().map(|it| index(&it["index"])),
            );
        }
        let ids = linked.into_iter().map(|it| plan["units"][it]["pkg_id"].as_str().unwrap());
        let registered = ids.filter_map(|it| it.strip_prefix("registry+")?.split_once('#'));
        registered.map(|it| it.1.replace('@', " ")).collect()
    }

    #[track_caller]
    fn check_named(text: &str, linked: &BTreeSet<String>, known: &[&str]) {
        let names: BTreeSet<&str> = text.split([',', ':', '\n', '=']).map(str::trim).collect();
        let missing: Vec<_> = linked.iter().filter(|it| !names.contains(it.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?} are linked and not named");
        for known in known {
            assert!(linked.iter().any(|it| it.starts_with(known)), "{known} is not linked");
        }
    }

    #[test]
    fn all_that_is_linked_is_named() {
        let (viewer, command) = (viewer().unwrap(), command().unwrap());
        let wasm = |package, options: &[&str]| {
            planned(package, &[&["--target", setup::WASM], options].concat())
        };
        check_named(&viewer, &wasm("qspect-web", &[]), &["leptos ", "miniz_oxide ", "serde "]);
        check_named(&viewer, &wasm("qspect-web", &["--no-default-features"]), &["leptos "]);
        check_named(&viewer, &wasm("qspect-loader", &[]), &["lzma-rust2 "]);
        check_named(&command, &planned("qspect", &[]), &["clap ", "serde "]);
        check_named(&command, &planned("qspect", &["--features", "parquet"]), &["parquet "]);
        // The viewer is in the command.
        check_named(&command, &wasm("qspect-web", &[]), &["leptos "]);
        assert!(!viewer.contains("\nclap ") && !viewer.contains("proptest"));
    }

    #[test]
    fn notices_have_names_and_texts() {
        let text = viewer().unwrap();
        let line = |name: &str| text.lines().find(|it| it.contains(name)).unwrap();
        // From its file, and from its manifest where there is none.
        assert!(line("miniz_oxide ").contains("Copyright (c) 2017 Frommi"));
        assert!(line("leptos ").contains("Greg Johnston"));
        assert!(line("Qspect ").contains("The Qspect developers"));
        // Of alternatives MIT, and what has none is under its own.
        let (_, apache) = text.split_once("\n=== Apache-2.0\n").unwrap();
        assert!(apache.contains("lzma-rust2 ") && !apache.contains("serde "));
        for standard in [
            "Permission is hereby granted, free of charge, to any person obtaining a copy of",
            "TERMS AND CONDITIONS FOR USE",
        ] {
            assert_eq!(text.matches(standard).count(), 1, "{standard}");
        }
    }

    #[test]
    fn what_the_apache_license_asks_for_is_there() {
        let text = command().unwrap();
        assert!(text.contains("The Apache Software Foundation (http://www.apache.org/)"));
    }

    #[test]
    fn a_licence_that_nobody_allowed_is_refused() {
        let part = |licence: &str| Part { licence: licence.to_owned(), ..linked::own() };
        let accepted = accepted().unwrap();
        let chosen = |licence: &str| chosen(&part(licence), &accepted);
        assert_eq!(chosen("Apache-2.0 OR MIT").unwrap(), ["MIT"]);
        assert_eq!(chosen("Unlicense/MIT").unwrap(), ["MIT"]);
        assert_eq!(chosen("(MIT OR Zlib) AND Unicode-3.0").unwrap(), ["MIT", "Unicode-3.0"]);
        let error = chosen("GPL-3.0-only").unwrap_err().to_string();
        assert!(error.contains("Qspect") && error.contains("GPL-3.0-only"), "{error}");
        assert!(chosen("").is_err());
    }
}
