//! The workflow lines that the README shows work.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result};
use qspect_tests::command;

use crate::{Folder, exported, qspect, stderr, stdout};

fn readme() -> Result<String> {
    Ok(std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md"))?)
}

/// The steps of README's workflow: in YAML, each begins with `- ` at the margin.
fn steps() -> Result<Vec<String>> {
    let readme = readme()?;
    let yaml = readme.split("```yaml\n").nth(1).and_then(|it| it.split_once("\n```"));
    let yaml = yaml.context("README has a workflow")?.0;
    let steps: Vec<String> = format!("\n{yaml}").split("\n- ").skip(1).map(str::to_owned).collect();
    assert_eq!(steps.len(), 2, "{yaml}");
    Ok(steps)
}

/// The lines of a step's `run: |`, as YAML gives them to the shell: without what they are indented by.
fn script(step: &str) -> Result<String> {
    let (_, block) = step.split_once("  run: |\n").context("a step with `run: |`")?;
    let lines = block.lines().map_while(|it| it.strip_prefix("    "));
    let lines: Vec<&str> = lines.collect();
    assert!(lines.len() >= 3, "{step}");
    Ok(lines.join("\n") + "\n")
}

/// Runs the step as GitHub does where no shell is named.
fn run(folder: &Folder) -> Result<Output> {
    let script = folder.file("step.sh", script(&steps()?[0])?)?;
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = command()?;
    let bin = bin.parent().context("a folder")?;
    Command::new("bash")
        .args(["-e", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))
        .output()
        .context("no bash")
}

#[test]
fn the_workflow_checks_and_leaves_a_comment() -> Result<()> {
    for (head, status, n_failures) in
        [("mobilenet_v2.without_a_module", 1, 5), ("mobilenet_v2.with_a_layer", 0, 0)]
    {
        let folder = Folder::new()?;
        folder.file("base.qspect.json", exported("mobilenet_v2.ethosu")?)?;
        folder.file("head.qspect.json", exported(head)?)?;
        folder.file("summary.md", "# Before\n")?;
        let output = run(&folder)?;
        assert_eq!((output.status.code(), stderr(&output)), (Some(status), ""), "{head}");
        let failures: Vec<&str> = stdout(&output).lines().collect();
        assert_eq!(failures.len(), n_failures, "{failures:?}");
        assert!(failures.iter().all(|it| it.starts_with("head.qspect.json: became float: ")));
        let markdown = Command::new(command()?)
            .args(["diff", "base.qspect.json", "head.qspect.json", "--format", "markdown"])
            .current_dir(folder.path())
            .output()?;
        let summary = std::fs::read_to_string(folder.path().join("summary.md"))?;
        assert_eq!(summary, format!("# Before\n{}", stdout(&markdown)));
        // The comment is the file that the second step names.
        let steps = steps()?;
        let path = steps[1].lines().find_map(|it| it.trim().strip_prefix("path: "));
        let comment = std::fs::read_to_string(folder.path().join(path.context("a path")?))?;
        assert_eq!(comment, stdout(&markdown));
        assert!(comment.chars().count() < 65_536);
    }
    Ok(())
}

/// Without a base there is nothing to report, and the step fails.
#[test]
fn the_workflow_fails_on_a_bad_file() -> Result<()> {
    let folder = Folder::new()?;
    folder.file("head.qspect.json", exported("mobilenet_v2.ethosu")?)?;
    let output = run(&folder)?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: base.qspect.json: "), "{}", stderr(&output));
    Ok(())
}

/// Every `qspect …` of README's consoles names a subcommand and options that there are.
#[test]
fn the_commands_of_readme_exist() -> Result<()> {
    let readme = readme()?;
    let commands: Vec<&str> =
        readme.lines().filter_map(|it| it.strip_prefix("$ qspect ")).collect();
    assert!(commands.len() >= 12, "{commands:?}");
    for line in commands {
        let line = line.split(" # ").next().unwrap_or(line).split(" > ").next().unwrap_or(line);
        let mut words = line.split_whitespace();
        let subcommand = words.next().context("a subcommand")?;
        let help = qspect(&[subcommand, "--help"])?;
        assert_eq!(help.status.code(), Some(0), "{line}");
        for option in words.filter(|it| it.starts_with("--")) {
            let option = option.split('=').next().unwrap_or(option);
            assert!(stdout(&help).contains(option), "{line}: {option}");
        }
    }
    Ok(())
}

/// The table of docs/command-line.md has each field of the filter language, with its example.
#[test]
fn the_filters_are_those_of_the_docs() -> Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/command-line.md");
    let docs = std::fs::read_to_string(docs)?;
    for field in qspect_core::view::filter::FIELDS {
        let row = format!("| `{}` | {} |\n", field.example, field.help);
        assert!(docs.contains(&row), "{row} is not in docs/command-line.md");
    }
    Ok(())
}

/// The first example of README is what the command prints.
#[test]
fn the_advice_of_readme_is_real() -> Result<()> {
    let readme = readme()?;
    let (_, shown) = readme.split_once("$ qspect advise swin_t.qspect.json\n").context("advice")?;
    let (shown, _) = shown.split_once("```").context("an end")?;
    let folder = Folder::new()?;
    let report = folder.file("swin_t.qspect.json", exported("swin_t.mixed")?)?;
    let output = qspect(&["advise", &report])?;
    assert!(stdout(&output).contains(shown), "{}", stdout(&output));
    Ok(())
}
