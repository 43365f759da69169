//! The manifests: every dependency stands in the workspace's table, where its version and the reason
//! for it are.

use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Problem;

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The folders of the packages, from the workspace's manifest.
pub(super) fn members(path: &Path, text: &str) -> Result<Vec<String>> {
    let manifest = parse(path, text)?;
    let members = manifest
        .get("workspace")
        .and_then(|it| it.get("members")?.as_array())
        .with_context(|| format!("{} has no workspace.members", path.display()))?;
    let names = members.iter().filter_map(Value::as_str);
    Ok(names.map(str::to_owned).collect())
}

/// The dependencies in a member's manifest that do not say `workspace = true`.
pub(super) fn check(path: &Path, text: &str) -> Result<Vec<Problem>> {
    let manifest = parse(path, text)?;
    let mut names = own_dependencies(&manifest);
    let targets = manifest.get("target").and_then(Value::as_table);
    for target in targets.into_iter().flat_map(Table::values) {
        names.extend(target.as_table().into_iter().flat_map(own_dependencies));
    }
    let problem = |name: String| Problem {
        path: path.to_owned(),
        line: line_of(text, &name),
        message: format!(
            "put `{name}` into the workspace's dependencies, `{name}.workspace = true` here"
        ),
    };
    Ok(names.into_iter().map(problem).collect())
}

fn parse(path: &Path, text: &str) -> Result<Table> {
    text.parse().with_context(|| format!("{} is no TOML", path.display()))
}

fn own_dependencies(table: &Table) -> Vec<String> {
    KINDS
        .iter()
        .filter_map(|kind| table.get(*kind)?.as_table())
        .flatten()
        .filter(|(_, dependency)| {
            let inherited = dependency.get("workspace").and_then(Value::as_bool);
            inherited != Some(true)
        })
        .map(|(name, _)| name.clone())
        .collect()
}

/// The parser tells no positions; the line that begins with the name is it.
fn line_of(text: &str, name: &str) -> usize {
    text.lines()
        .position(|line| line.trim_start().trim_start_matches('"').starts_with(name))
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_names(manifest: &str, expected: &[&str]) {
        let problems = check(Path::new("core/Cargo.toml"), manifest).unwrap();
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for (line, expected) in lines.iter().zip(expected) {
            assert!(line.starts_with(expected), "{line}");
        }
    }

    #[test]
    fn inherited_dependencies_are_fine() {
        check_names(
            "[dependencies]\nserde.workspace = true\nclap = { workspace = true, features = [\"derive\"] }\n",
            &[],
        );
    }

    #[test]
    fn own_versions_and_paths_are_not() {
        check_names(
            "[dependencies]\nserde = \"1\"\n[dev-dependencies]\nqspect-core = { path = \"../core\" }\n",
            &["core/Cargo.toml:2: put `serde`", "core/Cargo.toml:4: put `qspect-core`"],
        );
    }

    #[test]
    fn tables_for_one_target_count_too() {
        check_names(
            "[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n",
            &["core/Cargo.toml:2: put `libc`"],
        );
    }
}
