//! The manifests: every dependency is in the workspace's table, which has its version and the
//! reason for it.

use std::path::Path;

use super::Problem;

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The dependencies in a member's manifest that lack `workspace = true`. Each begins on a line of
/// its own; its features may continue on others.
pub(super) fn check(path: &Path, text: &str) -> Vec<Problem> {
    let problem = |line_idx: usize, name: &str| {
        let name = name.trim().trim_matches('"');
        Problem {
            path: path.to_owned(),
            line: line_idx + 1,
            message: format!(
                "put `{name}` into the workspace's dependencies, `{name}.workspace = true` here"
            ),
        }
    };
    let mut problems = Vec::new();
    let mut is_in_dependencies = false;
    for (line_idx, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let header = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if let Some(header) = header {
            let mut names = header.rsplit('.');
            let last = names.next().unwrap_or_default();
            is_in_dependencies = KINDS.contains(&last);
            // `[dependencies.serde]`, a table of one dependency.
            if names.next().is_some_and(|it| KINDS.contains(&it)) {
                problems.push(problem(line_idx, last));
            }
        } else if is_in_dependencies
            && let Some((name, _)) = line.split_once('=')
            && !line.replace(' ', "").contains("workspace=true")
        {
            problems.push(problem(line_idx, name));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_names(manifest: &str, expected: &[&str]) {
        let problems = check(Path::new("core/Cargo.toml"), manifest);
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
    fn other_tables_and_features_on_lines_of_their_own_are_fine() {
        check_names(
            "[package]\nname = \"a\"\n[dependencies]\nweb-sys = { workspace = true, features = [\n\
             \"Blob\",\n] }\n# serde = \"1\"\n[features]\nparquet = [\"dep:parquet\"]\n",
            &[],
        );
    }

    #[test]
    fn tables_for_one_target_or_one_dependency_count_too() {
        check_names(
            "[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n[dependencies.serde]\nversion = \"1\"\n",
            &["core/Cargo.toml:2: put `libc`", "core/Cargo.toml:3: put `serde`"],
        );
    }
}
